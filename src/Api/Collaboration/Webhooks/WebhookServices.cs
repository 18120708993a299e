using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Processors.Collaboration;

namespace Platform.Api.Collaboration;

internal static class WebhookServices
{
    /// <summary>File in the directory of the ledger's keys: all nodes share it, as they share those.</summary>
    private const string KeyFile = "webhooks.key";

    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => WebhookOptions.Of(configuration));
        services.AddSingleton(s => new ReceiverConnections(s.GetRequiredService<WebhookOptions>().Policy));
        services.AddSingleton(s => new WebhookSecrets(s.GetRequiredService<LedgerFiles>().Keys.Secret(KeyFile)));
        services.AddSingleton<WebhookCommands>();
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<Subscription, WebhookSubscription>();
        services.AddHttpClient(WebhookClient.Name)
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(s => s.GetRequiredService<ReceiverConnections>().CreateHandler())
            // They would tell URLs, which may hold what only the receiver should know.
            .RemoveAllLoggers();
        return services;
    }
}
