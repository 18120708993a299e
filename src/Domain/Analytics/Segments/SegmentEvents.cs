using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>There is a name for visitors and events that some filters leave.</summary>
/// <param name="SegmentId">The segment; the stream.</param>
/// <param name="Name">Unique in the tenant, whatever the letter case.</param>
/// <param name="Filters">All of them hold.</param>
/// <param name="Conditions">Of what visitors did, all of which hold; null: none.</param>
/// <param name="Sites">It's for these and those below them, in id order; null: for all of the tenant.</param>
[EventType("analytics.segment-defined")]
public sealed record SegmentDefined(
    Guid SegmentId, string Name, ImmutableArray<BehaviourFilter> Filters, ImmutableArray<BehaviourCondition>? Conditions = null, ImmutableArray<Guid>? Sites = null);

/// <summary>The segment is called otherwise, leaves others, or is for other sites.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Name">From now on.</param>
/// <param name="Filters">From now on, all of them.</param>
/// <param name="Conditions">From now on, all of them; null: none.</param>
/// <param name="Sites">From now on it's for these and those below them, in id order; null: for all of the tenant.</param>
[EventType("analytics.segment-changed")]
public sealed record SegmentChanged(
    Guid SegmentId, string Name, ImmutableArray<BehaviourFilter> Filters, ImmutableArray<BehaviourCondition>? Conditions = null, ImmutableArray<Guid>? Sites = null);

/// <summary>Questions can't be asked of it any more.</summary>
[EventType("analytics.segment-archived")]
public sealed record SegmentArchived(Guid SegmentId);

/// <summary>The name is the segment's, instead of what it had.</summary>
[EventType("analytics.segment-listed")]
public sealed record SegmentListed(Guid SegmentId, string Name);

/// <summary>The segment's name is free.</summary>
[EventType("analytics.segment-unlisted")]
public sealed record SegmentUnlisted(Guid SegmentId);
