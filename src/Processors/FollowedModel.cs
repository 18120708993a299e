using Platform.EventStore;

namespace Platform.Processors;

/// <summary>
/// A read model in this node's memory: read once, then what changed, when some read model has moved on, on whatever node, and twice a second in any case; so what was decided counts within a second. Once a
/// minute it's read whole, so that a model that was rebuilt, or an event that was parked and applied later, is followed. Where it can't be read nobody is answered.
/// </summary>
/// <param name="store">Signals when to look.</param>
/// <param name="busy">Milliseconds between two looks while signals come all the time.</param>
public sealed class FollowedModel<T>(IDocumentStore store, long busy) where T : class
{
    // Milliseconds: between two looks without a signal, and until all is read again.
    private const long Quiet = 500, Whole = 60_000;

    private readonly SharedLook _look = new();
    private volatile Known? _known;

    private sealed record Known(T Value, long Seen, Task Pulse, long At, long WholeAt);

    /// <summary>What counts now; null: it's time for a look.</summary>
    public T? Current => _known is { } known && Environment.TickCount64 - known.At is var age && (age < busy || age < Quiet && !known.Pulse.IsCompleted) ? known.Value : null;

    /// <summary>As it was last known, however long ago; null: never.</summary>
    public T? Last => _known?.Value;

    /// <summary>Somebody looks just now.</summary>
    public bool IsUnderWay => _look.IsUnderWay;

    /// <summary>What counts, after a look where it's time for one.</summary>
    /// <param name="look">Brings what is known up to date by what has changed after a place in the log; null and -1: all there is. Gives how far the read model is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="fits">Whether what counts will do; null: it will.</param>
    public ValueTask<T> OfAsync(Func<T?, long, Task<(T Value, long Seen)>> look, CancellationToken cancel, Func<T, bool>? fits = null) =>
        _look.LookAsync(() => Current is { } current && (fits is null || fits(current)) ? current : null, async () => (_known = await NextAsync(look)).Value, cancel);

    private async Task<Known> NextAsync(Func<T?, long, Task<(T Value, long Seen)>> look)
    {
        // Before the look: what is projected during it is looked for again.
        var (before, pulse, at) = (_known, store.Signals.Projected.Next, Environment.TickCount64);
        if (before is not null && at - before.WholeAt < Whole)
        {
            var (value, seen) = await look(before.Value, before.Seen);
            // A model that is behind what it was is another one.
            if (seen >= before.Seen)
                return new Known(value, seen, pulse, at, before.WholeAt);
        }
        var (all, index) = await look(null, -1);
        return new Known(all, index, pulse, at, at);
    }
}
