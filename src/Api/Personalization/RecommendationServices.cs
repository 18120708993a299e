using System.Text;
using Platform.Api.Identity;
using Platform.Processors.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What recommends.</summary>
internal static class RecommendationServices
{
    public static void AddRecommendations(this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        services.AddSingleton(s => new SiteRecommenders(s.GetRequiredService<EventStore.IDocumentStore>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => RecommendationServiceOptions.Of(configuration, isDevelopment));
        services.AddSingleton<ServiceCredentials>();
        services.AddSingleton<OpenCredential>(s => s.GetRequiredService<ServiceCredentials>().Open);
        services.AddSingleton<RecommendationServiceClient>();
        services.AddSingleton<RemoteRecommender>();
        services.AddHttpClient(RecommendationServiceClient.Name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(s => new Processors.Collaboration.ReceiverConnections(s.GetRequiredService<RecommendationServiceOptions>().Policy).CreateHandler())
            // They would tell credentials.
            .RemoveAllLoggers();
    }
}

/// <summary>What tenants' recommendation services know the platform by: in events it's sealed, and open for the URL that it was given for alone.</summary>
internal sealed class ServiceCredentials(TokenSecret secret)
{
    private readonly SealedValue _sealed = new(secret.Bytes, "recommendation service credential");

    public string Seal(string tenantId, string url, string credential) => _sealed.Seal(Encoding.UTF8.GetBytes(credential), $"{tenantId}\n{url}");

    /// <summary>Null: it was sealed for another, or by nodes that had another secret.</summary>
    public string? Open(string tenantId, string url, string text) => _sealed.Open(text, $"{tenantId}\n{url}") is { } plain ? Encoding.UTF8.GetString(plain) : null;
}
