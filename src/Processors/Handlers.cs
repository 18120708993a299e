using Platform.Domain;
using Platform.EventStore;

namespace Platform.Processors;

/// <summary>Decides a command on fresh state and enlists its events; the same for HTTP, import and seed.</summary>
public delegate Task<Handled> Handle<in TCommand>(TCommand command, IDocumentSession session, CancellationToken cancel);

/// <summary>Handlers for the common shapes of decisions.</summary>
public static class Handlers
{
    /// <summary>A command that one stream's state decides.</summary>
    public static async Task<Handled> DecideAsync<TState>(this IDocumentSession session, Guid streamId, Func<TState, Decision> decide, CancellationToken cancel)
        where TState : IState<TState>
    {
        var stream = await session.Events.FetchForWriting<TState>(streamId, cancel: cancel);
        var decision = decide(stream.Aggregate);
        stream.AppendMany(decision.Events);
        return new Handled(streamId, stream.StartingVersion, decision.Rejection);
    }

    /// <summary>Enlists a decision over several streams.</summary>
    /// <param name="session">Has fetched for writing each stream whose state the decision looked at.</param>
    /// <param name="streamId">The command's own stream.</param>
    /// <param name="version">Its version.</param>
    /// <param name="decision">What was decided.</param>
    public static Handled Enlist(this IDocumentSession session, Guid streamId, long version, JointDecision decision)
    {
        foreach (var (id, events) in decision.Streams)
            session.Events.Append(id, events);
        return new Handled(streamId, version, decision.Rejection);
    }
}
