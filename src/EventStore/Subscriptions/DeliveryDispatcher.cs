using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>Makes due deliveries, many at once and each stream in order. Handlers run beside; all that is written is written in the turns of one loop.</summary>
internal sealed class DeliveryDispatcher(DocumentStore store, Subscription subscription, SubscriptionRun run, ILogger log) : IAsyncDisposable
{
    private const int LongestError = 1_000;

    // How soon a retry's time is noticed, and what another process left.
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    // What is under way when the process ends has this long to end by itself; more, and it's done again by the next process.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<DueDelivery, Task> _underWay = [];
    private readonly ConcurrentQueue<AttemptNote> _notes = new();
    private DateTimeOffset _lookAt = DateTimeOffset.MinValue;

    /// <summary>An attempt ended.</summary>
    public Signal Finished { get; } = new();

    /// <summary>Notes what ended and starts what is due.</summary>
    /// <param name="enqueued">There may be more than before.</param>
    /// <param name="cancel">Stops between statements.</param>
    /// <returns>Whether anything was noted or started.</returns>
    public async Task<bool> TurnAsync(bool enqueued, CancellationToken cancel)
    {
        var noted = await NoteAsync(cancel);
        var now = store.Options.Time.GetUtcNow();
        if (!noted && !enqueued && now < _lookAt)
            return false;
        _lookAt = now + Look;
        return await StartAsync(now, cancel) || noted;
    }

    /// <summary>Waits for what is under way, as long as it's worth it.</summary>
    /// <param name="orderly">The process ends; the lease may still be ours.</param>
    public async Task EndAsync(bool orderly)
    {
        try
        {
            if (orderly && _underWay.Count > 0)
                await Task.WhenAny(Task.WhenAll(_underWay.Values), Task.Delay(Farewell));
            if (orderly && await run.HoldAsync(CancellationToken.None))
                await NoteAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is LeaseLostException or NpgsqlException)
        {
            log.LogDebug(e, "What ended last is done again by the next process.");
        }
        await _stop.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_underWay.Values);
        _stop.Dispose();
    }

    private async Task<bool> StartAsync(DateTimeOffset now, CancellationToken cancel)
    {
        if (_underWay.Count >= subscription.Limits.Total)
            return false;
        var held = await subscription.HeldAsync(cancel);
        IReadOnlyList<DueDelivery> due;
        await using (var connection = await run.OpenAsync(cancel))
            due = await run.Queue.FindDueAsync(connection, now, 2 * subscription.Limits.PerTarget, held, cancel);
        if (Choose(due) is not { Count: > 0 } chosen)
            return false;
        await run.RequireHeldAsync("deliveries were chosen", cancel);
        foreach (var delivery in await run.ClaimAsync(chosen, attempt => subscription.Retry.After(attempt, Random.Shared.NextDouble()), cancel))
        {
            var key = new DueDelivery(delivery.Event.TenantId, delivery.Target, delivery.Event.Id, delivery.Event.StreamId);
            _underWay.Add(key, Task.Run(() => HandleAsync(key, delivery), CancellationToken.None));
        }
        return true;
    }

    private List<DueDelivery> Choose(IReadOnlyList<DueDelivery> due)
    {
        var limits = subscription.Limits;
        var lanes = _underWay.Keys.Select(d => d.Lane).ToHashSet();
        var targets = _underWay.Keys.CountBy(d => (d.TenantId, d.Target)).ToDictionary();
        var tenants = _underWay.Keys.CountBy(d => d.TenantId).ToDictionary();
        var chosen = new List<DueDelivery>();
        foreach (var delivery in due)
        {
            if (_underWay.Count + chosen.Count >= limits.Total)
                break;
            var (target, tenant) = ((delivery.TenantId, delivery.Target), delivery.TenantId);
            if (targets.GetValueOrDefault(target) >= limits.PerTarget || tenants.GetValueOrDefault(tenant) >= limits.PerTenant || !lanes.Add(delivery.Lane))
                continue;
            targets[target] = targets.GetValueOrDefault(target) + 1;
            tenants[tenant] = tenants.GetValueOrDefault(tenant) + 1;
            chosen.Add(delivery);
        }
        return chosen;
    }

    private async Task HandleAsync(DueDelivery key, Delivery delivery)
    {
        DeliveryOutcome outcome;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        time.CancelAfter(subscription.Limits.Time);
        try
        {
            outcome = await subscription.HandleAsync(delivery, time.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Not ours any more: whoever has the lease hands it over again.
            return;
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            outcome = new DeliveryOutcome.Failed($"It took longer than {subscription.Limits.Time.TotalSeconds} s.");
        }
        catch (Exception e)
        {
            log.LogWarning(e, "Subscription {Subscription} failed at event {Event} of tenant {Tenant}, attempt {Attempt}.", subscription.Name, delivery.Event.Id, delivery.Event.TenantId, delivery.Attempt);
            outcome = new DeliveryOutcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
        _notes.Enqueue(NoteOf(key, delivery, outcome));
        Finished.Pulse();
    }

    private AttemptNote NoteOf(DueDelivery key, Delivery delivery, DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Failed { Error: var error, RetryAt: var at } => new(key, delivery.Attempt, at ?? store.Options.Time.GetUtcNow() + delivery.RetryIn, Short(error)),
        DeliveryOutcome.Dead { Error: var error } => new(key, delivery.Attempt, null, Short(error)),
        _ => new(key, delivery.Attempt, null, null),
    };

    private async Task<bool> NoteAsync(CancellationToken cancel)
    {
        if (_notes.IsEmpty)
            return false;
        // Taken out when they are written: a process that fails in between has them done again, it doesn't forget them.
        var notes = _notes.ToList();
        await run.NoteAsync(notes, cancel);
        foreach (var note in notes)
        {
            _notes.TryDequeue(out _);
            _underWay.Remove(note.Delivery);
        }
        return true;
    }

    // PostgreSQL takes no NUL.
    private static string Short(string error) => (error.Length <= LongestError ? error : error[..LongestError]).Replace('\0', ' ');
}
