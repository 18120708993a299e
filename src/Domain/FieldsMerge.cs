using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>
/// Two edits of the same fields brought together, field by field: what only one side changed is taken from it, and what both made the same of is
/// taken from either.
/// </summary>
/// <param name="Fields">The fields merged; theirs where the sides contradict each other.</param>
/// <param name="Conflicts">Names of the fields that each side changed to something else, in order.</param>
public sealed record FieldsMerge(Fields Fields, ImmutableArray<string> Conflicts)
{
    /// <param name="origin">The fields that both sides began with.</param>
    /// <param name="mine">What one side made of them, whole; nulls count as absent.</param>
    /// <param name="theirs">What the other made of them.</param>
    public static FieldsMerge Of(Fields origin, Fields mine, Fields theirs)
    {
        var wanted = mine.WithoutNulls();
        var changed = NamesOf(origin, wanted);
        var conflicts = changed.Intersect(NamesOf(origin, theirs)).Intersect(NamesOf(wanted, theirs));
        var taken = changed.Except(conflicts);

        return new FieldsMerge(
            theirs.With(new Fields(wanted.Values.RemoveRange(wanted.Values.Keys.Where(name => !taken.Contains(name)))), taken.Where(name => wanted.Find(name) is null)),
            [.. conflicts]);
    }

    /// <summary>Names of the fields that one has and the other hasn't, or has with another value.</summary>
    public static ImmutableSortedSet<string> NamesOf(Fields one, Fields other) =>
        one.Except(other).Values.Keys.Concat(other.Except(one).Values.Keys).ToImmutableSortedSet(StringComparer.Ordinal);
}
