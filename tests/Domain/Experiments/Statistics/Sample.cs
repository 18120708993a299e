using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

/// <summary>Numbers that look random and are the same in each run: xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016).</summary>
internal sealed class Sample(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15 + 1;

    /// <summary>From 0 to 1.</summary>
    public double Uniform()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return ((_state * 0x2545F4914F6CDD1D) >> 11) * (1.0 / (1UL << 53));
    }

    public double Normal() => Tails.NormalQuantile(Math.Max(Uniform(), 1e-300));

    /// <summary>Units with a numerator, a denominator, and the same from before, all related to one another.</summary>
    public double[][] Units(int count, double shift = 0) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var (kind, visits) = (Normal(), 1 + Math.Floor(6 * Uniform()));
        return (double[])[visits * (5 + shift + kind + 0.3 * Normal()), visits, (visits + 1) * (4 + kind + 0.5 * Normal()), visits + 1];
    })];

    public static Moments Sums(IEnumerable<double[]> units, params int[] quantities)
    {
        var sum = new MomentsSum(quantities.Length);
        foreach (var unit in units) sum.Add([.. quantities.Select(n => unit[n])]);
        return sum.ToMoments();
    }
}
