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
            var incomplete = (await ProjectionStatus.AllAsync(database, cancellationToken)).Where(p => p.IsIncomplete).Select(Describe).Distinct().ToList();
            return incomplete.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"Read models stand still or lack events: {string.Join(", ", incomplete)}. See ./platform projections.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy("The database doesn't answer.", e);
        }
    }

    private static string Describe(ProjectionStatus p) => p.State switch
    {
        "failed" => $"{p.Name} (failed)",
        "rejected" => $"{p.Name} (version {p.Version} not put in place, {p.Parked} events parked)",
        _ => $"{p.Name} ({p.Parked} events parked, {p.Held} held)",
    };
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
