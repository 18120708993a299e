using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Projections.Content;

/// <summary>
/// What a site has: items at home on it, items placed on it, and what its gate lets in of the tenant's pool, each once. What an item of the site overrides isn't
/// there beside it. Of an item of the pool what is live stands in the draft's place.
/// </summary>
public static class SiteItems
{
    // Of a gate that lets in next to nothing a page may end early: a request looks at so many candidates.
    private const int MostCandidates = 20_000, LargestLook = 2_000;

    private const string Fits = "($2::text is null or d.status = $2) and ($3::text is null or d.type = $3) and ($4::text is null or d.locale = $4) and d.id > $6";

    private const string Matches = $"{Fits} and ($5::boolean is null or d.has_problems = $5)";

    // Of the pool's items it's drafts that may have problems, and those are the home site's.
    private const string MatchesLive = $"{Fits} and $5::boolean is not true";

    private const string NotOverridden =
        "not exists (select from read.item_details o where o.tenant_id = d.tenant_id and o.upstream_id = d.id and o.site_id = $1 and o.status <> 'archived')";

    // Each part by an index of its own; of an item in two of them the first counts.
    private const string Candidates = $"""
        select distinct on (c.id) c.id, c.via, c.pooled from (
            (select d.id, 'home' as via, 1 as rank, null::jsonb as pooled from read.item_details d where d.site_id = $1 and {Matches} order by d.id limit $7)
            union all
            (select d.id, 'placed', 2, null from read.item_details d
             where d.id in (select s.item_id from read.site_content s where s.site_id = $1 and not s.is_redirect) and d.site_id <> $1 and {Matches} and {NotOverridden} order by d.id limit $7)
            union all
            (select d.id, 'pool', 3, d.pooled from read.item_details d where d.is_shared and d.pooled is not null and d.site_id <> $1 and {MatchesLive} and {NotOverridden} order by d.id limit $7)
        ) c order by c.id, c.rank limit $7
        """;

    // Drafts, who works on them, what is to become of them, and where else the item stands are the home site's affair. Slugs count at once, as on the item's own sites.
    private const string Shown = """
        case w.via when 'pool' then (d.data - array['schedule', 'failedSchedule', 'problems', 'source', 'updatedBy'])
            || jsonb_build_object('fields', d.data->'live'->'fields', 'contentVersion', d.live_version, 'placements', '[]'::jsonb, 'updatedAt', d.data->'live'->'at', 'locales', coalesce((
                select jsonb_agg(l.live || jsonb_build_object('slug', coalesce((select n.now->'slug' from jsonb_array_elements(d.data->'locales') n (now) where n.now->>'locale' = l.live->>'locale'), l.live->'slug')) order by l.at)
                from jsonb_array_elements(d.data->'live'->'locales') with ordinality as l (live, at)), '[]'::jsonb)) else d.data end
        """;

    private const string Noticed = """
        case when u.is_shared and u.live_version <> d.upstream_version then jsonb_build_object('upstreamChanged', jsonb_build_object('from', d.upstream_version, 'to', u.live_version)) else '{}' end
        """;

    /// <summary>A page in id order, and the key after which the next one starts; null: there is none.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="admits">Its gate.</param>
    /// <param name="filter">Which items.</param>
    /// <param name="after">The id after which the page starts.</param>
    /// <param name="limit">Items at most.</param>
    /// <param name="cancel">Cancels the queries.</param>
    public static async Task<(Answer<StoredDocument> Page, string? Next)> ListAsync(
        IQuerySession session, Guid siteId, Func<PoolItem, bool> admits, ItemFilter filter, Guid after, int limit, CancellationToken cancel)
    {
        var shown = new List<(Guid Id, string Via)>();
        var (looked, look, isAll) = (0, limit, false);
        Answer<(Guid Id, string Via, byte[]? Pooled)>? first = null;
        while (shown.Count < limit && looked < MostCandidates && !isAll)
        {
            var found = await session.QueryAsync(ItemDetails.ReadModel, Candidates, Parameters(siteId, filter, after, look),
                row => (row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2)), cancel);
            first ??= found;
            foreach (var (id, via, pooled) in found.Items)
            {
                if (shown.Count == limit)
                    break;
                after = id;
                if (pooled is null || admits(JsonSerializer.Deserialize(pooled, ContentReadJson.Default.PoolItem)!))
                    shown.Add((id, via));
            }
            isAll = found.Items.Count < look;
            looked += found.Items.Count;
            look = Math.Min(LargestLook, look * 4);
        }

        var page = await session.QueryAsync(ItemDetails.ReadModel, $"""
            select d.id::text, {Shown} || jsonb_build_object('via', w.via) || {Noticed}
            from unnest($1::uuid[], $2::text[]) as w (id, via)
            join read.item_details d on d.id = w.id and (w.via <> 'pool' or d.live_version is not null)
            left join read.item_details u on u.tenant_id = d.tenant_id and u.id = d.upstream_id
            order by d.id
            """,
            [new() { Value = shown.Select(item => item.Id).ToArray() }, new() { Value = shown.Select(item => item.Via).ToArray() }], StoredDocument.Read, cancel);
        var isCut = page.IsCut && page.Items.Count < shown.Count;
        return (page with { Index = first!.Index, Lag = first.Lag }, isCut ? page.Items[^1].Key : isAll && shown.Count < limit ? null : $"{after}");
    }

    /// <summary>What of a site's items is live, in id order; of the pool all of it: the gate is asked by the caller.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="after">The id after which they start.</param>
    /// <param name="limit">Items at most: with fewer there are no more.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<SiteItem>> LiveAsync(IQuerySession session, Guid siteId, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ItemDetails.ReadModel, $"select w.id, w.via, w.pooled, d.live_version from ({Candidates}) w left join read.item_details d on d.id = w.id order by w.id",
            Parameters(siteId, new ItemFilter("published", null, null, null), after, limit),
            row => new SiteItem(
                row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(2), ContentReadJson.Default.PoolItem), row.IsDBNull(3) ? null : row.GetInt64(3)),
            cancel);

    /// <summary>Which of some items are live on a site; of the pool all of them: the gate is asked by the caller.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="ids">Items.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<SiteItem>> AmongAsync(IQuerySession session, Guid siteId, IReadOnlyCollection<Guid> ids, CancellationToken cancel) => session.QueryAsync(ItemDetails.ReadModel, $"""
        select w.id, w.via, w.pooled, w.live_version from (
            select d.id, d.live_version, d.pooled, case
                when d.site_id = $1 then 'home'
                when not ({NotOverridden}) then null
                when exists (select from read.site_content s where s.site_id = $1 and s.item_id = d.id and not s.is_redirect) then 'placed'
                when d.is_shared and d.pooled is not null then 'pool' end as via
            from read.item_details d where d.id = any($2) and d.live_version is not null) w
        where w.via is not null
        """,
        [new() { Value = siteId }, new() { Value = ids.ToArray() }],
        row => new SiteItem(
            row.GetGuid(0), row.GetString(1), row.GetString(1) != "pool" || row.IsDBNull(2) ? null : JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(2), ContentReadJson.Default.PoolItem), row.GetInt64(3)), cancel);

    /// <summary>A site's overrides in id order; only those whose shared item has changed, where that is asked.</summary>
    public static Task<Answer<StoredDocument>> OverridesAsync(IQuerySession session, Guid siteId, bool? hasChanged, Guid after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ItemDetails.ReadModel, $"""
            select d.id::text, d.data || {Noticed}
            from read.item_details d
            left join read.item_details u on u.tenant_id = d.tenant_id and u.id = d.upstream_id
            where d.site_id = $1 and d.upstream_id is not null and d.status <> 'archived' and d.id > $2 and ($4::boolean is null or coalesce(u.is_shared and u.live_version <> d.upstream_version, false) = $4)
            order by d.id limit $3
            """,
            [
                new() { Value = siteId },
                new() { Value = after },
                new() { Value = limit },
                new() { Value = (object?)hasChanged ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean },
            ], StoredDocument.Read, cancel);

    private static NpgsqlParameter[] Parameters(Guid siteId, ItemFilter filter, Guid after, int limit) =>
    [
        new() { Value = siteId },
        .. filter.Parameters,
        new() { Value = after },
        new() { Value = limit },
    ];
}

/// <summary>An item of a site.</summary>
/// <param name="Id">The item.</param>
/// <param name="Via">home, placed or pool.</param>
/// <param name="Pooled">Of the pool: what gates go by; else null.</param>
/// <param name="LiveVersion">What is published; null: nothing.</param>
public sealed record SiteItem(Guid Id, string Via, PoolItem? Pooled, long? LiveVersion);
