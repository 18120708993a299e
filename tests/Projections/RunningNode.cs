using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;

namespace Platform.Projections.Tests;

/// <summary>A process: sequencer and daemon run until disposed.</summary>
public sealed class RunningNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private RunningNode(DocumentStore store) =>
        _work = Task.WhenAll(new Sequencer(store, NullLogger<Sequencer>.Instance).RunAsync(_stop.Token), ProjectionFixture.Daemon(store).RunAsync(_stop.Token));

    public static async Task<RunningNode> StartAsync(DocumentStore store)
    {
        await ProjectionFixture.Daemon(store).PrepareAsync();
        return new RunningNode(store);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }
}
