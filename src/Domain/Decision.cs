using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>What a command does to its stream: events to append (possibly none), or a rejection.</summary>
public sealed class Decision
{
    private Decision(ImmutableArray<object> events, Rejection? rejection) => (Events, Rejection) = (events, rejection);

    /// <summary>Accepted, and nothing changes: what a repeated command gets.</summary>
    public static Decision Nothing { get; } = new([], null);

    /// <summary>Empty when the command changes nothing, and when it's rejected.</summary>
    public ImmutableArray<object> Events { get; }

    public Rejection? Rejection { get; }

    public bool Accepted => Rejection is null;

    public static Decision Of(params ImmutableArray<object> events) => events.IsEmpty ? Nothing : new Decision(events, null);

    public static implicit operator Decision(Rejection rejection) => new([], rejection);
}
