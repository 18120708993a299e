using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors.Audit;

namespace Platform.Api.Monitoring;

/// <summary>Healthy: the log is signed, and cosigned where witnesses are configured. Says with which algorithms this machine can sign.</summary>
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
            return HealthCheckResult.Healthy(MlDsa65.IsSupported ? "Signed with Ed25519 and ML-DSA-65." : "Signed with Ed25519 alone: ML-DSA-65 needs OpenSSL 3.5, which this machine hasn't.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database doesn't answer.", e);
        }
    }
}
