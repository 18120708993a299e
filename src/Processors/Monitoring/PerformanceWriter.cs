using Microsoft.Extensions.Logging;
using Platform.Domain.Monitoring;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;

namespace Platform.Processors.Monitoring;

/// <summary>
/// Writes down, in each tenant that had this process do something, how long it took: one event when a period is over, and when the process ends. What can't be written then is lost; it's
/// measured, not promised.
/// </summary>
public sealed class PerformanceWriter(TenantPerformance performance, PerformanceOptions options, CommandRunner runner, TenantRegister tenants, TimeProvider time, ILogger<PerformanceWriter> log)
    : RecurringJob(TimeSpan.FromSeconds(5), time, log)
{
    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        // By the clock, so that what is measured lies within one quarter of an hour.
        if (options.Every is { } every && _time.GetUtcNow().UtcTicks / every.Ticks > performance.From.UtcTicks / every.Ticks)
            await WriteAsync(cancel);
        return false;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (options.Every is not null)
            await WriteAsync(cancellationToken);
    }

    /// <summary>Writes what was measured so far.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var (from, measured) = performance.Take();
        foreach (var (tenant, operations) in measured)
            try
            {
                // A token may name a tenant that there isn't; and whoever is held has nothing written.
                if (await tenants.StatusOfAsync(tenant, cancel) != TenantStatus.Active)
                    continue;
                var command = new RecordPerformance(performance.NodeId, from, operations);
                await runner.RunAsync(new Arrival(tenant, "platform", "measurement", CorrelationId: $"performance:{performance.NodeId}"), 200,
                    (session, c) => session.DecideAsync<PerformanceRecord>(PerformanceRecord.IdOf(command.NodeId, from), state => RecordPerformance.Decide(command, state), c), cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning("How long was taken for tenant {Tenant} since {From:O} couldn't be written down: {Reason}", tenant, from, e.Message);
            }
    }
}
