using System.Collections.Concurrent;
using Platform.Domain.Personalization;
using Platform.EventStore;

namespace Platform.Processors.Personalization;

/// <summary>
/// Recommenders in this node's memory, one a tenant and site, made when somebody first asks. They follow the read models: a look when one
/// is half a second old, in the background while it's
/// asked, and every two seconds in any case (<see cref="RecommenderUpkeep"/>), so that nobody who was erased stays for long.
/// </summary>
/// <param name="store">Read from.</param>
/// <param name="time">The clock.</param>
/// <param name="most">In memory: beyond it the one that was asked longest ago goes.</param>
/// <param name="mostKept">Items and visitors of all together, some kilobytes each.</param>
public sealed class SiteRecommenders(IDocumentStore store, TimeProvider time, int most = 50, long mostKept = 300_000)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500), Stale = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(15), Patience = TimeSpan.FromSeconds(5);

    // What was learnt is learnt anew an hour after the last time, and soon, but not at once, after somebody was forgotten: whoever has a cookie may
    // ask for that as often as they like.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1), AfterForgetting = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string TenantId, Guid SiteId), Followed> _sites = new();

    /// <summary>Sites that are in memory.</summary>
    public int Count => _sites.Count;

    /// <summary>A site's recommender, as of half a second ago or so.</summary>
    /// <param name="tenantId">A tenant that there is.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="isLatest">With all that the read models have now.</param>
    /// <param name="cancel">Gives up waiting; what is being built is built all the same.</param>
    /// <returns>Null: there is no such site.</returns>
    /// <exception cref="TimeoutException">It's being built, which takes longer than five seconds.</exception>
    public async ValueTask<SiteModel?> OfAsync(string tenantId, Guid siteId, bool isLatest, CancellationToken cancel)
    {
        if (!_sites.TryGetValue((tenantId, siteId), out var site))
        {
            var session = store.QuerySession(tenantId);
            // Before another one goes for it.
            if (!(await session.Events.AggregateStreamAsync<RecommendedSite>(siteId, cancel: cancel)).State.Exists)
                return null;
            site = Add(session, siteId);
        }
        site.AskedAt = time.GetTimestamp();
        if (!isLatest && site.Model is { } model && time.GetElapsedTime(site.LookedAt) < Stale)
        {
            LookSoon(site);
            return model;
        }
        // One that is under way may have begun too early.
        if (isLatest && site.UnderWay is { IsCompleted: false } begun)
            await begun.WaitAsync(Patience, cancel);
        await site.LookAsync(isLatest).WaitAsync(Patience, cancel);
        return site.Model;
    }

    /// <summary>A site's recommender if it's in memory, as of two seconds ago or so; else null, and it's being built for who asks next.</summary>
    /// <param name="tenantId">A tenant that there is.</param>
    /// <param name="siteId">A site that there is.</param>
    public SiteModel? InMemory(string tenantId, Guid siteId)
    {
        if (!_sites.TryGetValue((tenantId, siteId), out var site))
            site = Add(store.QuerySession(tenantId), siteId);
        site.AskedAt = time.GetTimestamp();
        LookSoon(site);
        return site.Model;
    }

    // In the background, for who asks next.
    private void LookSoon(Followed site)
    {
        if (time.GetElapsedTime(site.LookedAt) >= Fresh)
            _ = site.LookAsync(isLatest: false).ContinueWith(look => look.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>
    /// Looks for what happened on every site that is in memory; those that nobody has asked for a quarter of an hour go, and those asked
    /// longest ago when all together are too large.
    /// </summary>
    /// <param name="attempt">Does one site's work, and says what went wrong.</param>
    public async Task FollowAllAsync(Func<object, Func<Task<bool>>, Task<bool>> attempt)
    {
        var size = 0L;
        foreach (var (key, site) in _sites.OrderByDescending(site => site.Value.AskedAt))
        {
            if (time.GetElapsedTime(site.AskedAt) > Idle || (size += site.Model?.Size ?? 0) > mostKept)
            {
                _sites.TryRemove(key, out _);
                continue;
            }
            await attempt(key, async () =>
            {
                await site.LookAsync(isLatest: false);
                return false;
            });
        }
    }

    /// <summary>Builds anew what has been forgotten from or is old, and fits the models that events don't keep up to date.</summary>
    /// <param name="attempt">Does one site's work, and says what went wrong.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task RenewAllAsync(Func<object, Func<Task<bool>>, Task<bool>> attempt, CancellationToken cancel)
    {
        foreach (var (key, site) in _sites)
            await attempt(key, async () =>
            {
                if (site.Model is not { } model)
                    return false;
                var age = time.GetElapsedTime(model.BuiltAt);
                if (model.IsOutdated || age > Lifetime || model.HasForgotten && age > AfterForgetting)
                    await site.RenewAsync(model, cancel);
                return site.Model is { } current && await ApartAsync(current.Fit);
            });
    }

    // For seconds: on a thread of its own, so that the pool's are there for callers.
    private static Task<bool> ApartAsync(Func<bool> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Followed Add(IQuerySession session, Guid siteId)
    {
        if (_sites.Count >= most && _sites.MinBy(site => site.Value.AskedAt) is { Value: not null } oldest)
            _sites.TryRemove(oldest);
        return _sites.GetOrAdd((session.TenantId, siteId), _ => new Followed(session, siteId, time));
    }

    private sealed class Followed(IQuerySession session, Guid siteId, TimeProvider time)
    {
        private readonly Lock _lock = new();
        private Task? _look;
        private SiteModel? _model;

        public SiteModel? Model => Volatile.Read(ref _model);

        public Task? UnderWay => Volatile.Read(ref _look);

        // By the clock's ticks; 0: never.
        public long LookedAt { get; private set; }

        public long AskedAt { get; set; } = time.GetTimestamp();

        // One at a time, for all who wait: what one caller gives up is still wanted by the others.
        public Task LookAsync(bool isLatest)
        {
            lock (_lock)
                return _look is { IsCompleted: false } ? _look : _look = Task.Run(() => FollowAsync(isLatest));
        }

        public async Task RenewAsync(SiteModel before, CancellationToken cancel)
        {
            var built = await SiteModel.BuildAsync(session, siteId, time, cancel);
            Interlocked.CompareExchange(ref _model, built, before);
        }

        private async Task FollowAsync(bool isLatest)
        {
            var (model, at) = (Model, time.GetTimestamp());
            if (model is null || !await model.FollowAsync(session, isLatest, CancellationToken.None))
                Volatile.Write(ref _model, await SiteModel.BuildAsync(session, siteId, time, CancellationToken.None));
            LookedAt = at;
        }
    }
}
