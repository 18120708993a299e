using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>What an item is now: the editors' view of it, draft and live.</summary>
/// <param name="Id">The item's stream.</param>
/// <param name="SiteId">Home site.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="Locale">Language tag.</param>
/// <param name="Slug">Unique in site and locale.</param>
/// <param name="Status">Draft, published or archived.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="ContentVersion">Stream version at which the fields last changed.</param>
/// <param name="Fields">The draft.</param>
/// <param name="Live">What is published; null: nothing.</param>
/// <param name="Source">The file it was imported from.</param>
/// <param name="CreatedAt">First event.</param>
/// <param name="CreatedBy">Subject.</param>
/// <param name="UpdatedAt">Last event.</param>
/// <param name="UpdatedBy">Subject.</param>
public sealed record ItemDetails(
    Guid Id, Guid SiteId, string Type, string Locale, string Slug, ItemStatus Status, long Version, long ContentVersion,
    Fields Fields, LiveContent? Live, ContentSource? Source,
    DateTimeOffset CreatedAt, string? CreatedBy, DateTimeOffset UpdatedAt, string? UpdatedBy)
{
    public const string ReadModel = "item_details";

    /// <summary>Items in id order (ids of the platform's own making are in order of creation).</summary>
    public static Task<Answer<StoredDocument>> ListAsync(
        IQuerySession session, Guid? siteId, string? status, string? type, string? locale, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, """
            select id::text, data from read.item_details
            where ($1::uuid is null or site_id = $1) and ($2::text is null or status = $2) and ($3::text is null or type = $3)
              and ($4::text is null or locale = $4) and id > $5
            order by id limit $6
            """,
            [
                new() { Value = (object?)siteId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = (object?)status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)type ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)locale ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = after },
                new() { Value = limit },
            ], StoredDocument.Read, cancel);

    /// <summary>Imported items of a site that aren't archived: path to item and digest of the file.</summary>
    public static Task<Answer<(Guid Id, string Path)>> ImportedAsync(IQuerySession session, Guid siteId, CancellationToken cancel) =>
        session.QueryAsync(ReadModel,
            "select id, source_path from read.item_details where site_id = $1 and source_path is not null and status <> 'archived' order by source_path",
            [new() { Value = siteId }], row => (row.GetGuid(0), row.GetString(1)), cancel);
}

/// <summary>What is published of an item.</summary>
/// <param name="Version">Stream version whose fields are live.</param>
/// <param name="At">Since when.</param>
/// <param name="Fields">As published.</param>
public sealed record LiveContent(long Version, DateTimeOffset At, Fields Fields);

/// <summary>Stored for lists, folded from the stream for one item.</summary>
public sealed class ItemDetailsProjection : SingleStreamProjection<ItemDetails>
{
    public override string Name => ItemDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ItemCreated), typeof(ItemEdited), typeof(ItemPublished), typeof(ItemUnpublished), typeof(ItemArchived), typeof(ItemRestored), typeof(ItemSlugChanged));

    protected override JsonTypeInfo<ItemDetails> Json => ContentReadJson.Default.ItemDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<ItemDetails, object?> Value)> Columns { get; } =
    [
        (new("site_id", "uuid not null", NpgsqlDbType.Uuid), d => d.SiteId),
        (new("type", "varchar not null", NpgsqlDbType.Varchar), d => d.Type),
        (new("locale", "varchar not null", NpgsqlDbType.Varchar), d => d.Locale),
        (new("slug", "varchar not null", NpgsqlDbType.Varchar), d => d.Slug),
        (new("status", "varchar not null", NpgsqlDbType.Varchar), d => d.Status switch { ItemStatus.Draft => "draft", ItemStatus.Published => "published", _ => "archived" }),
        (new("source_path", "varchar", NpgsqlDbType.Varchar), d => d.Source?.Path),
    ];

    protected override IReadOnlyList<string> Indexes => ["site_id, id", "site_id, locale, slug"];

    public override ItemDetails? Evolve(ItemDetails? document, Event e) => (document, e.Data) switch
    {
        (_, ItemCreated created) => new ItemDetails(
            created.ItemId, created.SiteId, created.Type, created.Locale, created.Slug, ItemStatus.Draft, e.Version, e.Version,
            created.Fields, null, created.Source, e.Timestamp, e.Headers.User, e.Timestamp, e.Headers.User),
        (null, _) => null,
        ({ } item, _) => Changed(item, e) with { Version = e.Version, UpdatedAt = e.Timestamp, UpdatedBy = e.Headers.User },
    };

    private static ItemDetails Changed(ItemDetails item, Event e) => e.Data switch
    {
        ItemEdited edited => item with
        {
            Fields = item.Fields.With(edited.Set, edited.Removed),
            Source = edited.Source ?? item.Source,
            ContentVersion = edited.Set.IsEmpty && edited.Removed.IsEmpty ? item.ContentVersion : e.Version,
        },
        ItemPublished published => item with { Status = ItemStatus.Published, Live = new LiveContent(published.Version, e.Timestamp, published.Fields) },
        ItemUnpublished => item with { Status = ItemStatus.Draft, Live = null },
        ItemArchived => item with { Status = ItemStatus.Archived, Live = null },
        ItemRestored => item with { Status = ItemStatus.Draft },
        ItemSlugChanged changed => item with { Slug = changed.To },
        _ => item,
    };
}
