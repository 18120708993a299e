using System.Collections.Concurrent;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Configuration of tenants in memory: read once, then brought forward by what changed in the read model whenever a projection of this node or another
/// says that it moved on. Without such signals it looks twice a second.
/// </summary>
public sealed class ConfigurationCache(IDocumentStore store)
{
    private const int MostTenants = 1_000;

    // Signals of everything that is projected come here: under load it's asked this often at most.
    private static readonly TimeSpan Coalesce = TimeSpan.FromMilliseconds(5), Patience = TimeSpan.FromMilliseconds(500);

    // An event that was parked and is applied later changes rows behind the place that was read.
    private static readonly TimeSpan WholeLife = TimeSpan.FromMinutes(1);

    private sealed record Known(TenantConfiguration Configuration, Task Pulse, DateTimeOffset At, DateTimeOffset WholeAt);

    private sealed class Slot
    {
        public volatile Known? Known;
        public SharedLook Look { get; } = new();
    }

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    /// <param name="tenantId">Whose.</param>
    /// <param name="fresh">As the read model has it now, signal or not.</param>
    /// <param name="cancel">Gives up.</param>
    public async ValueTask<TenantConfiguration> OfAsync(string tenantId, bool fresh, CancellationToken cancel)
    {
        var slot = _slots.GetOrAdd(tenantId, _ => new Slot());
        if (!fresh && slot.Known is { } known && IsCurrent(known))
            return known.Configuration;
        return await slot.Look.LookAsync(
            tenantId, () => !fresh && slot.Known is { } meanwhile && IsCurrent(meanwhile) ? meanwhile.Configuration : null,
            async () =>
            {
                var next = await ReadAsync(tenantId, slot.Known, cancel);
                if (_slots.Count > MostTenants)
                    _slots.Clear();
                // Whoever asks for tenants that don't exist takes no place from those that do.
                if (next.Configuration.IsEmpty)
                    _slots.TryRemove(tenantId, out _);
                slot.Known = next;
                return next.Configuration;
            }, cancel);
    }

    private bool IsCurrent(Known known)
    {
        var age = store.Options.Time.GetUtcNow() - known.At;
        return age < Coalesce || !known.Pulse.IsCompleted && age < Patience;
    }

    private async Task<Known> ReadAsync(string tenantId, Known? known, CancellationToken cancel)
    {
        // Before the look: what is projected meanwhile is looked for again.
        var (pulse, now) = (store.Signals.Projected.Next, store.Options.Time.GetUtcNow());
        var whole = known is null || now - known.WholeAt > WholeLife;
        var from = whole ? TenantConfiguration.Empty(tenantId) : known!.Configuration;
        var changes = await ConfigurationPart.ChangedAsync(store.QuerySession(tenantId), from.Changed, cancel);
        return new Known(from.With(changes.Items), pulse, now, whole ? now : known!.WholeAt);
    }
}
