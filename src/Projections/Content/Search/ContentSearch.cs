using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>What can be found of an item in one of its locales.</summary>
/// <param name="LocaleKey">The locale in lower case.</param>
/// <param name="Locale">As the item has it.</param>
/// <param name="IsOwn">Whether it's the item's own locale; that row stays, without texts, while the item isn't live.</param>
/// <param name="Language">See <see cref="SearchLanguage"/>.</param>
/// <param name="Title">See <see cref="SearchText"/>.</param>
/// <param name="Body">See <see cref="SearchText"/>.</param>
public sealed record Searchable(string LocaleKey, string Locale, bool IsOwn, string Language, string Title, string Body);

/// <summary>What is live, to be searched: a row an item and locale, each with what a reader of that locale sees, fallbacks included.</summary>
public sealed class ContentSearch : StreamRowsProjection<Searchable>
{
    public const string ReadModel = "content_search";

    public override string Name => ReadModel;

    public override string NotForAnalysts => "An index of words for the search; the texts are in analytics.items.";

    public override IReadOnlyList<string> EventTypes { get; } =
        Aliases.Of(typeof(ItemCreated), typeof(ItemPublished), typeof(ItemUnpublished), typeof(ItemArchived));

    protected override IReadOnlyList<ReadColumn> Key { get; } = [new("locale_key", "varchar not null", NpgsqlDbType.Varchar)];

    protected override IReadOnlyList<ReadColumn> Columns { get; } =
    [
        new("locale", "varchar not null", NpgsqlDbType.Varchar),
        new("is_own", "boolean not null", NpgsqlDbType.Boolean),
        new("language", "varchar not null", NpgsqlDbType.Varchar),
        new("title", "text not null", NpgsqlDbType.Text),
        new("body", "text not null", NpgsqlDbType.Text),
    ];

    protected override IReadOnlyList<ComputedColumn> Computed { get; } =
    [
        new("words", "tsvector not null", "setweight(to_tsvector(v.language::regconfig, v.title), 'A') || setweight(to_tsvector(v.language::regconfig, v.body), 'D')"),
    ];

    protected override IReadOnlyList<string> Indexes => ["using gin (words)"];

    /// <summary>
    /// Hits of the caller's tenant, without their texts: a common word has many. A row counts only where the item has none in a closer locale, which is what a reader would see.
    /// </summary>
    public override string? Functions => """
        drop function if exists read.find_content(text, text[], text);
        create function read.find_content(p_words text, p_locales text[], p_language text)
            returns table (item_id uuid, locale_key varchar, rank real)
            language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
        begin
            return query
                select s.stream_id, s.locale_key, ts_rank_cd(s.words, q.query)
                from read.content_search s, websearch_to_tsquery(p_language::regconfig, p_words) q (query)
                where s.tenant_id = current_setting('platform.tenant', true) and s.tenant_id <> ''
                  and s.words @@ q.query and s.locale_key = any(p_locales)
                  and not exists (select from read.content_search n
                                  where n.tenant_id = s.tenant_id and n.stream_id = s.stream_id
                                    and array_position(p_locales, n.locale_key::text) < array_position(p_locales, s.locale_key::text));
        end $$;
        revoke all on function read.find_content(text, text[], text) from public;
        grant execute on function read.find_content(text, text[], text) to platform_app;
        """;

    public override IReadOnlyCollection<Searchable> Evolve(IReadOnlyCollection<Searchable> rows, Event e) => e.Data switch
    {
        ItemCreated created => [Empty(created.Locale)],
        ItemPublished published when rows.FirstOrDefault(row => row.IsOwn) is { } own =>
        [
            Of(own.Locale, true, published.Fields),
            .. (published.Locales ?? []).Select(variant => Of(
                variant.Locale, false, LocaleFallback.Of(variant.Locale, new LocaleVariant(own.Locale, "", published.Fields), published.Locales!.Value, _ => true).Fields)),
        ],
        _ => [.. rows.Where(row => row.IsOwn).Select(row => Empty(row.Locale))],
    };

    protected override (object[] Key, object?[] Columns) Values(Searchable row) =>
        ([row.LocaleKey], [row.Locale, row.IsOwn, row.Language, row.Title, row.Body]);

    protected override Searchable Read(NpgsqlDataReader reader, int first) => new(
        reader.GetString(first), reader.GetString(first + 1), reader.GetBoolean(first + 2), reader.GetString(first + 3), reader.GetString(first + 4), reader.GetString(first + 5));

    private static Searchable Empty(string locale) => Of(locale, true, Fields.Empty);

    private static Searchable Of(string locale, bool isOwn, Fields fields)
    {
        var text = SearchText.Of(fields);
        return new Searchable(locale.ToLowerInvariant(), locale, isOwn, SearchLanguage.Of(locale), text.Title, text.Body);
    }
}
