using Platform.Api.Http;
using Platform.Domain.Collaboration;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Collaboration;

namespace Platform.Api.Collaboration;

/// <summary>Answers with the secret as of the version that the command made: the same again when the same request is sent again with its key.</summary>
internal sealed class SecretAnswer : ICommandAnswer
{
    public Type Type => typeof(SecretReceipt);

    public async Task<IResult> OfAsync(HttpContext http, CommandResult.Accepted accepted)
    {
        var (receipt, tenant) = (accepted.Receipt, Caller.Of(http).TenantId);
        var secrets = http.RequestServices.GetRequiredService<WebhookSecrets>();
        var webhook = await http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(tenant).Events.AggregateStreamAsync<Webhook>(receipt.StreamId, receipt.Version, cancel: http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new SecretReceipt(receipt.StreamId, receipt.Version, receipt.Events, receipt.Timestamp, receipt.State, secrets.Of(tenant, receipt.StreamId, webhook.State.Generation)),
            WebhookBodies.Default.SecretReceipt, statusCode: accepted.Status);
    }
}
