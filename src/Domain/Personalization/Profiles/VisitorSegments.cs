using System.Collections.Immutable;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>A visitor came into segments.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Segments">In id order.</param>
/// <param name="At">When it was seen: seconds after what they did, or after the time that made it so.</param>
[EventType("personalization.visitor-joined-segments")]
public sealed record VisitorJoinedSegments(Guid VisitorId, ImmutableArray<Guid> Segments, DateTimeOffset At);

/// <summary>A visitor isn't in segments any more.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Memberships">In id order.</param>
/// <param name="At">When it was seen.</param>
[EventType("personalization.visitor-left-segments")]
public sealed record VisitorLeftSegments(Guid VisitorId, ImmutableArray<SegmentMembership> Memberships, DateTimeOffset At);

/// <summary>In which segments a visitor is, and was, doesn't count any more: nothing else is known of them.</summary>
/// <param name="VisitorId">Their number.</param>
[EventType("personalization.visitor-segments-forgotten")]
public sealed record VisitorSegmentsForgotten(Guid VisitorId);

/// <summary>A visitor is in a segment.</summary>
/// <param name="SegmentId">The segment.</param>
/// <param name="Since">When that was first seen.</param>
public sealed record SegmentMembership(Guid SegmentId, DateTimeOffset Since);

/// <summary>In which segments a visitor was last seen to be.</summary>
[StateType("personalization.visitor-segments", 1)]
public sealed record VisitorSegments : IState<VisitorSegments>
{
    public static VisitorSegments Initial { get; } = new();

    /// <summary>The stream of a visitor.</summary>
    /// <param name="visitorId">Their number.</param>
    public static Guid IdOf(Guid visitorId) => DerivedId.From("personalization.visitor-segments", visitorId.ToString());

    /// <summary>Since when they are in which.</summary>
    public ImmutableSortedDictionary<Guid, DateTimeOffset> Since { get; init; } = ImmutableSortedDictionary<Guid, DateTimeOffset>.Empty;

    /// <summary>They are in one, or were.</summary>
    public bool Exists { get; init; }

    /// <summary>It was forgotten once: what was known of them before then mustn't be gone by.</summary>
    public bool WasForgotten { get; init; }

    public long Version { get; init; }

    public VisitorSegments Evolve(object @event, long version) => @event switch
    {
        VisitorJoinedSegments e => this with { Exists = true, Since = Since.SetItems(e.Segments.Select(segment => KeyValuePair.Create(segment, e.At))), Version = version },
        VisitorLeftSegments e => this with { Since = Since.RemoveRange(e.Memberships.Select(membership => membership.SegmentId)), Version = version },
        VisitorSegmentsForgotten => Initial with { WasForgotten = true, Version = version },
        _ => this with { Version = version },
    };
}

/// <summary>Says in which segments a visitor is.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Segments">All of them; null: nothing is known of the visitor any more.</param>
/// <param name="At">When it was so.</param>
public sealed record PlaceVisitor(Guid VisitorId, ImmutableHashSet<Guid>? Segments, DateTimeOffset At) : ICommand<PlaceVisitor, VisitorSegments>
{
    public static Decision Decide(PlaceVisitor command, VisitorSegments state)
    {
        if (command.Segments is not { } segments) return state.Exists ? Decision.Of(new VisitorSegmentsForgotten(command.VisitorId)) : Decision.Nothing;
        ImmutableArray<Guid> joined = [.. segments.Where(segment => !state.Since.ContainsKey(segment)).Order()];
        ImmutableArray<SegmentMembership> left = [.. state.Since.Where(one => !segments.Contains(one.Key)).Select(one => new SegmentMembership(one.Key, one.Value))];
        var events = ImmutableArray.CreateBuilder<object>();
        if (!left.IsEmpty) events.Add(new VisitorLeftSegments(command.VisitorId, left, command.At));
        if (!joined.IsEmpty) events.Add(new VisitorJoinedSegments(command.VisitorId, joined, command.At));
        return Decision.Of(events.ToImmutable());
    }
}
