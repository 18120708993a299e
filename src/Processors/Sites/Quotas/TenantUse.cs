using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>A quota of a tenant, and what is used of it.</summary>
/// <param name="Limit">What holds.</param>
/// <param name="IsOwn">It's the tenant's own limit, not the platform's default.</param>
/// <param name="Used">What is used; null: that isn't counted, because it's a rate.</param>
/// <param name="Day">The day that is counted, UTC; null: it doesn't begin anew.</param>
public sealed record QuotaUse(QuotaLimit Limit, bool IsOwn, long? Used, DateOnly? Day);

/// <summary>What tenants use of what they may.</summary>
public sealed class TenantUse(IDocumentStore store, QuotaModels models, TenantCounters counters)
{
    /// <summary>All quotas of a tenant, in name order. Sites and users are as they are now; events and storage are as far as the read model is.</summary>
    public async Task<Answer<QuotaUse>> OfAsync(string tenantId, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(store.Options.Time.GetUtcNow().UtcDateTime);
        var (limits, amounts) = (await models.AllOfAsync(tenantId, cancel), await counters.AmountsAsync(tenantId, cancel));
        var recorded = await DayUse.OfAsync(store.QuerySession(tenantId), today, cancel);
        return new Answer<QuotaUse>([.. limits.Select(known => UseOf(known.Limit, known.IsOwn))], recorded.Index, recorded.Lag);

        QuotaUse UseOf(QuotaLimit limit, bool isOwn) => limit.Quota switch
        {
            Quotas.EventsPerDay => new QuotaUse(limit, isOwn, recorded.Items[0].Counted, today),
            Quotas.StorageBytes => new QuotaUse(limit, isOwn, recorded.Items[0].Bytes, null),
            Quotas.RequestsPerSecond => new QuotaUse(limit, isOwn, null, null),
            _ => new QuotaUse(limit, isOwn, amounts.GetValueOrDefault(limit.Quota), null),
        };
    }
}
