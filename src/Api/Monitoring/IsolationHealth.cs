using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Api.Monitoring;

/// <summary>Healthy: the last probe found that tenants are kept apart. Where none was made yet, nothing is known.</summary>
internal sealed class IsolationHealth(IDocumentStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var answer = await IsolationProbeDetails.LatestAsync(store.QuerySession(DocumentStore.PlatformTenant), cancellationToken);
            return answer switch
            {
                null => HealthCheckResult.Healthy("Isolation hasn't been probed yet."),
                { FindingCount: 0 } => HealthCheckResult.Healthy($"Tenants were apart at {answer.FinishedAt:u}."),
                _ => HealthCheckResult.Degraded($"Tenants aren't kept apart: {answer.FindingCount} findings at {answer.FinishedAt:u}; GET /api/isolation-probes/{answer.Id} has them."),
            };
        }
        catch (ReadModelMissingException)
        {
            return HealthCheckResult.Healthy("The read model of probes isn't built yet.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database doesn't answer.", e);
        }
    }
}
