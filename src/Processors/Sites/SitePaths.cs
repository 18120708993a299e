using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Processors.Sites;

/// <summary>Where sites hang, read from streams: one that was just made is there too.</summary>
public static class SitePaths
{
    private const int MostLevels = 64;

    /// <summary>A site and those above it, the nearest first; empty: there is no such site.</summary>
    public static async Task<ImmutableArray<Guid>> UpAsync(IQuerySession session, Guid siteId, CancellationToken cancel)
    {
        var path = ImmutableArray.CreateBuilder<Guid>();
        for (Guid? next = siteId; next is { } id && path.Count < MostLevels;)
        {
            if ((await session.Events.AggregateStreamAsync<Site>(id, cancel: cancel)).State is not { Exists: true } site) break;
            path.Add(id);
            next = site.ParentId;
        }
        return path.ToImmutable();
    }
}
