using Platform.Api.Http;
using Platform.Domain.Collaboration;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Collaboration;

namespace Platform.Api.Collaboration;

/// <summary>Answers with the secret as of the version that the command made: the same again when the same request is sent again with its key.</summary>
internal static class SecretAnswer
{
    public static AfterCommand Of { get; } = new(typeof(SecretReceipt), WebhookBodies.Default, RunAsync);

    private static async Task<Func<Receipt, object>> RunAsync(HttpContext http, Receipt accepted)
    {
        var tenant = Caller.Of(http).TenantId;
        var secrets = http.RequestServices.GetRequiredService<WebhookSecrets>();
        var webhook = await http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(tenant).Events.AggregateStreamAsync<Webhook>(accepted.StreamId, accepted.Version, cancel: http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return receipt => new SecretReceipt(
            receipt.StreamId, receipt.Version, receipt.Events, receipt.Timestamp, receipt.State, secrets.Of(tenant, receipt.StreamId, webhook.State.Generation));
    }
}
