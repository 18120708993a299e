using System.Collections.Immutable;
using NpgsqlTypes;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Personalization;

/// <summary>A visitor of a segment.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Since">When it was seen that they are in it.</param>
public sealed record SegmentMember(Guid VisitorId, DateTimeOffset Since);

/// <summary>When a visitor was in a segment.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="VisitorId">The visitor's number.</param>
/// <param name="Since">When it was seen that they are in it.</param>
/// <param name="Until">When it was seen that they aren't any more; absent: they are.</param>
public sealed record MembershipSpan(Guid SegmentId, Guid VisitorId, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>An hour or a day of a segment.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Joined">How many came into it.</param>
/// <param name="Left">How many left it.</param>
/// <param name="Size">How many were in it at its end, or are now.</param>
public sealed record SegmentCount(DateTimeOffset At, long Joined, long Left, long Size);

/// <summary>Which visitors are in which segments, and were, since when and until when. Of whom nothing else is kept, that isn't either.</summary>
public sealed class SegmentMembers : FlatTableProjection
{
    public const string ReadModel = "segment_members";

    public override string Name => ReadModel;

    public override TimeSpan Rest => VisitorColumns.Rest;

    public override IReadOnlyList<string> EventTypes { get; } =
        Aliases.Of(typeof(VisitorJoinedSegments), typeof(VisitorLeftSegments), typeof(VisitorSegmentsForgotten), typeof(VisitorErased), typeof(VisitorsForgotten));

    public override ReadTable Table { get; } = new(
        [new("segment_id", "uuid not null", NpgsqlDbType.Uuid), new("visitor_id", "uuid not null", NpgsqlDbType.Uuid), new("since", "timestamptz not null", NpgsqlDbType.TimestampTz)],
        [new("until", "timestamptz", NpgsqlDbType.TimestampTz)],
        ["visitor_id"]);

    public override AnalystView Analysts { get; } = new(
        "segment_members", "Who is in which segment, and was?", "a time that a visitor was in a segment", ["segment_id", "visitor_id", "since"],
        [
            new("segment_id", "The segment: segments.id."),
            new("visitor_id", "A number for the visitor, as in hits."),
            new("since", "When it was seen that they are in it, UTC."),
            new("until", "When it was seen that they aren't any more, UTC; null: they are."),
        ],
        "select segment_id, count(*) as visitors from analytics.segment_members where until is null group by segment_id order by 2 desc", Permission.ProfilesRead, Changed: "since");

    protected override void Apply(Event e, RowBatch rows)
    {
        switch (e.Data)
        {
            case VisitorJoinedSegments joined:
                foreach (var segment in joined.Segments)
                    rows.Upsert(e.TenantId, [segment, joined.VisitorId, joined.At], [null]);
                break;
            case VisitorLeftSegments left:
                foreach (var (segment, since) in left.Memberships)
                    rows.Upsert(e.TenantId, [segment, left.VisitorId, since], [left.At]);
                break;
            case VisitorSegmentsForgotten forgotten:
                rows.DeleteRange(e.TenantId, All(forgotten.VisitorId));
                break;
            case VisitorErased erased:
                rows.DeleteRange(e.TenantId, All(erased.VisitorId));
                break;
            case VisitorsForgotten forgotten:
                // Who is in one still isn't among them: the next look at them says whether they are.
                rows.DeleteRange(e.TenantId, new RowRange("until", null, forgotten.Before));
                break;
        }
    }

    private static RowRange All(Guid visitorId) => new("since", null, DateTimeOffset.MaxValue, ("visitor_id", visitorId));

    /// <summary>Who is in a segment now, by number.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="segmentId">The segment.</param>
    /// <param name="after">Only those after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<SegmentMember>> OfSegmentAsync(IQuerySession session, Guid segmentId, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(ReadModel,
        "select m.visitor_id, m.since from read.segment_members m where m.segment_id = $1 and m.visitor_id > $2 and m.until is null order by m.visitor_id, m.since limit $3",
        [new() { Value = segmentId }, new() { Value = after }, new() { Value = limit }], row => new SegmentMember(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)), cancel);

    /// <summary>In which segments visitors are and were, the latest first.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="visitors">Their numbers.</param>
    /// <param name="isOpen">Only those that they are in.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<MembershipSpan>> OfVisitorsAsync(IQuerySession session, IEnumerable<Guid> visitors, bool isOpen, int limit, CancellationToken cancel) => session.QueryAsync(ReadModel,
        "select m.segment_id, m.visitor_id, m.since, m.until from read.segment_members m where m.visitor_id = any ($1) and (m.until is null or not $2) order by m.since desc, m.segment_id, m.visitor_id limit $3",
        [new() { Value = visitors.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = isOpen }, new() { Value = limit }],
        row => new MembershipSpan(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3)), cancel);

    /// <summary>How many came into a segment and left it, and were in it, hour by hour or day by day, of those of whom something is kept.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="segmentId">The segment.</param>
    /// <param name="edges">When parts begin, in order, and when the last one ends.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static async Task<(ImmutableArray<SegmentCount> Counts, long Index, long Lag)> CountAsync(IQuerySession session, Guid segmentId, ImmutableArray<DateTimeOffset> edges, CancellationToken cancel)
    {
        // Number of the edge at or before a time: 0 before the first.
        var answer = await session.QueryAsync(ReadModel, """
            select p.part, sum(p.joined)::bigint, sum(p.gone)::bigint from (
                select width_bucket(m.since, $2::timestamptz[]) as part, 1 as joined, 0 as gone from read.segment_members m where m.segment_id = $1
                union all
                select width_bucket(m.until, $2::timestamptz[]), 0, 1 from read.segment_members m where m.segment_id = $1 and m.until is not null) p
            group by p.part
            """,
            [new() { Value = segmentId }, new() { Value = edges.Select(edge => edge.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }],
            row => (Part: row.GetInt32(0), Joined: row.GetInt64(1), Left: row.GetInt64(2)), cancel);
        var parts = answer.Items.ToDictionary(part => part.Part, part => (part.Joined, part.Left));
        var size = parts.GetValueOrDefault(0) is var before ? before.Joined - before.Left : 0;
        var counts = ImmutableArray.CreateBuilder<SegmentCount>(edges.Length - 1);
        for (var n = 1; n < edges.Length; n++)
        {
            var (joined, left) = parts.GetValueOrDefault(n);
            counts.Add(new SegmentCount(edges[n - 1], joined, left, size += joined - left));
        }
        return (counts.MoveToImmutable(), answer.Index, answer.Lag);
    }
}
