namespace Platform.EventStore;

/// <summary>Wakes everyone who waits, once; who comes later waits for the next pulse.</summary>
public sealed class Signal
{
    private TaskCompletionSource _next = New(), _nextOwn = New();

    /// <summary>Something happened in this process: its own waiters wake, and other processes are told.</summary>
    public void Pulse()
    {
        Wake();
        Interlocked.Exchange(ref _nextOwn, New()).TrySetResult();
    }

    /// <summary>Something happened in another process.</summary>
    internal void Wake() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>The next pulse. Take it before looking at the state that a pulse announces, or a pulse in between is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>The next pulse of this process's own.</summary>
    public Task NextOwn => Volatile.Read(ref _nextOwn).Task;

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
