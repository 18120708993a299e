using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>A name for what filters, and conditions of what visitors did, leave.</summary>
[StateType("analytics.segment", 3)]
public sealed record Segment : IState<Segment>
{
    public static Segment Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such segment.");

    /// <summary>It was defined, and wasn't archived.</summary>
    public bool Exists { get; init; }

    public string Name { get; init; } = "";

    public ImmutableArray<BehaviourFilter> Filters { get; init; } = [];

    public ImmutableArray<BehaviourCondition> Conditions { get; init; } = [];

    /// <summary>It's for these and those below them; null: for all of the tenant.</summary>
    public ImmutableArray<Guid>? Sites { get; init; }

    public long Version { get; init; }

    public Segment Evolve(object @event, long version) => @event switch
    {
        SegmentDefined e => this with { Exists = true, Name = e.Name, Filters = e.Filters, Conditions = e.Conditions ?? [], Sites = e.Sites, Version = version },
        SegmentChanged e => this with { Name = e.Name, Filters = e.Filters, Conditions = e.Conditions ?? [], Sites = e.Sites, Version = version },
        SegmentArchived => this with { Exists = false, Version = version },
        _ => this with { Version = version },
    };
}

/// <summary>All segments of a tenant, so that they stay few and no two have a name.</summary>
[StateType("analytics.segment-list", 1)]
public sealed record SegmentList : IState<SegmentList>
{
    public const int Most = 200;

    public static SegmentList Initial { get; } = new();

    /// <summary>The stream of the list: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("analytics.segment-list");

    public ImmutableSortedDictionary<Guid, string> Names { get; init; } = ImmutableSortedDictionary<Guid, string>.Empty;

    public long Version { get; init; }

    public SegmentList Evolve(object @event, long version) => this with
    {
        Names = @event switch
        {
            SegmentListed listed => Names.SetItem(listed.SegmentId, listed.Name),
            SegmentUnlisted unlisted => Names.Remove(unlisted.SegmentId),
            _ => Names,
        },
        Version = version,
    };

    internal Rejection? Refuse(Guid segmentId, string name) =>
        Names.Where(other => other.Key != segmentId && string.Equals(other.Value, name, StringComparison.OrdinalIgnoreCase)).Select(other => other.Key).FirstOrDefault() is var holder && holder != Guid.Empty
            ? Reject.Conflict("name", $"Segment {holder} has that name.") : null;
}
