using System.Collections.Immutable;

namespace Platform.Domain.Monitoring;

/// <summary>How long something took, over and over.</summary>
/// <param name="Count">How often it was done.</param>
/// <param name="Refused">How often of those the caller was at fault: answers of 400 to 499.</param>
/// <param name="Failed">How often of those it failed.</param>
/// <param name="Microseconds">In all.</param>
/// <param name="Buckets">How often it took up to each of <see cref="Bounds"/>, then longer; without the zeros at the end.</param>
public sealed record Durations(long Count, long Refused, long Failed, long Microseconds, ImmutableArray<long> Buckets)
{
    /// <summary>Upper ends of buckets, in microseconds: from a quarter of a millisecond to 23 seconds, each the one before by the square root of 2. So a quantile is told by a fifth more or less.</summary>
    public static ImmutableArray<long> Bounds { get; } = [.. Enumerable.Range(0, 34).Select(n => (long)Math.Round(250 * Math.Pow(2, n / 2.0)))];

    public static Durations None { get; } = new(0, 0, 0, 0, []);

    /// <summary>The bucket of a duration in microseconds.</summary>
    public static int BucketOf(long microseconds) => Bounds.BinarySearch(microseconds) is var found && found >= 0 ? found : ~found;

    /// <summary>Both together.</summary>
    public Durations With(Durations other) => new(
        Count + other.Count, Refused + other.Refused, Failed + other.Failed, Microseconds + other.Microseconds,
        [.. Enumerable.Range(0, Math.Max(Buckets.Length, other.Buckets.Length)).Select(n => Buckets.ElementAtOrDefault(n) + other.Buckets.ElementAtOrDefault(n))]);

    /// <summary>Milliseconds that so great a part took at most, as far as buckets tell: between the ends of one it's divided evenly. Null: it was never done.</summary>
    /// <param name="part">0 to 1.</param>
    public double? Quantile(double part)
    {
        var (rank, below) = (part * Buckets.Sum(), 0.0);
        for (var n = 0; n < Buckets.Length; n++)
        {
            if (Buckets[n] > 0 && below + Buckets[n] >= rank)
            {
                // What took longer than the last bound has no upper end.
                var (low, high) = (n == 0 ? 0 : Bounds[n - 1], Bounds[Math.Min(n, Bounds.Length - 1)]);
                return (low + (high - low) * Math.Max(0, rank - below) / Buckets[n]) / 1_000;
            }
            below += Buckets[n];
        }
        return null;
    }

    /// <summary>Milliseconds, the mean; null: it was never done.</summary>
    public double? Mean() => Count == 0 ? null : Microseconds / 1_000.0 / Count;
}
