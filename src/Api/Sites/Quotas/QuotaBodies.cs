using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>A limit; what is null is unlimited.</summary>
/// <param name="Soft">From here on the tenant is warned.</param>
/// <param name="Hard">What goes beyond is refused.</param>
public sealed record LimitBody(long? Soft, long? Hard);

/// <summary>All limits that a tenant has of its own. Of what isn't named the platform's defaults hold.</summary>
/// <param name="EventsPerDay">Events that callers append from midnight to midnight, UTC.</param>
/// <param name="RequestsPerSecond">Requests of the whole tenant; a hard limit only.</param>
/// <param name="Sites">Sites that there are.</param>
/// <param name="StorageBytes">Size of the bodies of all events.</param>
/// <param name="Users">People who are registered.</param>
public sealed record QuotasBody(LimitBody? EventsPerDay, LimitBody? RequestsPerSecond, LimitBody? Sites, LimitBody? StorageBytes, LimitBody? Users);

/// <summary>What a tenant may use, and what it uses.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Quotas">In name order.</param>
/// <param name="Version">Of the stream of its own limits; 0: it has none.</param>
public sealed record QuotasAnswer(string TenantId, IReadOnlyList<QuotaAnswer> Quotas, long Version);

/// <summary>A quota.</summary>
/// <param name="Quota">eventsPerDay, requestsPerSecond, sites, storageBytes or users.</param>
/// <param name="Soft">From here on the tenant is warned; null: never.</param>
/// <param name="Hard">What goes beyond is refused; null: nothing is.</param>
/// <param name="Used">What is used; null: it's a rate. Sites and users are as of now, the others as far as X-Ledger-Index says.</param>
/// <param name="ResetsAt">When it begins anew; null: it doesn't.</param>
/// <param name="IsOwn">The limit is the tenant's own, not the platform's default.</param>
public sealed record QuotaAnswer(string Quota, long? Soft, long? Hard, long? Used, DateTimeOffset? ResetsAt, bool IsOwn);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(QuotasBody))]
[JsonSerializable(typeof(QuotasAnswer))]
[JsonSerializable(typeof(Page<DayUse>))]
internal sealed partial class QuotaBodies : JsonSerializerContext;
