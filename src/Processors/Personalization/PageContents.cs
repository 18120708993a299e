using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Projections.Content;
using Platform.Projections.Personalization;

namespace Platform.Processors.Personalization;

/// <summary>What has a path of a site.</summary>
/// <param name="Target">Null: nothing.</param>
/// <param name="Index">Log index up to which that is known.</param>
/// <param name="Lag">Events that the log had beyond it when it was looked at.</param>
public sealed record PageTarget(SlugTarget? Target, long Index, long Lag);

/// <summary>An item as a site's visitors of one locale see it.</summary>
/// <param name="Item">Null: it isn't published.</param>
/// <param name="IsOfSite">It's at home on the site, placed on it, or in the tenant's pool.</param>
/// <param name="Pooled">Of the pool: what the site's gate goes by; else null.</param>
/// <param name="Size">As JSON, bytes.</param>
/// <param name="Index">Log index up to which that is known.</param>
public sealed record PageItem(ResolvedItem? Item, bool IsOfSite, PoolItem? Pooled, int Size, long Index);

/// <summary>
/// What stands on the pages of sites, in this node's memory while it's asked for, and read again once something in the tenant is published, withdrawn, put elsewhere or let in: known within half a second or, while
/// somebody looks, within two.
/// </summary>
/// <param name="store">Read from.</param>
/// <param name="most">Paths, and items, in memory.</param>
/// <param name="mostBytes">Of all items, as JSON.</param>
public sealed class PageContents(IDocumentStore store, int most = 20_000, long mostBytes = 100_000_000)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500), Oldest = TimeSpan.FromSeconds(2);

    private readonly RecentReads<(string Tenant, Guid Site, string Locale, string Slug), PageTarget> _targets = new(store.Options.Time, Fresh, Oldest, most);
    private readonly RecentReads<(string Tenant, Guid Site, string Locale, Guid Item), PageItem> _items = new(store.Options.Time, Fresh, Oldest, most, item => item.Size, mostBytes);
    private readonly RecentReads<(string Tenant, Guid Site), Gate> _gates = new(store.Options.Time, Fresh, Oldest, most);
    private readonly RecentReads<string, Change> _changes = new(store.Options.Time, Fresh, Oldest, most);

    private sealed record Gate(ImmutableArray<GateRule> Rules, long Index);

    /// <param name="Index">Log index of a tenant's last change of what sites show.</param>
    private sealed record Change(long Index);

    /// <param name="tenantId">The tenant.</param>
    /// <param name="siteId">Its site.</param>
    /// <param name="locale">Language tag.</param>
    /// <param name="slug">One that may be one.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<PageTarget> TargetAsync(string tenantId, Guid siteId, string locale, string slug, CancellationToken cancel)
    {
        var changed = await ChangedAsync(tenantId, cancel);
        return await _targets.OfAsync((tenantId, siteId, locale, slug), async (_, c) =>
        {
            var found = await SlugTarget.FindAsync(store.QuerySession(tenantId), siteId, locale, slug, c);
            return new(found.Items is [var first, ..] ? first : null, found.Index, found.Lag);
        }, cancel, target => target.Index >= changed);
    }

    /// <summary>An item that has a path of the site.</summary>
    public async ValueTask<ResolvedItem?> PlacedAsync(string tenantId, Guid siteId, string locale, Guid itemId, CancellationToken cancel) =>
        (await ItemAsync(tenantId, siteId, locale, itemId, cancel)).Item;

    /// <summary>An item if the site may show it now: it's of the site, or the pool's and let in by the site's gate; else null.</summary>
    public async ValueTask<ResolvedItem?> AllowedAsync(string tenantId, Guid siteId, string locale, Guid itemId, DateTimeOffset now, CancellationToken cancel)
    {
        if (await ItemAsync(tenantId, siteId, locale, itemId, cancel) is not { IsOfSite: true } found)
            return null;
        return found.Pooled is not { } pooled || SiteGate.Admits(await GateAsync(tenantId, siteId, cancel), now)(pooled) ? found.Item : null;
    }

    private async ValueTask<ImmutableArray<GateRule>> GateAsync(string tenantId, Guid siteId, CancellationToken cancel)
    {
        var changed = await ChangedAsync(tenantId, cancel);
        return (await _gates.OfAsync((tenantId, siteId), async (_, c) =>
        {
            // Gates are read from streams, of which all is there that the log has.
            var session = store.QuerySession(tenantId);
            var index = await session.Events.LogSizeAsync(c) - 1;
            return new(await GateDetails.FindAsync(session, siteId, null, c) is { } gate ? gate.Rules : [], index);
        }, cancel, gate => gate.Index >= changed)).Rules;
    }

    private async ValueTask<PageItem> ItemAsync(string tenantId, Guid siteId, string locale, Guid itemId, CancellationToken cancel)
    {
        var changed = await ChangedAsync(tenantId, cancel);
        return await _items.OfAsync((tenantId, siteId, locale, itemId), async (_, c) =>
        {
            // Where items stand is another read model than what they say.
            var session = store.QuerySession(tenantId);
            var index = await SiteContent.IndexAsync(session, c);
            var of = await SiteItems.AmongAsync(session, siteId, [itemId], c);
            var (item, at, _) = await ResolvedItem.FindAsync(session, itemId, locale, isLive: true, depth: 1, c);
            return new(
                item, of.Items.Count > 0, of.Items is [var one, ..] ? one.Pooled : null, item is null ? 0 : JsonSerializer.SerializeToUtf8Bytes(item, ContentReadJson.Default.ResolvedItem).Length,
                Math.Min(index, Math.Min(of.Index, at)));
        }, cancel, item => item.Index >= changed);
    }

    private async ValueTask<long> ChangedAsync(string tenantId, CancellationToken cancel) =>
        (await _changes.OfAsync(tenantId, async (_, c) => new(await CatalogueChanges.LastAsync(store.QuerySession(tenantId), c)), cancel)).Index;
}
