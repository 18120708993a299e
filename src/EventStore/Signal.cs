namespace Platform.EventStore;

/// <summary>Wakes everyone who waits, once; who comes later waits for the next pulse.</summary>
public sealed class Signal
{
    private TaskCompletionSource _next = New();

    public void Pulse() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>The next pulse. Take it before looking at the state that a pulse announces, or a pulse in between is missed.</summary>
    public Task Next => _next.Task;

    /// <summary>Waits for <paramref name="pulse"/>, at most <paramref name="limit"/>.</summary>
    public static async Task WaitAsync(Task pulse, TimeSpan limit, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(limit);
        await pulse.WaitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
