namespace Platform.Domain;

/// <summary>What decisions need to know of one stream, folded from its events.</summary>
public interface IState<TSelf> where TSelf : IState<TSelf>
{
    /// <summary>The state of a stream that has no events yet; its version is 0.</summary>
    static abstract TSelf Initial { get; }

    /// <summary>The version of the stream as of the last event seen; the first event of a stream is version 1.</summary>
    long Version { get; }

    /// <summary>
    /// The state after <paramref name="event"/>, which stands at <paramref name="version"/> of the stream.
    /// An event that the state doesn't know moves its version and nothing else.
    /// </summary>
    TSelf Evolve(object @event, long version);
}
