using Platform.EventStore;

namespace Platform.Processors;

/// <summary>Sees to it that a read model has all that was in the log when this process first asked: one that is being built would let in whom it doesn't know to be suspended.</summary>
/// <param name="readModel">Its name.</param>
public sealed class FirstCatchUp(string readModel)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private volatile bool _isDone;

    /// <exception cref="TimeoutException">It's behind.</exception>
    public async ValueTask AwaitAsync(IQuerySession session, CancellationToken cancel)
    {
        if (!_isDone && !(_isDone = await session.WaitForAllAsync(readModel, Patience, cancel)))
            throw new TimeoutException($"The read model {readModel} is behind the log: until it has all of it, nothing is decided on it.");
    }
}
