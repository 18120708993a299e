using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>Adds up <see cref="Moments"/> unit by unit.</summary>
/// <param name="quantities">1, 2 or 4.</param>
public sealed class MomentsSum(int quantities)
{
    private readonly double[] _sums = new double[quantities];
    private readonly double[] _products = new double[quantities * (quantities + 1) / 2];
    private long _count;

    /// <param name="values">Of one unit: as many as there are quantities.</param>
    public void Add(ReadOnlySpan<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _sums.Length);
        _count++;
        for (int n = 0, at = 0; n < values.Length; n++)
        {
            _sums[n] += values[n];
            for (var m = n; m < values.Length; m++) _products[at++] += values[n] * values[m];
        }
    }

    /// <param name="binary">Which quantities are 0 or 1 for each unit; null: none.</param>
    public Moments ToMoments(ImmutableArray<bool>? binary = null) => new(_count, [.. _sums], [.. _products], binary);
}
