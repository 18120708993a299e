using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>What a release holds, and whether it's out.</summary>
/// <param name="Id">The release's stream.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">Open or published.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="Items">In the order in which they came.</param>
/// <param name="PublishedAt">When it went out; null: it's open.</param>
/// <param name="PublishedBy">Subject; null: it's open.</param>
/// <param name="CreatedAt">First event.</param>
/// <param name="UpdatedAt">Last event.</param>
public sealed record ReleaseDetails(
    Guid Id, string Name, ReleaseStatus Status, long Version, ImmutableArray<ReleaseItem> Items,
    DateTimeOffset? PublishedAt, string? PublishedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public const string ReadModel = "release_details";

    /// <summary>Releases in id order, which is that of their creation.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string? status, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel,
            "select id::text, data from read.release_details where ($1::text is null or status = $1) and id > $2 order by id limit $3",
            [new() { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class ReleaseDetailsProjection : SingleStreamProjection<ReleaseDetails>
{
    public override string Name => ReleaseDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ReleaseCreated), typeof(ReleaseRenamed), typeof(ReleaseItemSet), typeof(ReleaseItemRemoved), typeof(ReleasePublished), typeof(ReleaseUndone));

    protected override JsonTypeInfo<ReleaseDetails> Json => ContentReadJson.Default.ReleaseDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<ReleaseDetails, object?> Value)> Columns { get; } =
        [(new("status", "varchar not null", NpgsqlDbType.Varchar), d => d.Status is ReleaseStatus.Open ? "open" : "published")];

    public override AnalystView Analysts { get; } = new(
        "releases", "Which changes go out together, and when did they?", "a release", ["id"],
        [
            new("id", "The release's stream."),
            new("name", "For people.", "data->>'name'", "text"),
            new("status", "open or published."),
            new("item_count", "Items in it.", "jsonb_array_length(data->'items')", "integer"),
            new("items", "The items in it, each with itemId, action and version.", "data->'items'", "jsonb"),
            new("version", "Events of the release so far.", "data->>'version'", "bigint"),
            new("published_at", "When it went out, UTC; null: it's open.", "data->>'publishedAt'", "timestamptz", Nullable: true),
            new("published_by", "Who let it out: subject of the token; null: it's open.", "data->>'publishedBy'", "text", Nullable: true),
            new("created_at", "When it was started, UTC.", "data->>'createdAt'", "timestamptz"),
            new("updated_at", "When it last changed, UTC.", "data->>'updatedAt'", "timestamptz"),
        ],
        "select name, item_count, published_at - created_at as took from analytics.releases where status = 'published' order by published_at desc",
        Permission.ContentRead, Changed: "updated_at");

    public override ReleaseDetails? Evolve(ReleaseDetails? document, Event e) => (document, e.Data) switch
    {
        (_, ReleaseCreated created) => new ReleaseDetails(created.ReleaseId, created.Name, ReleaseStatus.Open, e.Version, [], null, null, e.Timestamp, e.Timestamp),
        (null, _) => null,
        ({ } release, _) => Changed(release, e) with { Version = e.Version, UpdatedAt = e.Timestamp },
    };

    private static ReleaseDetails Changed(ReleaseDetails release, Event e) => e.Data switch
    {
        ReleaseRenamed renamed => release with { Name = renamed.Name },
        ReleaseItemSet { Item: var set } => release with
        {
            Items = release.Items.Any(item => item.ItemId == set.ItemId)
                ? [.. release.Items.Select(item => item.ItemId == set.ItemId ? set : item)]
                : release.Items.Add(set),
        },
        ReleaseItemRemoved removed => release with { Items = release.Items.RemoveAll(item => item.ItemId == removed.ItemId) },
        ReleasePublished => release with { Status = ReleaseStatus.Published, PublishedAt = e.Timestamp, PublishedBy = e.Headers.User },
        ReleaseUndone => release with { Status = ReleaseStatus.Open, PublishedAt = null, PublishedBy = null },
        _ => release,
    };
}
