namespace Platform.Ledger;

/// <summary>Which witnesses suffice: one that is named, or some of several members, each of which is a quorum of its own.</summary>
/// <param name="Witness">The witness's name; null for a group.</param>
/// <param name="Threshold">How many members a group needs.</param>
/// <param name="Members">The group's members; none for a witness.</param>
public sealed record Quorum(string? Witness, int Threshold, IReadOnlyList<Quorum> Members)
{
    public static Quorum Of(string witness) => new(witness, 1, []);

    /// <exception cref="ArgumentOutOfRangeException">The threshold isn't within 1 and the number of members.</exception>
    public static Quorum Of(int threshold, IReadOnlyList<Quorum> members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, members.Count);
        return new Quorum(null, threshold, members);
    }

    /// <summary>The names of all witnesses in it, as often as they are named.</summary>
    public IEnumerable<string> Witnesses => Witness is { } name ? [name] : Members.SelectMany(member => member.Witnesses);

    /// <summary>Whether the witnesses that cosigned suffice.</summary>
    public bool IsMet(IReadOnlySet<string> cosigned) =>
        Witness is { } name ? cosigned.Contains(name) : Members.Count(member => member.IsMet(cosigned)) >= Threshold;
}
