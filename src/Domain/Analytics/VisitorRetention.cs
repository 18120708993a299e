namespace Platform.Domain.Analytics;

/// <summary>For how long visitors' events are kept one by one, from now on.</summary>
/// <param name="At">When it was said.</param>
/// <param name="Days">Of 24 hours; null: for good.</param>
[EventType("analytics.visitor-retention-set")]
public sealed record VisitorRetentionSet(DateTimeOffset At, int? Days = null);

/// <summary>Visitors' events of before aren't shown any more, one by one or as visits; they are still added up.</summary>
/// <param name="Before">Midnight, UTC.</param>
[EventType("analytics.visitors-forgotten")]
public sealed record VisitorsForgotten(DateTimeOffset Before);

/// <summary>For how long a tenant keeps visitors' events one by one: one stream a tenant.</summary>
[StateType("analytics.visitor-retention", 1)]
public sealed record VisitorRetention : IState<VisitorRetention>
{
    public static VisitorRetention Initial { get; } = new();

    /// <summary>The stream.</summary>
    public static Guid Id { get; } = DerivedId.From("analytics.visitor-retention");

    public int? Days { get; init; }
    public DateTimeOffset? SetAt { get; init; }

    /// <summary>What is older isn't shown any more; null: nothing was forgotten.</summary>
    public DateTimeOffset? Before { get; init; }

    public long Version { get; init; }

    public VisitorRetention Evolve(object @event, long version) => @event switch
    {
        VisitorRetentionSet set => this with { Days = set.Days, SetAt = set.At, Version = version },
        VisitorsForgotten forgotten => this with { Before = forgotten.Before, Version = version },
        _ => this with { Version = version },
    };
}

/// <summary>Says for how long visitors' events are kept one by one.</summary>
/// <param name="Days">10 to 3,650; null: for good.</param>
/// <param name="At">When.</param>
public sealed record SetVisitorRetention(int? Days, DateTimeOffset At) : ICommand<SetVisitorRetention, VisitorRetention>
{
    /// <summary>Summaries of a day look a week back, and may be made some days late.</summary>
    public const int FewestDays = 10;

    public const int MostDays = 3_650;

    public static Decision Decide(SetVisitorRetention command, VisitorRetention state) =>
        command.Days is < FewestDays or > MostDays ? Reject.Invalid("days", FormattableString.Invariant($"Must be {FewestDays} to {MostDays}."))
        : command.Days == state.Days ? Decision.Nothing
        : Decision.Of(new VisitorRetentionSet(command.At, command.Days));
}

/// <summary>Lets go of what a tenant has kept for as long as it says, day by day.</summary>
/// <param name="Now">When.</param>
public sealed record ForgetVisitors(DateTimeOffset Now) : ICommand<ForgetVisitors, VisitorRetention>
{
    /// <summary>How long a number of days stands before it's gone by: one that was a mistake can be taken back.</summary>
    public static TimeSpan Notice { get; } = TimeSpan.FromDays(1);

    public static Decision Decide(ForgetVisitors command, VisitorRetention state)
    {
        if (state is not { Days: { } days, SetAt: { } since } || command.Now < since + Notice)
            return Decision.Nothing;
        var before = new DateTimeOffset(command.Now.UtcDateTime.Date.AddDays(-days), TimeSpan.Zero);
        return before > (state.Before ?? DateTimeOffset.MinValue) ? Decision.Of(new VisitorsForgotten(before)) : Decision.Nothing;
    }
}
