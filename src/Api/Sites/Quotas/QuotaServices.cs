using Platform.Api.Http;
using Platform.EventStore;
using Platform.Processors.Sites;

namespace Platform.Api.Sites;

/// <summary>What holds tenants to their limits.</summary>
internal static class QuotaServices
{
    public static void AddQuotas(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => QuotaOptions.Of(configuration));
        services.AddSingleton<TenantCounters>();
        services.AddSingleton<QuotaModels>();
        services.AddSingleton<TenantUse>();
        services.AddSingleton(_ => RateOptions.Of(configuration));
        services.AddSingleton<RateLimits>();
        services.AddSingleton<TenantTurns>();
        // The store asks them, and they ask the store.
        services.AddSingleton(s => new AppendQuotas(s.GetRequiredService<QuotaModels>, s.GetRequiredService<IDocumentStore>, s.GetRequiredService<TenantCounters>()));
    }
}
