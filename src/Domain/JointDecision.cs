using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>The events that a decision appends to one stream.</summary>
public sealed record StreamEvents(Guid StreamId, params ImmutableArray<object> Events);

/// <summary>
/// A decision over several streams, such as an item and the reservation of its slug: all of it is appended in one
/// transaction, or none of it. The command's own stream comes first; streams that get no event aren't listed.
/// </summary>
public sealed class JointDecision
{
    private JointDecision(ImmutableArray<StreamEvents> streams, Rejection? rejection) =>
        (Streams, Rejection) = (streams, rejection);

    /// <summary>Accepted, and nothing changes: what a repeated command gets.</summary>
    public static JointDecision Nothing { get; } = new([], null);

    public ImmutableArray<StreamEvents> Streams { get; }

    public Rejection? Rejection { get; }

    public bool Accepted => Rejection is null;

    public static JointDecision Of(params ImmutableArray<StreamEvents> streams) =>
        new(streams.RemoveAll(stream => stream.Events.IsEmpty), null);

    public static implicit operator JointDecision(Rejection rejection) => new([], rejection);
}
