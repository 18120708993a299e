using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>
/// Sums over the units of a variant: all that the tests need to know of them. Sums of two sets of units add up to the sums of both.
/// The quantities are, in this order: the value, or a ratio's numerator and denominator; then the same of the time before the
/// experiment, where that is known. So there are 1, 2 or 4.
/// </summary>
/// <param name="Count">Units.</param>
/// <param name="Sums">Of each quantity.</param>
/// <param name="Products">Sums of the product of each two, in the order 11, 12, ... 1k, 22, ... kk; for a single one its sum of squares.</param>
/// <param name="Binary">Which quantities are 0 or 1 for each unit: their variance is p(1 - p), without the correction of n - 1. Null: none.</param>
public sealed record Moments(long Count, ImmutableArray<double> Sums, ImmutableArray<double> Products, ImmutableArray<bool>? Binary = null)
{
    /// <summary>Relative to the sum of squares; below that, a variance is made of rounding errors.</summary>
    private const double Lost = 1e-11;

    /// <summary>How many quantities.</summary>
    [JsonIgnore]
    public int Quantities => Sums.Length;

    /// <summary>Of a proportion: units, and those among them that did it.</summary>
    public static Moments OfProportion(long count, double successes) => new(count, [successes], [successes], [true]);

    /// <summary>Of a mean.</summary>
    public static Moments OfMean(long count, double sum, double sumOfSquares) => new(count, [sum], [sumOfSquares]);

    /// <summary>Of a ratio of sums, such as clicks over page views, of units that have several of both.</summary>
    public static Moments OfRatio(long count, double numerator, double denominator, double numeratorSquares, double product, double denominatorSquares) =>
        new(count, [numerator, denominator], [numeratorSquares, product, denominatorSquares]);

    /// <param name="n">The quantity, from 0.</param>
    public double Mean(int n) => Sums[n] / Count;

    /// <summary>Of a unit, estimated from the sample.</summary>
    public double Variance(int n) => Covariance(n, n);

    /// <summary>Of a unit, estimated from the sample; a variance is never below 0.</summary>
    public double Covariance(int n, int m)
    {
        var (product, expected) = (Product(n, m), Sums[n] * Sums[m] / Count);
        var deviation = product - expected;
        if (n == m && deviation <= Lost * product) return 0;
        return deviation / (IsBinary(n) && IsBinary(m) ? Count : Count - 1);
    }

    /// <summary>Whether values are so large beside their spread that doubles can't tell the variance from their sums.</summary>
    public bool LosesSpread(int n) => Product(n, n) is var squares && squares - Sums[n] * Sums[n] / Count is var deviation && deviation != 0 && Math.Abs(deviation) <= 100 * Lost * squares;

    public bool IsBinary(int n) => Binary is { } binary && binary[n];

    /// <summary>The sums of these units and others.</summary>
    public Moments Add(Moments others) => this with
    {
        Count = Count + others.Count,
        Sums = [.. Sums.Zip(others.Sums, (a, b) => a + b)],
        Products = [.. Products.Zip(others.Products, (a, b) => a + b)],
    };

    /// <summary>What makes the sums useless; null: nothing.</summary>
    /// <param name="quantities">How many there must be.</param>
    internal string? Fault(int quantities) =>
        Count < 0 ? "A count is below 0."
        : Sums.IsDefault || Products.IsDefault || Sums.Length != quantities || Products.Length != quantities * (quantities + 1) / 2 || Binary is { } binary && (binary.IsDefault || binary.Length != quantities)
            ? $"There must be {quantities} sums, {quantities * (quantities + 1) / 2} sums of products and, if any, {quantities} marks of binary quantities."
        : Sums.Any(sum => !double.IsFinite(sum)) || Products.Any(product => !double.IsFinite(product)) ? "A sum isn't a finite number."
        : Enumerable.Range(0, quantities).Any(n => Product(n, n) < 0) ? "A sum of squares is below 0."
        : Enumerable.Range(0, quantities).Any(n => IsBinary(n) && (Sums[n] < 0 || Sums[n] > Count)) ? "A proportion has more successes than units, or fewer than 0."
        : null;

    private double Product(int n, int m) => n <= m ? Products[n * Sums.Length - n * (n - 1) / 2 + m - n] : Product(m, n);
}
