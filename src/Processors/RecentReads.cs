using System.Collections.Concurrent;

namespace Platform.Processors;

/// <summary>
/// What was read, in this node's memory while it's asked for: taken as known while it's fresh, or known to hold, and until it's old while somebody looks again; else it's read first. What holds is read again
/// after a minute at most all the same, so that whatever was overlooked is found.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="fresh">How long nobody looks again.</param>
/// <param name="oldest">How long it may be taken as known.</param>
/// <param name="most">Things in memory.</param>
/// <param name="sizeOf">How large one is; null: they are small.</param>
/// <param name="mostSize">Of all together.</param>
public sealed class RecentReads<TKey, T>(TimeProvider time, TimeSpan fresh, TimeSpan oldest, int most, Func<T, long>? sizeOf = null, long mostSize = long.MaxValue)
    where TKey : notnull where T : class
{
    private static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);

    // Things that come between two looks at how large all of them are.
    private const int Look = 128;

    private readonly ConcurrentDictionary<TKey, Held> _held = new();
    private int _came;

    private sealed class Held
    {
        public SharedLook Look { get; } = new();
        public volatile Known? Last;

        // Not all at once, though they came at once.
        public TimeSpan Whole { get; } = RecentReads<TKey, T>.Whole * (0.5 + Random.Shared.NextDouble() / 2);
    }

    private sealed record Known(T Value, long At);

    /// <summary>How many are in memory.</summary>
    public int Count => _held.Count;

    /// <param name="key">Which.</param>
    /// <param name="read">Reads it, knowing what was read last; null: nothing was.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="holds">Whether what was read is known to be as it was; null: that isn't known of anything.</param>
    public async ValueTask<T> OfAsync(TKey key, Func<T?, CancellationToken, Task<T>> read, CancellationToken cancel, Func<T, bool>? holds = null)
    {
        var held = Of(key);
        if (held.Last is not { } last)
            return await LookAsync(held, read, cancel);
        var age = time.GetElapsedTime(last.At);
        if (age < fresh)
            return last.Value;
        var stands = holds?.Invoke(last.Value) == true;
        if (stands && age < held.Whole)
            return last.Value;
        if (!stands && age >= oldest)
            return await LookAsync(held, read, cancel);
        if (!held.Look.IsUnderWay)
            _ = LookAsync(held, read, CancellationToken.None).AsTask().ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        return last.Value;
    }

    private ValueTask<T> LookAsync(Held held, Func<T?, CancellationToken, Task<T>> read, CancellationToken cancel) => held.Look.LookAsync(
        () => held.Last is { } last && time.GetElapsedTime(last.At) < fresh ? last.Value : null,
        async () =>
        {
            var at = time.GetTimestamp();
            var value = await read(held.Last?.Value, cancel);
            held.Last = new(value, at);
            return value;
        }, cancel);

    private long Size => sizeOf is null ? 0 : _held.Values.Sum(held => held.Last is { } last ? sizeOf(last.Value) : 0);

    private bool IsFull() => _held.Count >= most || sizeOf is not null && Interlocked.Increment(ref _came) % Look == 0 && Size > mostSize;

    private Held Of(TKey key)
    {
        if (_held.TryGetValue(key, out var held)) return held;
        if (IsFull())
        {
            foreach (var (other, seen) in _held)
                if (seen.Last is { } last ? time.GetElapsedTime(last.At) > oldest : !seen.Look.IsUnderWay)
                    _held.TryRemove(other, out _);
            if (_held.Count >= most || Size > mostSize)
                _held.Clear();
        }
        return _held.GetOrAdd(key, static _ => new Held());
    }
}
