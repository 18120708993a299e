using Microsoft.Extensions.Logging;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>Lets go, once a day, of what tenants have kept of visitors for as long as they said. Several nodes may find the same tenant due: its stream takes one event a day.</summary>
public sealed class VisitorRetentionWatch(IDocumentStore store, CommandRunner runner, TimeProvider time, ILogger<VisitorRetentionWatch> log) : RecurringJob(TimeSpan.FromMinutes(10), time, log)
{
    private const int AtOnce = 200;

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var due = await VisitorRetentionDetails.FindDueAsync(store, now, AtOnce, cancel);
        var appended = false;
        foreach (var tenant in due)
            appended |= await TryAsync(tenant, () => ForgetAsync(tenant, now, cancel));
        // The next round finds others once the read model has these.
        return appended && due.Count == AtOnce && await store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(VisitorRetentionDetails.ReadModel, TimeSpan.FromSeconds(10), cancel);
    }

    private async Task<bool> ForgetAsync(string tenant, DateTimeOffset now, CancellationToken cancel)
    {
        var result = await runner.RunAsync(new Arrival(tenant, "platform", "retention", CorrelationId: $"visitors:{now:yyyy-MM-dd}"), 200,
            (session, c) => session.DecideAsync<VisitorRetention>(VisitorRetention.Id, retention => ForgetVisitors.Decide(new ForgetVisitors(now), retention), c), cancel);
        if (result is not CommandResult.Accepted { Receipt.Events.Count: > 0 })
            return false;
        log.LogInformation("Tenant {Tenant} has kept visitors' events for as long as it says: those are let go of.", tenant);
        return true;
    }
}
