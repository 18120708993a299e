using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Platform.EventStore;

namespace Platform.Api.Monitoring;

/// <summary>Ready: the database answers, its guard stands, and no read model stands still or has events parked.</summary>
internal sealed class DatabaseHealth(Database database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await ChainGuard.FindGapsAsync(database.App, cancellationToken) is { Count: > 0 } gaps)
                return HealthCheckResult.Degraded($"The chain isn't guarded: {string.Join(", ", gaps)}. Run ./platform verify.");
            var failed = (await ProjectionStatus.AllAsync(database, cancellationToken)).Where(p => p.IsIncomplete).Select(p => p.Name).Distinct().ToList();
            return failed.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"Read models stand still or lack events: {string.Join(", ", failed)}.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database doesn't answer.", e);
        }
    }
}

internal static class HealthReportWriter
{
    public static async Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("status", report.Status.ToString());
        writer.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            writer.WriteStartObject(name);
            writer.WriteString("status", entry.Status.ToString());
            if (entry.Description is { } description)
                writer.WriteString("description", description);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
