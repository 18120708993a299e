using Microsoft.Extensions.Logging.Abstractions;

namespace Platform.EventStore.Tests.Subscriptions;

/// <summary>A process with one subscription: sequencer and daemon run until disposed.</summary>
internal sealed class SubscriptionNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private SubscriptionNode(DocumentStore store, SubscriptionDaemon daemon) =>
        _work = Task.WhenAll(new Sequencer(store, NullLogger<Sequencer>.Instance).RunAsync(_stop.Token), daemon.RunAsync(_stop.Token));

    public static async Task<SubscriptionNode> StartAsync(DocumentStore store, Subscription subscription)
    {
        var daemon = new SubscriptionDaemon(store, [subscription], NullLogger<SubscriptionDaemon>.Instance);
        await daemon.PrepareAsync();
        return new SubscriptionNode(store, daemon);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }
}
