using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Analytics;

/// <summary>A name for what filters, and conditions of what visitors did, leave of visitors and events.</summary>
/// <param name="Id">The segment: what questions take as segment.</param>
/// <param name="Name">Unique in the tenant, whatever the letter case.</param>
/// <param name="Filters">All of them hold.</param>
/// <param name="Conditions">How often visitors did what, all of which hold.</param>
/// <param name="SiteIds">It's for these and those below them; absent: for all of the tenant.</param>
/// <param name="DefinedAt">Since when there is one.</param>
/// <param name="DefinedBy">Who made it so.</param>
/// <param name="ChangedAt">When it was last said anew; null: never.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SegmentDetails(Guid Id, string Name, IReadOnlyList<BehaviourFilter> Filters, IReadOnlyList<BehaviourCondition> Conditions, IReadOnlyList<Guid>? SiteIds, DateTimeOffset DefinedAt, string? DefinedBy, DateTimeOffset? ChangedAt, long Version)
{
    public const string ReadModel = "segments";

    /// <summary>In id order.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="path">Only those that are for a site, said by itself and those above it; empty: all.</param>
    /// <param name="after">Only those after this one.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, ImmutableArray<Guid> path, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(ReadModel,
        "select id::text, data from read.segments where id > $1 and (cardinality($3::text[]) = 0 or data->'siteIds' is null or data->'siteIds' ?| $3) order by id limit $2",
        [
            new() { Value = after }, new() { Value = limit },
            new() { Value = path.Select(site => site.ToString()).ToArray(), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text },
        ], StoredDocument.Read, cancel);

    /// <summary>All that there are, of which a tenant has few.</summary>
    public static Task<Answer<SegmentDetails>> AllAsync(IQuerySession session, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.segments order by id", [], row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), AnalyticsReadJson.Default.SegmentDetails)!, cancel);
}

public sealed class Segments : SingleStreamProjection<SegmentDetails>
{
    public override string Name => SegmentDetails.ReadModel;

    public override int Version => 3;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(SegmentDefined), typeof(SegmentChanged), typeof(SegmentArchived));

    protected override JsonTypeInfo<SegmentDetails> Json => AnalyticsReadJson.Default.SegmentDetails;

    public override AnalystView Analysts { get; } = new(
        "segments", "Which filters and conditions have names?", "a segment", ["id"],
        [
            new("id", "The segment's stream."),
            new("name", "For people.", "data->>'name'", "text"),
            new("filters", "Its filters, all of which hold, as JSON: dimension, values, isNegated.", "data->'filters'", "jsonb"),
            new("conditions", "How often visitors did what, all of which hold, as JSON: event, siteId, page, atLeast, atMost, days.", "data->'conditions'", "jsonb"),
            new("site_ids", "Sites that it's for, with those below them, as JSON; null: all of the tenant's.", "data->'siteIds'", "jsonb"),
            new("defined_at", "Since when there is one, UTC.", "data->>'definedAt'", "timestamptz"),
            new("version", "Events of the segment so far.", "data->>'version'", "bigint"),
        ],
        "select name, filters from analytics.segments order by name", Permission.AnalyticsRead);

    public override SegmentDetails? Evolve(SegmentDetails? document, Event e) => e.Data switch
    {
        SegmentDefined defined => new SegmentDetails(defined.SegmentId, defined.Name, defined.Filters, defined.Conditions ?? [], defined.Sites?.ToList(), e.Timestamp, e.Headers.User, null, e.Version),
        SegmentArchived => null,
        SegmentChanged changed when document is not null => document with { Name = changed.Name, Filters = changed.Filters, Conditions = changed.Conditions ?? [], SiteIds = changed.Sites?.ToList(), ChangedAt = e.Timestamp, Version = e.Version },
        _ => document,
    };
}
