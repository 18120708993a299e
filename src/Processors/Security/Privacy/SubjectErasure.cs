using Microsoft.Extensions.Logging;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>
/// Carries erasures out: destroys the person's keys, waits until no process has one at hand any more, and records which were destroyed. Any number of nodes may try, and any of
/// them may stop anywhere: what is destroyed stays so, and the next one records it.
/// </summary>
public sealed class SubjectErasure(IDocumentStore store, CommandRunner runner, TimeProvider time, ILogger<SubjectErasure> log) : RecurringJob(TimeSpan.FromSeconds(1), time, log)
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Who records, as the events say.</summary>
    public const string User = "platform:privacy";

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        if (store.Options.Personal is not { } personal)
            return false;
        var pending = await SubjectDetails.FindPendingAsync(store, AtOnce, cancel);
        // Which texts were sealed of them is asked of a model that has all that came before.
        if (pending.Count == 0 || !await store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(SubjectEvents.ReadModel, Patience, cancel))
            return false;
        var destroyed = new List<(string TenantId, CompleteErasure Command)>();
        foreach (var (tenant, subject) in pending)
            await TryAsync((tenant, subject), async () =>
            {
                // The model may be behind; the stream says whether it's still to be done.
                if ((await store.QuerySession(tenant).Events.AggregateStreamAsync<DataSubject>(subject, cancel: cancel)).State.Erasure is not ErasureState.Pending)
                    return false;
                // Also those that the store hasn't got, as an old copy of it may not: once the ledger names them they open nothing, wherever they come from.
                var keys = await SubjectEvents.KeysOfAsync(store, tenant, subject, cancel);
                destroyed.Add((tenant, new CompleteErasure(subject, [.. (await personal.DestroyAsync(tenant, subject, cancel)).Union(keys)])));
                return true;
            });
        if (destroyed.Count == 0)
            return false;
        await Task.Delay(2 * PersonalData.CacheLife, _time, cancel);
        var appended = false;
        foreach (var (tenant, command) in destroyed)
            appended |= await TryAsync((tenant, command.SubjectId), () => RecordAsync(tenant, command, cancel));
        return appended;
    }

    private async Task<bool> RecordAsync(string tenant, CompleteErasure command, CancellationToken cancel)
    {
        var result = await runner.RunAsync(new Arrival(tenant, User, "erasure", CorrelationId: $"erasure:{command.SubjectId}"), 200,
            (session, c) => PrivacyCommands.CompleteErasure(command, session, c), cancel);
        if (result is not CommandResult.Accepted { Receipt.Events.Count: > 0 })
            return false;
        log.LogInformation("Data subject {Subject} of tenant {Tenant} is erased: {Keys} keys destroyed.", command.SubjectId, tenant, command.KeyIds.Count);
        return true;
    }
}
