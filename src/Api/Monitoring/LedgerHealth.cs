using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors.Audit;

namespace Platform.Api.Monitoring;

/// <summary>Healthy: the log is signed by all the algorithms that it announced, and cosigned where witnesses are configured. Says with which algorithms this machine can sign.</summary>
internal sealed class LedgerHealth(PublishedLog log, WitnessOptions witnesses, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await log.AlarmAsync(cancellationToken) is { } alarm)
                return HealthCheckResult.Degraded($"The log isn't signed. {alarm}");
            if (witnesses.Policy is not null && await log.HeadAsync(cancellationToken) is { } head && head.CosignedSize != head.Size && time.GetUtcNow() - head.SignedAt > Patience)
                return HealthCheckResult.Degraded($"Checkpoints are published uncosigned since size {head.CosignedSize ?? 0}: too few witnesses answer.");
            if (MlDsa65.IsSupported)
                return HealthCheckResult.Healthy("Signed with Ed25519 and ML-DSA-65.");
            return (await log.TrustAsync(null, cancellationToken)).HybridFrom is { } hybrid
                ? HealthCheckResult.Degraded($"Signed with Ed25519 alone, though from size {hybrid} on checkpoints need a line of ML-DSA-65 as well: that needs OpenSSL 3.5, which this machine hasn't. Auditors refuse such checkpoints.")
                : HealthCheckResult.Healthy("Signed with Ed25519 alone: ML-DSA-65 needs OpenSSL 3.5, which this machine hasn't.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database doesn't answer.", e);
        }
    }
}
