namespace Platform.Api.Http;

/// <summary>A limit of requests: as many as <paramref name="Burst"/> at once, and <paramref name="PerSecond"/> for as long as one likes.</summary>
/// <param name="PerSecond">More than 0.</param>
/// <param name="Burst">At least 1.</param>
public readonly record struct Rate(double PerSecond, long Burst)
{
    /// <summary>Seconds after which a bucket that was emptied is full again, rounded up.</summary>
    public long Window => Math.Max(1, (long)Math.Ceiling(Burst / PerSecond));
}

/// <summary>What a bucket says of a request.</summary>
/// <param name="IsTaken">It may go on.</param>
/// <param name="Remaining">Requests that may come at once after it.</param>
/// <param name="FullIn">Seconds until the bucket is full again, rounded up.</param>
/// <param name="RetryIn">Seconds until the next may come, rounded up; 0: it may come now.</param>
public readonly record struct RateVerdict(bool IsTaken, long Remaining, long FullIn, long RetryIn);

/// <summary>
/// A token bucket in one number, the time at which it's full again: the generic cell rate algorithm (ITU-T I.371, annex A). No timer fills it, and an idle one can be forgotten.
/// </summary>
public sealed class RateBucket
{
    private long _fullAt;

    /// <summary>Whether it's as good as one that never was used.</summary>
    /// <param name="now">Ticks of 100 ns.</param>
    public bool IsFull(long now) => Volatile.Read(ref _fullAt) <= now;

    /// <summary>Takes a request, where there is room for one.</summary>
    /// <param name="rate">What holds now.</param>
    /// <param name="now">Ticks of 100 ns, from any beginning.</param>
    public RateVerdict Take(Rate rate, long now) => Take(ref _fullAt, rate, now);

    /// <summary>The same on a number that is kept elsewhere.</summary>
    public static RateVerdict Take(ref long fullAt, Rate rate, long now)
    {
        var (each, most) = (TimeSpan.TicksPerSecond / rate.PerSecond, rate.Burst * (TimeSpan.TicksPerSecond / rate.PerSecond));
        while (true)
        {
            var known = Volatile.Read(ref fullAt);
            var before = Math.Max(known, now);
            var after = before + (long)each;
            if (after - now > most)
                return new RateVerdict(false, 0, Seconds(before - now), Math.Max(1, Seconds(after - now - most)));
            if (Interlocked.CompareExchange(ref fullAt, after, known) == known)
                return new RateVerdict(true, (long)((most - (after - now)) / each + 1e-6), Seconds(after - now), 0);
        }
    }

    private static long Seconds(double ticks) => (long)Math.Ceiling(ticks / TimeSpan.TicksPerSecond);
}
