using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>A tenant's own limits, whole; of what isn't named the platform's defaults hold. Stands in the platform's own tenant.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Limits">In name order.</param>
[EventType("sites.quotas-changed")]
public sealed record QuotasChanged(string TenantId, ImmutableArray<QuotaLimit> Limits);

/// <summary>Stands in the tenant that it warns.</summary>
/// <param name="Quota">Of which quota.</param>
/// <param name="Limit">The soft limit.</param>
/// <param name="Used">What was used when it was noticed.</param>
/// <param name="Day">Of a quota that begins anew each day: which, UTC.</param>
[EventType("sites.quota-soft-limit-reached")]
public sealed record QuotaSoftLimitReached(string Quota, long Limit, long Used, DateOnly? Day = null);

/// <summary>The tenant is below the limit again that it was warned of; or there is none any more.</summary>
/// <param name="Quota">Of which quota.</param>
/// <param name="Used">What was used when it was noticed.</param>
[EventType("sites.quota-soft-limit-cleared")]
public sealed record QuotaSoftLimitCleared(string Quota, long Used);
