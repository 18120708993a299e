namespace Platform.Processors;

/// <summary>
/// Who met a conflict on a stream tries again in turn: one at a time a stream in this process, so that the last of many isn't refused for bad luck.
/// First tries don't wait, so a stream that nobody fights over costs nothing.
/// </summary>
internal sealed class Turns
{
    // Streams share a turn by chance; it only makes one wait for the other. A command holds one turn at most, so none waits in a circle.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for the turn on a stream, in order of arrival.</summary>
    /// <returns>Ends the turn on dispose.</returns>
    public async Task<Turn> TakeAsync(string tenantId, Guid streamId, CancellationToken cancel)
    {
        var turn = _turns[(uint)HashCode.Combine(tenantId, streamId) % (uint)_turns.Length];
        await turn.WaitAsync(cancel);
        return new Turn(turn, streamId);
    }

    internal sealed class Turn(SemaphoreSlim held, Guid streamId) : IDisposable
    {
        public Guid StreamId => streamId;
        public void Dispose() => held.Release();
    }
}
