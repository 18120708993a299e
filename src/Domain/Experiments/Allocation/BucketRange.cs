using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>Places of visitors that belong together.</summary>
/// <param name="Start">From here, at least 0.</param>
/// <param name="End">To just below, at most 1.</param>
public readonly record struct BucketRange(double Start, double End)
{
    public bool Has(double place) => place >= Start && place < End;

    /// <summary>A range a variant: as wide as its weight says, of which coverage is taken from the start, so that a variant keeps its visitors as coverage grows.</summary>
    /// <param name="count">How many variants.</param>
    /// <param name="coverage">Taken as 0 or 1 where it's beyond.</param>
    /// <param name="weights">Taken as equal where they are another number, or don't sum to 1 within a hundredth.</param>
    public static ImmutableArray<BucketRange> Of(int count, double coverage, ImmutableArray<double>? weights)
    {
        coverage = Math.Clamp(coverage, 0, 1);
        if (weights is not { } given || given.Length != count || given.Sum() is < 0.99 or > 1.01) given = Equal(count);
        var start = 0d;
        var ranges = ImmutableArray.CreateBuilder<BucketRange>(count);
        foreach (var weight in given)
        {
            ranges.Add(new(start, start + (coverage * weight)));
            start += weight;
        }
        return ranges.MoveToImmutable();
    }

    /// <summary>Weights of so many variants that are all as likely.</summary>
    public static ImmutableArray<double> Equal(int count) => count < 1 ? [] : [.. Enumerable.Repeat(1d / count, count)];

    /// <returns>Which range has the place; -1: none.</returns>
    public static int Choose(double place, ImmutableArray<BucketRange> ranges)
    {
        for (var i = 0; i < ranges.Length; i++)
            if (ranges[i].Has(place)) return i;
        return -1;
    }
}

/// <summary>A part of a space of visitors that experiments share: those of parts that don't overlap have no visitor in common.</summary>
/// <param name="Name">Of the space.</param>
/// <param name="Start">From here, at least 0.</param>
/// <param name="End">To just below, at most 1.</param>
public sealed record BucketNamespace(string Name, double Start, double End)
{
    public bool Has(string id) => Bucketing.Of($"__{Name}", id, HashVersion.Fnv1) is { } place && new BucketRange(Start, End).Has(place);
}

/// <summary>Visitors by their places under another seed.</summary>
/// <param name="Seed">Of the places.</param>
/// <param name="Ranges">One of them has the visitor.</param>
/// <param name="Attribute">Whose value is hashed; null: id.</param>
/// <param name="Version">How.</param>
/// <param name="Modulus">Of Murmur3 alone.</param>
public sealed record BucketFilter(string Seed, ImmutableArray<BucketRange> Ranges, string? Attribute = null, HashVersion Version = HashVersion.Fnv2, int Modulus = 100);
