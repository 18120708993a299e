using System.Collections.Immutable;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Which tenants there are and which of them are held, in this node's memory. What changed since is fetched when a read model has moved on, on whatever node, and twice a second in any
/// case; so a tenant that is suspended is let in nowhere within a second. Where it can't be fetched nobody is let in.
/// </summary>
public sealed class TenantRegister(IDocumentStore store)
{
    // Milliseconds: between two looks while signals come all the time; without a signal; and until all is read again, so that a model that was rebuilt or mended is followed.
    private const long Busy = 50, Quiet = 500, Whole = 60_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private sealed record Known(ImmutableDictionary<string, string> Tenants, IReadOnlyCollection<string> Held, long Seen, Task Pulse, long At, long WholeAt);

    private readonly SharedLook _look = new();
    private volatile Known? _known;

    /// <summary>One of <see cref="TenantStatus"/>; null: there is no such tenant. The platform's own is always active.</summary>
    /// <exception cref="TimeoutException">The read model is behind what was in the log when this process first asked.</exception>
    public ValueTask<string?> StatusOfAsync(string tenantId, CancellationToken cancel) =>
        tenantId == DocumentStore.PlatformTenant ? ValueTask.FromResult<string?>(TenantStatus.Active)
        : Current() is { } known && known.Tenants.TryGetValue(tenantId, out var status) ? ValueTask.FromResult<string?>(status)
        : LookAsync(tenantId, cancel);

    /// <summary>Tenants whose scheduled work waits: those that are suspended or closed.</summary>
    /// <exception cref="TimeoutException">As above.</exception>
    public async ValueTask<IReadOnlyCollection<string>> HeldAsync(CancellationToken cancel) => (Current() ?? await RefreshAsync(cancel)).Held;

    private async ValueTask<string?> LookAsync(string tenantId, CancellationToken cancel)
    {
        if ((Current() ?? await RefreshAsync(cancel)).Tenants.TryGetValue(tenantId, out var status))
            return status;
        // Just provisioned, perhaps: the read model lacks it for some milliseconds. Its stream has it.
        var tenant = (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<Tenant>(Tenant.IdOf(tenantId), cancel: cancel)).State;
        return tenant.Exists ? tenant.Status : null;
    }

    private Known? Current() => _known is { } known && Environment.TickCount64 - known.At is var age && (age < Busy || age < Quiet && !known.Pulse.IsCompleted) ? known : null;

    private ValueTask<Known> RefreshAsync(CancellationToken cancel) => _look.LookAsync("", Current, async () => _known = await NextAsync(_known, cancel), cancel);

    private async Task<Known> NextAsync(Known? before, CancellationToken cancel)
    {
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        if (before is null && !await session.WaitForAllAsync(TenantState.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {TenantState.ReadModel} is behind the log: until it has all of it, nobody is let in.");
        // Before the look: what comes during it is looked for again.
        var (pulse, at) = (store.Signals.Projected.Next, Environment.TickCount64);
        if (before is not null && at - before.WholeAt < Whole)
        {
            var news = await TenantState.SinceAsync(session, before.Seen, cancel);
            if (news.Index >= before.Seen)
                return Of(before.Tenants, news, pulse, at, before.WholeAt, before.Held);
        }
        return Of(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal), await TenantState.SinceAsync(session, -1, cancel), pulse, at, at, []);
    }

    private static Known Of(ImmutableDictionary<string, string> tenants, Answer<TenantState> news, Task pulse, long at, long wholeAt, IReadOnlyCollection<string> held)
    {
        var next = tenants.SetItems(news.Items.Select(state => KeyValuePair.Create(state.TenantId, state.Status)));
        return new Known(next, news.Items.Count == 0 ? held : [.. next.Where(t => t.Value != TenantStatus.Active).Select(t => t.Key)], news.Index, pulse, at, wholeAt);
    }
}
