using Microsoft.Extensions.Logging;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>
/// Asks for the erasure of people who were kept as long as a retention rule of their tenant says. Several nodes may find the same person due: their stream takes one request, decided on the
/// policy and on their last event as they are at that moment.
/// </summary>
public sealed class RetentionErasure(IDocumentStore store, CommandRunner runner, TimeProvider time, ILogger<RetentionErasure> log) : RecurringJob(TimeSpan.FromMinutes(10), time, log)
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        // As PostgreSQL keeps it.
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var found = await RetentionRules.FindDueAsync(store, now, EraseByRule.Notice, AtOnce, cancel);
        // What was recorded about them in other streams than their own, until now.
        if (found.Count == 0 || !await store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(SubjectEvents.ReadModel, Patience, cancel))
            return false;
        var appended = false;
        foreach (var due in found)
            appended |= await TryAsync((due.TenantId, due.SubjectId), () => RequestAsync(due, now, cancel));
        // The next round finds others once the read model has these.
        return appended && await store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(SubjectDetails.ReadModel, Patience, cancel);
    }

    private async Task<bool> RequestAsync(FallenDue due, DateTimeOffset now, CancellationToken cancel)
    {
        var result = await runner.RunAsync(new Arrival(due.TenantId, SubjectErasure.User, "retention", CorrelationId: $"retention:{due.SubjectId}"), 200,
            (session, c) => PrivacyCommands.EraseByRule(due, SubjectErasure.User, now, session, c), cancel);
        if (result is not CommandResult.Accepted { Receipt.Events.Count: > 0 })
            return false;
        log.LogInformation("Data subject {Subject} of tenant {Tenant} was kept as long as a retention rule says: the erasure is asked for.", due.SubjectId, due.TenantId);
        return true;
    }
}
