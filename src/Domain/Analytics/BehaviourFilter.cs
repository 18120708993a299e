using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>Which values of a dimension count.</summary>
/// <param name="Dimension">Name, as questions have it.</param>
/// <param name="Values">One of them, or, negated, none; (none) stands for there being no value.</param>
/// <param name="IsNegated">Those that have another value.</param>
public sealed record BehaviourFilter(string Dimension, ImmutableArray<string> Values, bool IsNegated = false)
{
    public bool Equals(BehaviourFilter? other) => other is not null && Dimension == other.Dimension && IsNegated == other.IsNegated && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Dimension, IsNegated, Values.Length);
}
