using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Api.Content;

/// <summary>The sites that an item in the path belongs to.</summary>
internal static class ItemSites
{
    /// <summary>Where it's at home: who may change it there may.</summary>
    public static SitesOfRequest Home { get; } = new("the item's home site", async (http, store) => await FindAsync(http, store) is { Exists: true } item ? [item.SiteId] : []);

    /// <summary>Where it stands: who may read there may.</summary>
    public static SitesOfRequest All { get; } = new("a site that the item stands on", async (http, store) => await FindAsync(http, store) is { Exists: true } item ? [item.SiteId, .. item.Placements] : []);

    private static async Task<Item?> FindAsync(HttpContext http, IDocumentStore store) =>
        Guid.TryParse(http.GetRouteValue("id") as string, out var id) ? (await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<Item>(id, cancel: http.RequestAborted)).State : null;
}
