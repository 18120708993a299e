using Microsoft.Extensions.Logging;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Content;

namespace Platform.Processors.Content;

/// <summary>
/// Publishes and unpublishes what is due. Several nodes may find the same item due, and find it again while the read model follows:
/// the item's stream takes each action once. After downtime everything that fell due is done, in the order in which it was due;
/// so it is when a tenant is resumed.
/// </summary>
public sealed class ItemScheduler(IDocumentStore store, CommandRunner runner, TenantRegister tenants, TimeProvider time, ILogger<ItemScheduler> log)
    : RecurringJob(TimeSpan.FromSeconds(1), time, log)
{
    private const int AtOnce = 200;

    /// <summary>Who acts, as the events say.</summary>
    public const string User = "platform:scheduler";

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var appended = false;
        foreach (var (tenant, command) in await DueItems.FindAsync(store, _time.GetUtcNow(), await tenants.HeldAsync(cancel), AtOnce, cancel))
            appended |= await TryAsync((tenant, command), () => DoAsync(tenant, command, cancel));
        // Rows found that changed nothing were done before, and leave as the read model follows.
        return appended;
    }

    private async Task<bool> DoAsync(string tenant, RunSchedule command, CancellationToken cancel)
    {
        var result = await runner.RunAsync(
            new Arrival(tenant, User, "schedule", CorrelationId: $"schedule:{command.ItemId}"), 200, (session, c) => ItemCommands.RunSchedule(command, session, c), cancel);
        if (result is not CommandResult.Accepted { Receipt.Events: { Count: > 0 } events })
            return false;
        log.LogInformation("{Action} of item {Item} of tenant {Tenant}, due at {Due}: {Events}.", command.Action, command.ItemId, tenant, command.DueAt, string.Join(", ", events.Select(e => e.Type)));
        return true;
    }
}
