using System.Collections.Immutable;

namespace Platform.Domain.Monitoring;

/// <summary>What came of a rebuild.</summary>
/// <param name="Events">Log indices replayed.</param>
/// <param name="Rows">Rows of the rebuilt model.</param>
/// <param name="Milliseconds">From start to swap.</param>
/// <param name="Swapped">Readers see the rebuilt model.</param>
/// <param name="Parked">Events that couldn't be applied.</param>
/// <param name="OnlyInOld">Rows that only the old model had; null: not compared.</param>
/// <param name="OnlyInNew">Rows that only the rebuilt model has; null: not compared.</param>
/// <param name="Error">Why it ended early; null: it didn't.</param>
public sealed record RebuildOutcome(
    long Events, long Rows, long Milliseconds, bool Swapped, long Parked = 0, long? OnlyInOld = null, long? OnlyInNew = null, string? Error = null)
{
    /// <summary>All events are in the model, and it's the one that was there.</summary>
    public bool IsClean() => OnlyInOld is 0 or null && OnlyInNew is 0 or null && Parked == 0 && Error is null;
}

/// <summary>The read model stands still from now on. Stands in the platform's own tenant, as all events of <see cref="OperatedProjection"/>.</summary>
[EventType("monitoring.projection-paused")]
public sealed record ProjectionPaused(string Projection, string Reason);

[EventType("monitoring.projection-resumed")]
public sealed record ProjectionResumed(string Projection);

/// <summary>The read model is to be built anew from the log.</summary>
/// <param name="Projection">Its name.</param>
/// <param name="RebuildId">The rebuild; of several models at once the same.</param>
/// <param name="CodeVersion">The version of the projection's code to build by: nodes of that code do.</param>
/// <param name="SwapDifferent">Takes the place even of a model that differs, or with events parked.</param>
/// <param name="TenantId">Only this tenant's rows; null: everything.</param>
/// <param name="Reason">Of the operator.</param>
[EventType("monitoring.projection-rebuild-requested")]
public sealed record ProjectionRebuildRequested(string Projection, Guid RebuildId, int CodeVersion, bool SwapDifferent, string? TenantId = null, string? Reason = null);

/// <summary>The rebuild stops; the next one goes on with what was built.</summary>
[EventType("monitoring.projection-rebuild-cancelled")]
public sealed record ProjectionRebuildCancelled(string Projection, Guid RebuildId);

[EventType("monitoring.projection-rebuild-finished")]
public sealed record ProjectionRebuildFinished(string Projection, Guid RebuildId, RebuildOutcome Outcome);

/// <summary>A node with another version of the projection's code built it beside what there was.</summary>
[EventType("monitoring.projection-version-built")]
public sealed record ProjectionVersionBuilt(string Projection, Guid RebuildId, int CodeVersion, RebuildOutcome Outcome);

/// <summary>A parked event is tried again by the code of now: a rebuild of its tenant.</summary>
[EventType("monitoring.projection-event-retried")]
public sealed record ParkedEventRetried(string Projection, long Sequence, string TenantId, string Reason);

/// <summary>The read model leaves a parked event out, for good; a rebuild of its tenant takes in what waited behind it.</summary>
[EventType("monitoring.projection-event-skipped")]
public sealed record ParkedEventSkipped(string Projection, long Sequence, string TenantId, string Reason);

/// <summary>A generation that nobody reads is dropped.</summary>
[EventType("monitoring.projection-generation-dropped")]
public sealed record GenerationDropped(string Projection, int Generation, int CodeVersion);

/// <summary>Several read models are to be built anew in one pass; each one's stream has a <see cref="ProjectionRebuildRequested"/> as well. A stream of its own: the rebuild's.</summary>
[EventType("monitoring.rebuild-requested")]
public sealed record RebuildRequested(Guid RebuildId, ImmutableArray<string> Projections, bool SwapDifferent, string? TenantId = null, string? Reason = null);
