using Microsoft.Extensions.Logging;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Content;

namespace Platform.Processors.Content;

/// <summary>Brings items to the current version of their content type after it changed; several nodes may. Those of a tenant that is held wait.</summary>
public sealed class ItemMigrator(IDocumentStore store, CommandRunner runner, TenantRegister tenants, TimeProvider time, ILogger<ItemMigrator> log)
    : RecurringJob(TimeSpan.FromSeconds(2), time, log)
{
    private const int AtOnce = 500;

    /// <summary>Who acts, as the events say.</summary>
    public const string User = "platform:migrator";

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var appended = 0;
        foreach (var (tenant, item) in await ItemDetails.FindOutdatedAsync(store, await tenants.HeldAsync(cancel), AtOnce, cancel))
            appended += await TryAsync((tenant, item), () => DoAsync(tenant, item, cancel)) ? 1 : 0;
        if (appended > 0)
            log.LogInformation("{Items} items follow a later version of their content type now.", appended);
        return appended > 0;
    }

    private async Task<bool> DoAsync(string tenant, Guid item, CancellationToken cancel) =>
        await runner.RunAsync(new Arrival(tenant, User, "type-change"), 200, (session, c) => ItemCommands.Migrate(new MigrateItem(item), session, c), cancel)
            is CommandResult.Accepted { Receipt.Events.Count: > 0 };
}
