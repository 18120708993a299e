using NpgsqlTypes;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>A live item that a search found.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Type">Name of its content type.</param>
/// <param name="Locale">The closest locale that it's in, where the words stand.</param>
/// <param name="Slug">In that locale.</param>
/// <param name="Title">Its title.</param>
/// <param name="Snippet">Where the words stand, each between <c>&lt;mark&gt;</c> and <c>&lt;/mark&gt;</c>; all else of it is escaped for HTML.</param>
/// <param name="Rank">Larger is better; comparable within one search only.</param>
public sealed record SearchHit(Guid ItemId, string Type, string Locale, string Slug, string Title, string Snippet, float Rank)
{
    /// <summary>Searches what readers of a locale see, best first.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="words">As people type them: words, "phrases", or, -not.</param>
    /// <param name="locale">The reader's.</param>
    /// <param name="siteId">Only items on this site.</param>
    /// <param name="type">Only items of this content type.</param>
    /// <param name="skip">Hits before the page.</param>
    /// <param name="limit">Hits of the page.</param>
    /// <param name="cancel">Cancels the search.</param>
    public static Task<Answer<SearchHit>> FindAsync(
        IQuerySession session, string words, string locale, Guid? siteId, string? type, int skip, int limit, CancellationToken cancel) =>
        session.QueryAsync(ContentSearch.ReadModel, """
            with hit as materialized (
                select f.item_id, f.locale_key, f.rank, i.type
                from read.find_content($1, $2, $3) f
                join read.item_details i on i.id = f.item_id
                -- Words that aren't there are found where there are no words at all.
                where i.status = 'published' and ($4::text is null or i.type = $4)
                  and ($5::uuid is null or exists (select from read.site_content s where s.site_id = $5 and s.item_id = f.item_id and not s.is_redirect))
                order by f.rank desc, f.item_id offset $6 limit $7)
            select h.item_id, h.type, c.locale,
                   coalesce((select l->>'slug' from jsonb_array_elements(i.data->'locales') l where l->>'locale' = c.locale),
                            (select l->>'slug' from jsonb_array_elements(i.data->'live'->'locales') l where l->>'locale' = c.locale), i.data->>'slug'),
                   c.title,
                   ts_headline($3::regconfig, replace(replace(replace(c.body, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), websearch_to_tsquery($3::regconfig, $1),
                               'StartSel=<mark>, StopSel=</mark>, MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … "'), h.rank
            from hit h
            join read.content_search c on c.stream_id = h.item_id and c.locale_key = h.locale_key
            join read.item_details i on i.id = h.item_id
            order by h.rank desc, h.item_id
            """,
            [
                new() { Value = words },
                new() { Value = LocaleFallback.Chain(locale.ToLowerInvariant()).ToArray() },
                new() { Value = SearchLanguage.Of(locale) },
                new() { Value = (object?)type ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = (object?)siteId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
                new() { Value = skip },
                new() { Value = limit },
            ],
            row => new SearchHit(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetFloat(6)), cancel);
}
