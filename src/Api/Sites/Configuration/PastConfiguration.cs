using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>The levels down to a site as they were, tree and all: folded from their streams.</summary>
internal static class PastConfiguration
{
    private const int MostLevels = 64;

    private static readonly ConfigurationOfLevel Levels = new();

    /// <returns>Null: there was no such site.</returns>
    public static async Task<ImmutableArray<PlacedLevel>?> PathAsync(IDocumentStore store, string tenantId, Guid? siteId, DateTimeOffset at, CancellationToken cancel)
    {
        var session = store.QuerySession(tenantId);
        var path = new List<PlacedLevel>();
        for (var next = siteId; next is { } id && path.Count < MostLevels;)
        {
            var site = (await session.Events.AggregateStreamAsync<Site>(id, at: at, cancel: cancel)).State;
            if (!site.Exists)
                return null;
            path.Add(await LevelAsync(session, site.ParentId is null ? ConfigurationLevel.Master : ConfigurationLevel.Site, id, at, cancel));
            next = site.ParentId;
        }
        if (tenantId != DocumentStore.PlatformTenant)
            path.Add(await LevelAsync(session, ConfigurationLevel.Tenant, null, at, cancel));
        path.Add(await LevelAsync(store.QuerySession(DocumentStore.PlatformTenant), ConfigurationLevel.Platform, null, at, cancel));
        path.Reverse();
        return [.. path];
    }

    private static async Task<PlacedLevel> LevelAsync(IQuerySession session, string name, Guid? siteId, DateTimeOffset at, CancellationToken cancel) =>
        PlacedLevel.Of(name, siteId, await session.Events.AggregateStreamAsync(Levels, ConfigurationScope.IdOf(siteId), at: at, cancel: cancel) ?? ConfigurationEntries.None);
}
