using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>Gives a name to what filters, and conditions of what visitors did, leave.</summary>
/// <param name="SegmentId">New.</param>
/// <param name="Name">1 to 100 characters, unique in the tenant whatever the letter case.</param>
/// <param name="Filters">At most 10, each of 1 to 50 values of at most 200 characters.</param>
/// <param name="Conditions">At most 10; without filters at least one.</param>
/// <param name="Sites">It's for these and those below them: 1 to <see cref="MostSites"/> of the tenant's; null: for all of them.</param>
public sealed record DefineSegment(
    Guid SegmentId, string? Name, ImmutableArray<BehaviourFilter> Filters, ImmutableArray<BehaviourCondition> Conditions, ImmutableArray<Guid>? Sites = null)
{
    public const int MostSites = 1_000;

    private const int LongestName = 100, MostFilters = 10, MostConditions = 10, MostValues = 50, LongestValue = 200;

    /// <param name="command">The command.</param>
    /// <param name="segment">The segment, which mustn't exist.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="dimensions">That filters may be of.</param>
    /// <param name="missing">Numbers of sites that there are none of.</param>
    public static JointDecision Decide(DefineSegment command, Segment segment, SegmentList list, IReadOnlyCollection<string> dimensions, ImmutableArray<int> missing)
    {
        var (id, name) = (command.SegmentId, command.Name?.Trim() ?? "");
        if (Check(name, command.Filters, command.Conditions, dimensions, command.Sites, missing).Rejection is { } invalid) return invalid;
        if (segment.Version > 0) return Reject.Conflict($"There is a segment {id} already, or was.");
        if (list.Refuse(id, name) is { } taken) return taken;
        if (list.Names.Count >= SegmentList.Most) return Reject.Conflict($"A tenant has at most {SegmentList.Most} segments: archive one first.");
        return JointDecision.Of(new StreamEvents(id, new SegmentDefined(id, name, command.Filters, SomeOf(command.Conditions), InOrder(command.Sites))), new StreamEvents(SegmentList.Id, new SegmentListed(id, name)));
    }

    internal static ImmutableArray<BehaviourCondition>? SomeOf(ImmutableArray<BehaviourCondition> conditions) => conditions.IsEmpty ? null : conditions;

    internal static ImmutableArray<Guid>? InOrder(ImmutableArray<Guid>? sites) => sites is { } some ? [.. some.Distinct().Order()] : null;

    internal static FieldErrors Check(
        string name, ImmutableArray<BehaviourFilter> filters, ImmutableArray<BehaviourCondition> conditions, IReadOnlyCollection<string> dimensions, ImmutableArray<Guid>? sites, ImmutableArray<int> missing)
    {
        var errors = new FieldErrors()
            .Add("name", name.Length is 0 or > LongestName ? $"Must be 1 to {LongestName} characters long." : name.Any(char.IsControl) ? "Must hold no control characters." : null)
            .Add("filters", filters.Length > MostFilters ? $"Must be at most {MostFilters} filters." : filters.IsEmpty && conditions.IsEmpty ? $"Must be 1 to {MostFilters} filters, unless there are conditions." : null)
            .Add("conditions", conditions.Length > MostConditions ? $"Must be at most {MostConditions} conditions." : null)
            .Add("siteIds", sites is { Length: 0 or > MostSites } ? $"Must be 1 to {MostSites} sites; without it the segment is for all." : null);
        if (sites is { Length: <= MostSites })
            foreach (var n in missing) errors.Add($"siteIds[{n}]", "There is no such site.");
        foreach (var (filter, n) in filters.Take(MostFilters).Select((filter, n) => (filter, n)))
            errors
                .Add($"filters[{n}].dimension", dimensions.Contains(filter.Dimension) ? null : $"Must be one of {string.Join(", ", dimensions)}.")
                .Add($"filters[{n}].values", filter.Values.Length is 0 or > MostValues ? $"Must be 1 to {MostValues} values."
                    : filter.Values.Any(value => value is null || value.Length > LongestValue || value.Contains('\0')) ? $"Must be texts of at most {LongestValue} characters, none of them NUL." : null);
        foreach (var (condition, n) in conditions.Take(MostConditions).Select((condition, n) => (condition, n)))
            errors.Add(BehaviourCondition.Check($"conditions[{n}]", condition));
        return errors;
    }
}

/// <summary>Says anew what a segment is called and what it leaves.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Name">As when it's defined.</param>
/// <param name="Filters">As when it's defined.</param>
/// <param name="Conditions">As when it's defined.</param>
/// <param name="Sites">As when it's defined.</param>
public sealed record ChangeSegment(
    Guid SegmentId, string? Name, ImmutableArray<BehaviourFilter> Filters, ImmutableArray<BehaviourCondition> Conditions, ImmutableArray<Guid>? Sites = null)
{
    /// <param name="command">The command.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="dimensions">That filters may be of.</param>
    /// <param name="missing">Numbers of sites that there are none of.</param>
    public static JointDecision Decide(ChangeSegment command, Segment segment, SegmentList list, IReadOnlyCollection<string> dimensions, ImmutableArray<int> missing)
    {
        var (id, name, sites) = (command.SegmentId, command.Name?.Trim() ?? "", DefineSegment.InOrder(command.Sites));
        if (!segment.Exists) return Segment.Missing;
        if (DefineSegment.Check(name, command.Filters, command.Conditions, dimensions, command.Sites, missing).Rejection is { } invalid) return invalid;
        if (list.Refuse(id, name) is { } taken) return taken;
        if (name == segment.Name && command.Filters.SequenceEqual(segment.Filters) && command.Conditions.SequenceEqual(segment.Conditions)
            && (sites is { } some ? segment.Sites is { } before && some.SequenceEqual(before) : segment.Sites is null)) return JointDecision.Nothing;
        return JointDecision.Of(
            new StreamEvents(id, new SegmentChanged(id, name, command.Filters, DefineSegment.SomeOf(command.Conditions), sites)), new StreamEvents(SegmentList.Id, name == segment.Name ? [] : [new SegmentListed(id, name)]));
    }
}

/// <summary>Puts a segment away: its name is free, and questions can't be asked of it any more.</summary>
public sealed record ArchiveSegment(Guid SegmentId)
{
    /// <param name="command">The command.</param>
    /// <param name="segment">The segment.</param>
    public static JointDecision Decide(ArchiveSegment command, Segment segment) => segment switch
    {
        { Version: 0 } => Segment.Missing,
        { Exists: false } => JointDecision.Nothing,
        _ => JointDecision.Of(new StreamEvents(command.SegmentId, new SegmentArchived(command.SegmentId)), new StreamEvents(SegmentList.Id, new SegmentUnlisted(command.SegmentId))),
    };
}
