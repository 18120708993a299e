using System.Runtime.ExceptionServices;

namespace Platform.Processors;

/// <summary>
/// One look at what has changed at a time. Whoever comes meanwhile waits, and has what it found or how it failed: a queue before a database that is away would answer its last only after the sum of all
/// their patience.
/// </summary>
public sealed class SharedLook
{
    // How many looks have ended: by it one that failed is known to have ended after somebody came, which a clock that stands still for milliseconds doesn't tell.
    private long _ended;
    private Failure? _failed;

    private SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Somebody looks just now.</summary>
    public bool IsUnderWay => Turn.CurrentCount == 0;

    private sealed record Failure(long Number, ExceptionDispatchInfo Cause);

    /// <param name="found">What there is without another look; null: one is needed.</param>
    /// <param name="look">Looks, and keeps what it finds.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async ValueTask<T> LookAsync<T>(Func<T?> found, Func<Task<T>> look, CancellationToken cancel) where T : class
    {
        var ended = Volatile.Read(ref _ended);
        await Turn.WaitAsync(cancel);
        try
        {
            if (found() is { } meanwhile)
                return meanwhile;
            if (_failed is { } failed && failed.Number > ended)
                failed.Cause.Throw();
            return await look();
        }
        catch (Exception e) when (e is not OperationCanceledException && _failed?.Cause.SourceException != e)
        {
            _failed = new Failure(_ended + 1, ExceptionDispatchInfo.Capture(e));
            throw;
        }
        finally
        {
            Volatile.Write(ref _ended, _ended + 1);
            Turn.Release();
        }
    }
}
