using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>From then on a part of the tenant's visitors gets nothing of experiments.</summary>
/// <param name="Name">The seed of who they are.</param>
/// <param name="Share">Of all visitors; 0: nobody.</param>
/// <param name="From">When: experiments that start later keep to it.</param>
[EventType("experiments.holdout-set")]
public sealed record HoldoutSet(string Name, double Share, DateTimeOffset From);

/// <summary>Visitors that nothing is tried on, nor rolled out to, so that what all experiments together do can be told by them.</summary>
[StateType("experiments.holdout", 1)]
public sealed record Holdout : IState<Holdout>
{
    private const int MostPeriods = 100;

    public static Holdout Initial { get; } = new();

    /// <summary>The stream: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("experiments.holdout");

    /// <summary>What was said, in its order; of more than a hundred the last.</summary>
    public ImmutableArray<HoldoutSet> Periods { get; init; } = [];

    public long Version { get; init; }

    public Holdout Evolve(object @event, long version) =>
        this with { Periods = @event is HoldoutSet set ? [.. Periods.Append(set).TakeLast(MostPeriods)] : Periods, Version = version };

    /// <summary>Whether somebody is held out.</summary>
    /// <param name="id">Who it is; null: nobody knows, and nobody would keep it.</param>
    /// <param name="startedAt">Of an experiment under way, which keeps to what was said before it started; null: by what was said last.</param>
    public bool Holds(string? id, DateTimeOffset? startedAt)
    {
        if (id is null) return false;
        for (var n = Periods.Length - 1; n >= 0; n--)
            if (startedAt is null || Periods[n].From <= startedAt)
                return Periods[n].Share > 0 && Bucketing.Of(Periods[n].Name, id, HashVersion.Fnv2) < Periods[n].Share;
        return false;
    }
}

/// <summary>Says which part of the tenant's visitors gets nothing of experiments.</summary>
/// <param name="Name">1 to 100 letters, digits, dots, hyphens and underscores: another one draws others.</param>
/// <param name="Share">0 to 0.5.</param>
/// <param name="Now">When.</param>
public sealed record SetHoldout(string? Name, double? Share, DateTimeOffset Now)
{
    private const double MostShare = 0.5;

    /// <param name="command">The command.</param>
    /// <param name="holdout">The tenant's.</param>
    public static Decision Decide(SetHoldout command, Holdout holdout)
    {
        var (name, share) = (command.Name ?? "", command.Share ?? double.NaN);
        var errors = new FieldErrors()
            .Add("name", FlagCheck.Key().IsMatch(name) ? null : ExperimentCheck.KeyRule)
            .Add("share", share is >= 0 and <= MostShare ? null : FormattableString.Invariant($"Must be 0 to {MostShare}."));
        if (errors.Rejection is { } invalid) return invalid;
        return holdout.Periods is [.., var last] && (last.Name, last.Share) == (name, share) ? Decision.Nothing : Decision.Of(new HoldoutSet(name, share, command.Now));
    }
}
