using Microsoft.Extensions.Logging;
using Npgsql;

namespace Platform.EventStore;

/// <summary>Runs subscriptions. Each has a lease of its own, so any number of processes may share them: one routes and hands over, the others stand by.</summary>
public sealed class SubscriptionDaemon(DocumentStore store, IEnumerable<Subscription> subscriptions, ILogger<SubscriptionDaemon> log)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250), LongestRetry = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<Subscription> _subscriptions = [.. subscriptions];

    /// <summary>Registers each: one that is new begins here.</summary>
    public async Task PrepareAsync(CancellationToken cancel = default)
    {
        foreach (var subscription in _subscriptions)
            await new SubscriptionRun(store, subscription).RegisterAsync(cancel);
    }

    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(_subscriptions.Select(s => RunAsync(s, cancel)));

    private async Task RunAsync(Subscription subscription, CancellationToken cancel)
    {
        var retry = FirstRetry;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(subscription, () => retry = FirstRetry, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException)
            {
                log.LogInformation("Subscription {Subscription} passed to another process.", subscription.Name);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (e is NpgsqlException { IsTransient: true })
                    log.LogWarning("Subscription {Subscription} can't reach the database, it tries again: {Reason}", subscription.Name, e.Message);
                else
                    log.LogError(e, "Subscription {Subscription} stopped; it is tried again in {Retry}.", subscription.Name, retry);
                await Task.Delay(retry, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 > LongestRetry ? LongestRetry : retry * 2;
            }
        }
    }

    private async Task WorkAsync(Subscription subscription, Action onProgress, CancellationToken cancel)
    {
        var run = new SubscriptionRun(store, subscription);
        while (!await run.HoldAsync(cancel))
            await Task.Delay(Lease.Life / 8, cancel);
        // A lease passes on when it expires: what was read of the position before it was ours may have moved on.
        await run.RegisterAsync(cancel);
        await using var dispatcher = new DeliveryDispatcher(store, subscription, run, log);
        var followFrom = DateTimeOffset.MinValue;
        var pause = FirstRetry;
        var woken = Task.CompletedTask;
        try
        {
            while (true)
            {
                // One for as long as nothing happens: each leaves a continuation behind on what it waits for.
                if (woken.IsCompleted)
                    woken = Task.WhenAny(store.Signals.Sequenced.Next, store.Signals.Projected.Next, dispatcher.Finished.Next);
                if (!await run.HoldAsync(cancel))
                    return;
                var moved = 0L;
                if (store.Options.Time.GetUtcNow() >= followFrom)
                {
                    try
                    {
                        moved = await run.FollowAsync(cancel);
                        pause = FirstRetry;
                    }
                    catch (Exception e) when (e is not (OperationCanceledException or LeaseLostException or NpgsqlException { IsTransient: true } or OutOfMemoryException))
                    {
                        // What is enqueued already goes on.
                        log.LogError(e, "Subscription {Subscription} can't route a page of the log; it is tried again in {Pause}.", subscription.Name, pause);
                        await run.FailAsync($"{e.GetType().Name}: {e.Message}", cancel);
                        followFrom = store.Options.Time.GetUtcNow() + pause;
                        pause = pause * 2 > LongestRetry ? LongestRetry : pause * 2;
                    }
                }
                var worked = await dispatcher.TurnAsync(moved > 0, cancel);
                if (moved > 0 || worked)
                    onProgress();
                else
                    await Signal.WaitAsync(woken, store.Signals.Patience < DeliveryDispatcher.Look ? store.Signals.Patience : DeliveryDispatcher.Look, cancel);
            }
        }
        finally
        {
            await dispatcher.EndAsync(cancel.IsCancellationRequested);
            await run.ReleaseAsync();
        }
    }
}
