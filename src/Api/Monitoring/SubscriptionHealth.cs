using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.EventStore;

namespace Platform.Api.Monitoring;

/// <summary>Healthy: every subscription follows the log. Dead letters are told, and are no fault of the platform's: most are receivers that went away.</summary>
internal sealed class SubscriptionHealth(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var all = await SubscriptionStatus.AllAsync(database, cancellationToken);
            var failed = all.Where(s => s.Error is not null).Select(s => s.Name).ToList();
            return failed.Count > 0
                ? HealthCheckResult.Degraded($"Subscriptions stand still: {string.Join(", ", failed)}.")
                : HealthCheckResult.Healthy(string.Join(' ', all.Select(s => $"{s.Name}: lag {s.Lag}, {s.Waiting} waiting, {s.Dead} dead letters.")));
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database doesn't answer.", e);
        }
    }
}
