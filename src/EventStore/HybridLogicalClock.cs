namespace Platform.EventStore;

/// <summary>
/// A clock that never goes back and orders causally related events across nodes: physical milliseconds (48 bits) and a counter
/// (16 bits). Source: Kulkarni et al., "Logical Physical Clocks", 2014.
/// </summary>
public sealed class HybridLogicalClock(TimeProvider time)
{
    private long _last;

    /// <summary>The next stamp, 16 lower-case hex digits; text order is clock order.</summary>
    public string Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds() << 16;
            var next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next.ToString("x16", null);
        }
    }

    /// <summary>Takes note of a stamp seen from elsewhere, so that what is decided after it is stamped after it.</summary>
    public void Observe(string stamp)
    {
        var seen = Convert.ToInt64(stamp, 16);
        long last;
        do
            last = Volatile.Read(ref _last);
        while (seen > last && Interlocked.CompareExchange(ref _last, seen, last) != last);
    }
}
