using Platform.Domain.Monitoring;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of read models and their operators say.</summary>
internal static class MonitoringSentences
{
    public static string? Find(object @event) => @event switch
    {
        ProjectionPaused e => $"Paused the read model {e.Projection}: {Reason(e.Reason)}.",
        ProjectionResumed e => $"Resumed the read model {e.Projection}.",
        ProjectionRebuildRequested e => $"Asked for a rebuild of the read model {e.Projection}{Only(e.TenantId)}{(e.SwapDifferent ? ", even if it differs" : "")}{Because(e.Reason)}.",
        ProjectionRebuildCancelled e => $"Cancelled the rebuild of the read model {e.Projection}.",
        ProjectionRebuildFinished e => $"Rebuilt the read model {e.Projection}: {Outcome(e.Outcome)}.",
        ProjectionVersionBuilt e => $"Built version {e.CodeVersion} of the read model {e.Projection}: {Outcome(e.Outcome)}.",
        ParkedEventRetried e => $"Had the read model {e.Projection} try the parked event {e.Sequence} of tenant {e.TenantId} again: {Reason(e.Reason)}.",
        ParkedEventSkipped e => $"Had the read model {e.Projection} leave out the parked event {e.Sequence} of tenant {e.TenantId}: {Reason(e.Reason)}.",
        GenerationDropped e => $"Dropped generation {e.Generation} (version {e.CodeVersion}) of the read model {e.Projection}.",
        RebuildRequested e => $"Asked for a rebuild of {Counted(e.Projections.Length, "read model")}{Only(e.TenantId)}{Because(e.Reason)}.",
        PerformanceMeasured e => $"Took down how long a node took for {Counted(e.Measured.Sum(one => one.Durations.Count), "operation")} from {At(e.From)}.",
        _ => null,
    };

    private static string Outcome(RebuildOutcome o) => o switch
    {
        { Error: { } error } => $"ended by an error, {Quoted(error.TrimEnd('.'))}",
        { Parked: > 0 } => $"{Counted(o.Parked, "event")} couldn't be applied, {Place(o)}",
        { OnlyInOld: null } => $"{Counted(o.Rows, "row")} of {Counted(o.Events, "event")}, not compared, {Place(o)}",
        _ when !o.IsClean() => $"it differs, {Counted(o.OnlyInOld ?? 0, "row")} only before and {o.OnlyInNew} only after, {Place(o)}",
        _ => $"{Counted(o.Rows, "row")} of {Counted(o.Events, "event")}, equal to the old one",
    };

    private static string Place(RebuildOutcome outcome) => outcome.Swapped ? "put in place" : "not put in place";
    private static string Only(string? tenantId) => tenantId is null ? "" : $" for tenant {tenantId}";
    private static string Because(string? reason) => reason is null ? "" : $": {Reason(reason)}";
    private static string Reason(string reason) => Quoted(reason.TrimEnd('.'));
}
