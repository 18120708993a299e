using NpgsqlTypes;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>What stands on a site under a slug.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Locale">Language tag.</param>
/// <param name="Slug">As asked for.</param>
/// <param name="CurrentSlug">The item's slug now, when the one asked for is an old one: where to redirect to. Else null.</param>
public sealed record SlugTarget(Guid ItemId, string Locale, string Slug, string? CurrentSlug)
{
    /// <summary>The item that a slug of a site leads to; nothing when there is none.</summary>
    public static Task<Answer<SlugTarget>> FindAsync(IQuerySession session, Guid siteId, string locale, string slug, CancellationToken cancel) =>
        session.QueryAsync(SiteContent.ReadModel, """
            select s.item_id, s.locale, s.slug, now.slug
            from read.site_content s
            left join read.site_content now
                on s.is_redirect and now.site_id = s.site_id and now.item_id = s.item_id and now.locale_key = s.locale_key and not now.is_redirect
            where s.site_id = $1 and s.locale_key = $2 and s.slug = $3 and (not s.is_redirect or now.slug is not null)
            """,
            [new() { Value = siteId }, new() { Value = locale.ToLowerInvariant() }, new() { Value = slug }],
            row => new SlugTarget(row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)), cancel);
}

/// <summary>Where items stand: a row a site, locale and slug, old slugs that redirect among them.</summary>
public sealed class SiteContent : FlatTableProjection
{
    public const string ReadModel = "site_content";

    public override string Name => ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(SlugReserved), typeof(SlugRedirected), typeof(SlugReleased));

    public override ReadTable Table { get; } = new(
        [
            new("site_id", "uuid not null", NpgsqlDbType.Uuid),
            new("locale_key", "varchar not null", NpgsqlDbType.Varchar),
            new("slug", "varchar not null", NpgsqlDbType.Varchar),
        ],
        [
            new("locale", "varchar not null", NpgsqlDbType.Varchar),
            new("item_id", "uuid not null", NpgsqlDbType.Uuid),
            new("is_redirect", "boolean not null", NpgsqlDbType.Boolean),
        ],
        ["site_id, item_id"]);

    public override AnalystView Analysts { get; } = new(
        "site_content", "Which content stands on which site, and where?", "a place of an item on a site: a site, locale and slug", ["site_id", "locale_key", "slug"],
        [
            new("site_id", "The site: sites.id."),
            new("content_id", "The item: items.id.", "item_id", "uuid"),
            new("locale", "Language tag, such as de-AT."),
            new("locale_key", "The same in lower case, as places are told apart."),
            new("slug", "Its path on the site."),
            new("is_redirect", "Whether it's an old place that leads to the item's new one."),
        ],
        "select s.domain, count(distinct c.content_id) as items from analytics.site_content c join analytics.sites s on s.id = c.site_id where not c.is_redirect group by s.domain order by 2 desc",
        Permission.ContentRead);

    /// <summary>Log index up to which it surely is.</summary>
    public static async Task<long> IndexAsync(IQuerySession session, CancellationToken cancel) =>
        (await session.QueryAsync(ReadModel, "select 1 from read.site_content limit 0", [], _ => 0, cancel)).Index;

    protected override void Apply(Event e, RowBatch rows)
    {
        switch (e.Data)
        {
            case SlugReserved(var site, var locale, var slug, var item):
                rows.Upsert(e.TenantId, [site, locale.ToLowerInvariant(), slug], [locale, item, false]);
                break;
            case SlugRedirected(var site, var locale, var slug, var item):
                rows.Upsert(e.TenantId, [site, locale.ToLowerInvariant(), slug], [locale, item, true]);
                break;
            case SlugReleased(var site, var locale, var slug, _):
                rows.Delete(e.TenantId, [site, locale.ToLowerInvariant(), slug]);
                break;
        }
    }
}
