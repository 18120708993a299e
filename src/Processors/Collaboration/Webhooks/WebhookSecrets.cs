using System.Security.Cryptography;
using System.Text;

namespace Platform.Processors.Collaboration;

/// <summary>
/// Secrets of webhooks, derived from a key that only the nodes hold: nothing is stored of them, so no event, read model or backup of the database has one.
/// </summary>
/// <param name="key">At least 32 random bytes; all nodes have the same.</param>
public sealed class WebhookSecrets(byte[] key)
{
    private const string Prefix = "whsec_";

    /// <summary>32 bytes; another for each tenant, webhook and generation.</summary>
    public byte[] KeyOf(string tenantId, Guid webhookId, int generation) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"platform/webhook-secret/1\n{tenantId}\n{webhookId}\n{generation}\n"));

    /// <summary>As the receiver is given it: <c>whsec_</c> and base64 (Standard Webhooks).</summary>
    public string Of(string tenantId, Guid webhookId, int generation) => Prefix + Convert.ToBase64String(KeyOf(tenantId, webhookId, generation));
}
