using Platform.Api.Http;
using Platform.Api.Sites;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Hosting;

/// <summary>What every installation has from its first start: the built-in roles, as events of the platform's own tenant; in development a demo tenant.</summary>
public sealed class Seed(CommandRunner runner, IDocumentStore store)
{
    private static readonly Arrival Platform = new(DocumentStore.PlatformTenant, "platform", "seed");

    /// <summary>Brings the built-in roles to what this release says. Safe with several nodes starting at once.</summary>
    /// <returns>Sequence of the last event that this call appended; null: nothing was to be done.</returns>
    public async Task<long?> RolesAsync(CancellationToken cancel)
    {
        long? last = null;
        foreach (var name in BuiltInRoles.All.Keys.Order(StringComparer.Ordinal))
            last = Accepted(await runner.RunAsync(Platform, 200,
                (session, c) => session.DecideAsync<Role>(Role.IdOf(name), role => DefineBuiltInRole.Decide(new DefineBuiltInRole(name), role), c), cancel)) ?? last;
        return last;
    }

    /// <summary>Announces the ledger's keys that this node holds, where it's the first to; see <see cref="RegisterKey"/>.</summary>
    public async Task KeysAsync(CancellationToken cancel)
    {
        // The writer's first: it signs the announcements of the others.
        foreach (var (role, algorithm, publicKey) in store.Options.Signing?.Keys.All.OrderByDescending(key => key.Role).Select(key => key.Announced) ?? [])
            Accepted(await runner.RunAsync(Platform, 200,
                (session, c) => session.DecideAsync<LedgerKeys>(LedgerKeys.Id, keys => RegisterKey.Decide(new RegisterKey(role, algorithm, publicKey), keys), c), cancel));
    }

    /// <summary>The tenant that development tokens are for, provisioned if it isn't, whatever became of it since.</summary>
    public async Task TenantAsync(string tenantId, string name, CancellationToken cancel)
    {
        if (!(await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<Tenant>(Tenant.IdOf(tenantId), cancel: cancel)).State.Exists)
            Accepted(await runner.RunAsync(Platform, 201, (session, c) => TenantEndpoints.Provision(new ProvisionTenant(tenantId, name), session, c), cancel));
    }

    /// <summary>Waits until permissions can be looked up.</summary>
    public async Task AwaitRolesAsync(long? sequence, CancellationToken cancel)
    {
        if (sequence is { } last && !await store.QuerySession(DocumentStore.PlatformTenant).WaitForAsync(Projections.Identity.AccessEntry.ReadModel, last, TimeSpan.FromSeconds(30), cancel))
            throw new TimeoutException("The read model of access didn't follow within 30 s; see ./platform projections.");
    }

    private static long? Accepted(CommandResult result) => result is CommandResult.Accepted { Receipt.Events: var events }
        ? events.Count == 0 ? null : events[^1].Sequence
        : throw new InvalidOperationException($"The seed was refused: {result}.");
}
