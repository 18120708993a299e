namespace Platform.EventStore;

/// <summary>
/// A node's stamps, which never go back and never repeat: physical milliseconds (48 bits) and a counter (16 bits). Source: Kulkarni et al.,
/// "Logical Physical Clocks", 2014; its receiving half is for those who take in other nodes' events.
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
}
