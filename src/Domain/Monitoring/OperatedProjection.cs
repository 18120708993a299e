using System.Collections.Immutable;

namespace Platform.Domain.Monitoring;

/// <summary>A rebuild that was asked for and isn't over.</summary>
public sealed record PendingRebuild(Guid RebuildId, int CodeVersion, bool SwapDifferent, string? TenantId = null);

/// <summary>What operators want of a read model.</summary>
[StateType("monitoring.projection", 1)]
public sealed record OperatedProjection : IState<OperatedProjection>
{
    public static OperatedProjection Initial { get; } = new();

    public bool IsPaused { get; init; }

    public PendingRebuild? Rebuild { get; init; }

    /// <summary>Sequences of events that the model leaves out.</summary>
    public ImmutableSortedSet<long> Skipped { get; init; } = [];

    /// <summary>The latest version of the code that was built by itself; 0: none was.</summary>
    public int BuiltVersion { get; init; }

    /// <summary>The latest version that was built by itself and not put in place.</summary>
    public int RejectedVersion { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a projection, in the platform's own tenant.</summary>
    public static Guid IdOf(string projection) => DerivedId.From("monitoring.projection", projection);

    internal Rejection? WhileRebuilt(string projection) => Rebuild is { } under ? Reject.Conflict($"{projection} is being rebuilt (rebuild {under.RebuildId}): wait for it, or cancel it.") : null;

    public OperatedProjection Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private OperatedProjection Apply(object @event) => @event switch
    {
        ProjectionPaused => this with { IsPaused = true },
        ProjectionResumed => this with { IsPaused = false },
        ProjectionRebuildRequested e => this with { Rebuild = new PendingRebuild(e.RebuildId, e.CodeVersion, e.SwapDifferent, e.TenantId) },
        ProjectionRebuildCancelled e when Rebuild?.RebuildId == e.RebuildId => this with { Rebuild = null },
        ProjectionRebuildFinished e when Rebuild?.RebuildId == e.RebuildId => this with { Rebuild = null },
        ParkedEventSkipped e => this with { Skipped = Skipped.Add(e.Sequence) },
        ProjectionVersionBuilt { Outcome.Swapped: true } e => this with { BuiltVersion = Math.Max(BuiltVersion, e.CodeVersion) },
        ProjectionVersionBuilt e => this with { RejectedVersion = Math.Max(RejectedVersion, e.CodeVersion) },
        _ => this,
    };
}
