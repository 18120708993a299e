using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>What becomes of a group's members: steps taken one after the other come to one change.</summary>
/// <param name="IsWhole">Whoever isn't among those that come leaves; else those leave that are named.</param>
/// <param name="Joining">Those that come.</param>
/// <param name="Leaving">Those that leave.</param>
public sealed record MembersChange(bool IsWhole, ImmutableSortedSet<Guid> Joining, ImmutableSortedSet<Guid> Leaving)
{
    /// <summary>All stay.</summary>
    public static MembersChange None { get; } = new(false, [], []);

    public bool IsNone => !IsWhole && Joining.IsEmpty && Leaving.IsEmpty;

    public MembersChange Add(IEnumerable<Guid> users)
    {
        var added = users.ToImmutableSortedSet();
        return this with { Joining = Joining.Union(added), Leaving = Leaving.Except(added) };
    }

    public MembersChange Remove(IEnumerable<Guid> users)
    {
        var removed = users.ToImmutableSortedSet();
        return this with { Joining = Joining.Except(removed), Leaving = IsWhole ? [] : Leaving.Union(removed) };
    }

    /// <summary>These are the members, and no others.</summary>
    public static MembersChange To(IEnumerable<Guid> users) => new(true, [.. users], []);
}
