using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>What an item is now: the editors' view of it, draft and live.</summary>
/// <param name="Id">The item's stream.</param>
/// <param name="SiteId">Home site.</param>
/// <param name="Placements">Further sites that it stands on.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="TypeVersion">Version of the content type that the draft follows.</param>
/// <param name="Locale">Its own: what other locales fall back to.</param>
/// <param name="Slug">Unique in site and locale.</param>
/// <param name="Status">Draft, published or archived.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="ContentVersion">Stream version at which the fields last changed.</param>
/// <param name="Fields">The draft, in the item's own locale.</param>
/// <param name="Locales">The draft in further locales.</param>
/// <param name="Live">What is published; null: nothing.</param>
/// <param name="Schedule">What is still to come; null: nothing.</param>
/// <param name="FailedSchedule">What was due last and couldn't be done; null: nothing, or it was published or scheduled since.</param>
/// <param name="Problems">What the content type has had against the draft since it last changed, field by field; null: nothing.</param>
/// <param name="Source">The file it was imported from.</param>
/// <param name="CreatedAt">First event.</param>
/// <param name="CreatedBy">Subject.</param>
/// <param name="UpdatedAt">Last event.</param>
/// <param name="UpdatedBy">Subject.</param>
/// <param name="Shared">In the tenant's pool.</param>
/// <param name="Tags">Labels, in order.</param>
/// <param name="Regions">Labels, in order.</param>
/// <param name="Upstream">What it overrides on its site; null: nothing.</param>
/// <param name="UpstreamChanged">What it overrides has another version live by now; null: it hasn't, or the item is read as it was.</param>
/// <param name="Via">In a list of a site: home, placed or pool.</param>
public sealed record ItemDetails(
    Guid Id, Guid SiteId, ImmutableArray<Guid> Placements, string Type, long TypeVersion, string Locale, string Slug, ItemStatus Status, long Version,
    long ContentVersion, Fields Fields, ImmutableArray<LocaleVariant> Locales, LiveContent? Live, ItemSchedule? Schedule, FailedSchedule? FailedSchedule,
    ImmutableArray<string>? Problems, ContentSource? Source,
    DateTimeOffset CreatedAt, string? CreatedBy, DateTimeOffset UpdatedAt, string? UpdatedBy,
    bool Shared, ImmutableArray<string> Tags, ImmutableArray<string> Regions, ItemUpstream? Upstream = null, UpstreamChange? UpstreamChanged = null, string? Via = null)
{
    public const string ReadModel = "item_details";

    /// <summary>What gates go by; null: it isn't in the pool, or nothing of it is live.</summary>
    [JsonIgnore]
    public PoolItem? Pooled => Shared && Live is { } live ? new PoolItem(Type, Tags, Regions, [Locale, .. live.Locales.Select(variant => variant.Locale)], live.At) : null;

    /// <summary>Items in id order (ids of the platform's own making are in order of creation); only those at home on some sites, where such are named.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(
        IQuerySession session, Guid? siteId, IReadOnlyCollection<Guid>? homes, ItemFilter filter, bool? isShared, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, """
            select id::text, data from read.item_details
            where ($1::uuid is null or site_id = $1 or id in (select s.item_id from read.site_content s where s.site_id = $1 and not s.is_redirect)) and ($2::text is null or status = $2) and ($3::text is null or type = $3)
              and ($4::text is null or locale = $4) and ($5::boolean is null or has_problems = $5) and id > $6 and ($8::uuid[] is null or site_id = any ($8)) and ($9::boolean is null or is_shared = $9)
            order by id limit $7
            """,
            [
                new() { Value = (object?)siteId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                .. filter.Parameters,
                new() { Value = after },
                new() { Value = limit },
                new() { Value = (object?)homes?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new() { Value = (object?)isShared ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean },
            ], StoredDocument.Read, cancel);

    /// <summary>The items with these ids that there are, in no particular order.</summary>
    public static Task<Answer<ItemDetails>> FindAsync(IQuerySession session, IReadOnlyList<Guid> ids, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, "select data from read.item_details where id = any($1)", [new() { Value = ids.ToArray() }], Read, cancel);

    /// <summary>Items whose draft follows an earlier version of its content type than the current one, of all tenants but those that are held.</summary>
    public static Task<IReadOnlyList<(string TenantId, Guid ItemId)>> FindOutdatedAsync(IDocumentStore store, IReadOnlyCollection<string> held, int limit, CancellationToken cancel) =>
        store.FindWorkAsync("""
            select i.tenant_id, i.id
            from read.content_type_details t
            join read.item_details i on i.tenant_id = t.tenant_id and i.type = t.data->>'name' and i.type_version < (t.data->>'version')::bigint
            where (t.data->>'version')::bigint > 1 and t.tenant_id <> all ($2)
            limit $1
            """,
            [new() { Value = limit }, new() { Value = held.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar }], row => (row.GetString(0), row.GetGuid(1)), cancel);

    /// <summary>How far the items of a type have followed it.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="type">Name of the content type.</param>
    /// <param name="version">Its current version.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<(long Items, long Outdated, long WithProblems)>> FollowingAsync(IQuerySession session, string type, long version, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, """
            select count(*), count(*) filter (where type_version < $2), count(*) filter (where has_problems) from read.item_details where type = $1
            """,
            [new() { Value = type }, new() { Value = version }], row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancel);

    private static ItemDetails Read(NpgsqlDataReader row) => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), ContentReadJson.Default.ItemDetails)!;

    /// <summary>Imported items of a site that aren't archived: path to item and digest of the file.</summary>
    public static Task<Answer<(Guid Id, string Path)>> ImportedAsync(IQuerySession session, Guid siteId, CancellationToken cancel) =>
        session.QueryAsync(ReadModel,
            "select id, source_path from read.item_details where site_id = $1 and source_path is not null and status <> 'archived' order by source_path",
            [new() { Value = siteId }], row => (row.GetGuid(0), row.GetString(1)), cancel);
}

/// <summary>What an item overrides has changed.</summary>
/// <param name="From">The version that the override knows.</param>
/// <param name="To">The version that is live.</param>
public sealed record UpstreamChange(long From, long To)
{
    /// <summary>Null: nothing has, nothing is live, or it's shared no more, so there is nothing to merge.</summary>
    public static UpstreamChange? Of(ItemUpstream upstream, Item now) => now is { Shared: true, Live: { } live } && live.Version != upstream.Version ? new(upstream.Version, live.Version) : null;
}

/// <summary>What a schedule couldn't do.</summary>
/// <param name="Action">Publish or unpublish.</param>
/// <param name="DueAt">When it should have been done.</param>
/// <param name="Reason">Why it wasn't.</param>
public sealed record FailedSchedule(LiveAction Action, DateTimeOffset DueAt, string Reason);

/// <summary>What is published of an item.</summary>
/// <param name="Version">Stream version whose fields are live.</param>
/// <param name="At">Since when.</param>
/// <param name="Fields">As published, in the item's own locale.</param>
/// <param name="Locales">As published, in further ones.</param>
public sealed record LiveContent(long Version, DateTimeOffset At, Fields Fields, ImmutableArray<LocaleVariant> Locales);

/// <summary>Stored for lists, folded from the stream for one item.</summary>
public sealed class ItemDetailsProjection : SingleStreamProjection<ItemDetails>
{
    public override string Name => ItemDetails.ReadModel;

    public override int Version => 4;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(
        typeof(ItemCreated), typeof(ItemEdited), typeof(ItemMigrated), typeof(ItemPublished), typeof(ItemUnpublished), typeof(ItemArchived), typeof(ItemRestored),
        typeof(ItemSlugChanged), typeof(ItemLocaleAdded), typeof(ItemLocaleEdited), typeof(ItemLocaleRemoved), typeof(ItemPlaced), typeof(ItemUnplaced),
        typeof(ItemLabelled), typeof(ItemShared), typeof(ItemUnshared), typeof(ItemOverridden), typeof(UpstreamMerged),
        typeof(ItemScheduled), typeof(ItemScheduleCancelled), typeof(ItemScheduleFulfilled), typeof(ItemScheduleFailed));

    protected override JsonTypeInfo<ItemDetails> Json => ContentReadJson.Default.ItemDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<ItemDetails, object?> Value)> Columns { get; } =
    [
        (new("site_id", "uuid not null", NpgsqlDbType.Uuid), d => d.SiteId),
        (new("type", "varchar not null", NpgsqlDbType.Varchar), d => d.Type),
        (new("locale", "varchar not null", NpgsqlDbType.Varchar), d => d.Locale),
        (new("slug", "varchar not null", NpgsqlDbType.Varchar), d => d.Slug),
        (new("status", "varchar not null", NpgsqlDbType.Varchar), d => d.Status switch { ItemStatus.Draft => "draft", ItemStatus.Published => "published", _ => "archived" }),
        (new("source_path", "varchar", NpgsqlDbType.Varchar), d => d.Source?.Path),
        (new("type_version", "bigint not null", NpgsqlDbType.Bigint), d => d.TypeVersion),
        (new("has_problems", "boolean not null", NpgsqlDbType.Boolean), d => d.Problems is not null),
        (new("is_shared", "boolean not null", NpgsqlDbType.Boolean), d => d.Shared),
        (new("pooled", "jsonb", NpgsqlDbType.Jsonb), d => d.Pooled is { } pooled ? JsonSerializer.SerializeToUtf8Bytes(pooled, ContentReadJson.Default.PoolItem) : null),
        (new("live_version", "bigint", NpgsqlDbType.Bigint), d => d.Live?.Version),
        (new("upstream_id", "uuid", NpgsqlDbType.Uuid), d => d.Upstream?.ItemId),
        (new("upstream_version", "bigint", NpgsqlDbType.Bigint), d => d.Upstream?.Version),
    ];

    protected override IReadOnlyList<string> Indexes => ["site_id, id", "site_id, locale, slug", "type, type_version", "is_shared, id", "upstream_id, site_id"];

    public override AnalystView Analysts { get; } = new(
        "items", "What content is there, in which state, since when?", "a content item, as it is now", ["id"],
        [
            new("id", "The item's stream."),
            new("site_id", "Its home site: sites.id."),
            new("type", "Name of its content type: content_types.name."),
            new("type_version", "Version of the content type that the draft follows."),
            new("locale", "Its own locale, a language tag such as de-AT."),
            new("slug", "Its place on the site, in its own locale."),
            new("status", "draft, published or archived."),
            new("title", "The draft's field title, where its type has one that is a text.", "case jsonb_typeof(data->'fields'->'title') when 'string' then data->'fields'->>'title' end", "text", Nullable: true),
            new("version", "Events of the item so far.", "data->>'version'", "bigint"),
            new("content_version", "Version at which the draft's fields last changed.", "data->>'contentVersion'", "bigint"),
            new("live_version", "Version whose fields are published; null: nothing is."),
            new("live_since", "Since when what is published stands, UTC; null: nothing is.", "data->'live'->>'at'", "timestamptz", Nullable: true),
            new("further_locales", "Locales that the draft has beside its own.", "array(select l->>'locale' from jsonb_array_elements(data->'locales') l)", "text[]"),
            new("further_sites", "Sites that it stands on beside its home site.", "jsonb_array_length(data->'placements')", "integer"),
            new("is_shared", "Whether it's in the tenant's pool, from which sites draw."),
            new("tags", "Labels.", "array(select jsonb_array_elements_text(data->'tags'))", "text[]"),
            new("regions", "Labels: countries, parts of countries, areas.", "array(select jsonb_array_elements_text(data->'regions'))", "text[]"),
            new("upstream_id", "The shared item that it overrides on its site: items.id; null: none."),
            new("upstream_version", "Version of that item that it was last brought together with."),
            new("publish_at", "When it's scheduled to go live, UTC; null: it isn't.", "data->'schedule'->>'publishAt'", "timestamptz", Nullable: true),
            new("unpublish_at", "When it's scheduled to go off the air, UTC; null: it isn't.", "data->'schedule'->>'unpublishAt'", "timestamptz", Nullable: true),
            new("failed_schedule", "Why what was due last wasn't done; null: nothing failed.", "data->'failedSchedule'->>'reason'", "text", Nullable: true),
            new("has_problems", "Whether its content type has something against the draft."),
            new("source_path", "The file that it was imported from; null: none."),
            new("fields", "The draft in its own locale, whatever fields its type has.", "data->'fields'", "jsonb"),
            new("created_at", "When it was made, UTC.", "data->>'createdAt'", "timestamptz"),
            new("created_by", "Who made it: subject of the token.", "data->>'createdBy'", "text", Nullable: true),
            new("updated_at", "When it last changed in any way, UTC.", "data->>'updatedAt'", "timestamptz"),
            new("updated_by", "Who changed it last: subject of the token, or the part of the platform.", "data->>'updatedBy'", "text", Nullable: true),
        ],
        "select type, status, count(*) from analytics.items group by type, status order by type, status",
        Permission.ContentRead, Changed: "updated_at");

    public override ItemDetails? Evolve(ItemDetails? document, Event e) => (document, e.Data) switch
    {
        (_, ItemCreated created) => new ItemDetails(
            created.ItemId, created.SiteId, [], created.Type, created.TypeVersion, created.Locale, created.Slug, ItemStatus.Draft, e.Version, e.Version,
            created.Fields, [], null, null, null, null, created.Source, e.Timestamp, e.Headers.User, e.Timestamp, e.Headers.User, false, [], []),
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
            Problems = Left(item, problem => problem.StartsWith("locales.", StringComparison.Ordinal)),
        },
        ItemMigrated migrated => item with
        {
            TypeVersion = migrated.TypeVersion,
            Fields = item.Fields.With(migrated.Set, migrated.Removed),
            Locales = LocaleVariants.Apply(item.Locales, migrated.Locales ?? []),
            ContentVersion = migrated is { Set.IsEmpty: true, Removed.IsEmpty: true, Locales: null } ? item.ContentVersion : e.Version,
            Problems = migrated.Problems,
        },
        ItemPublished published => item with
        {
            Status = ItemStatus.Published,
            Live = new LiveContent(published.Version, e.Timestamp, published.Fields, published.Locales ?? []),
            FailedSchedule = null,
        },
        ItemUnpublished => item with { Status = ItemStatus.Draft, Live = null },
        ItemArchived => item with { Status = ItemStatus.Archived, Live = null, Schedule = null },
        ItemRestored => item with { Status = ItemStatus.Draft },
        ItemSlugChanged { Locale: null } changed => item with { Slug = changed.To },
        ItemSlugChanged changed => item with { Locales = LocaleVariants.Move(item.Locales, changed.Locale, changed.To) },
        ItemLocaleAdded added => item with
        {
            Locales = LocaleVariants.Add(item.Locales, new LocaleVariant(added.Locale, added.Slug, added.Fields)),
            ContentVersion = e.Version,
        },
        ItemLocaleEdited edited => item with
        {
            Locales = LocaleVariants.Apply(item.Locales, [new LocaleChange(edited.Locale, edited.Set, edited.Removed)]),
            ContentVersion = e.Version,
            Problems = Left(item, problem => !IsOf(edited.Locale, problem)),
        },
        ItemLocaleRemoved removed => item with
        {
            Locales = LocaleVariants.Remove(item.Locales, removed.Locale),
            ContentVersion = e.Version,
            Problems = Left(item, problem => !IsOf(removed.Locale, problem)),
        },
        ItemPlaced placed => item with { Placements = item.Placements.Add(placed.SiteId) },
        ItemUnplaced unplaced => item with { Placements = item.Placements.Remove(unplaced.SiteId) },
        ItemLabelled labelled => item with { Tags = labelled.Tags, Regions = labelled.Regions },
        ItemShared => item with { Shared = true },
        ItemUnshared => item with { Shared = false },
        ItemOverridden overridden => item with { Upstream = new ItemUpstream(overridden.UpstreamId, overridden.Version) },
        UpstreamMerged merged => item with { Upstream = new ItemUpstream(merged.UpstreamId, merged.Version) },
        ItemScheduled scheduled => item with
        {
            Schedule = new ItemSchedule(scheduled.PublishAt, scheduled.UnpublishAt, scheduled.Version),
            FailedSchedule = null,
        },
        ItemScheduleCancelled => item with { Schedule = null },
        ItemScheduleFulfilled done => item with { Schedule = item.Schedule?.Without(done.Action) },
        ItemScheduleFailed failed => item with
        {
            Schedule = item.Schedule?.Without(failed.Action),
            FailedSchedule = new FailedSchedule(failed.Action, failed.DueAt, failed.Reason),
        },
        _ => item,
    };

    // An edit is checked whole, so it mends what was wrong in its locale.
    private static ImmutableArray<string>? Left(ItemDetails item, Func<string, bool> stays) =>
        item.Problems?.Where(stays).ToImmutableArray() is { IsEmpty: false } left ? left : null;

    private static bool IsOf(string locale, string problem) => problem.StartsWith($"locales.{locale}.", StringComparison.Ordinal);
}
