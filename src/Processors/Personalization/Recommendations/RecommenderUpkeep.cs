using Microsoft.Extensions.Logging;

namespace Platform.Processors.Personalization;

/// <summary>Has this node's recommenders follow what happens also while nobody asks them, and leaves to other nodes what isn't used here of budgets.</summary>
public sealed class RecommenderUpkeep(SiteRecommenders recommenders, RemoteRecommender remote, TimeProvider time, ILogger<RecommenderUpkeep> log)
    : RecurringJob(TimeSpan.FromSeconds(2), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        await recommenders.FollowAllAsync(TryAsync);
        await remote.ReturnAsync(cancel);
        return false;
    }
}

/// <summary>Learns anew what this node's recommenders don't learn from each event, one site after the other.</summary>
public sealed class RecommenderRenewal(SiteRecommenders recommenders, TimeProvider time, ILogger<RecommenderRenewal> log)
    : RecurringJob(TimeSpan.FromSeconds(5), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        await recommenders.RenewAllAsync(TryAsync, cancel);
        return false;
    }
}
