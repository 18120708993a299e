namespace Platform.EventStore;

/// <summary>What an event that a subscription follows sets off: a delivery of its own, or what becomes of an earlier one.</summary>
/// <param name="Action">What to do.</param>
/// <param name="TenantId">Of the event that is followed: no event reaches into another tenant.</param>
/// <param name="Target">One of the subscription's own names.</param>
/// <param name="EventId">The event to hand over.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">Its version in it.</param>
/// <param name="Index">Its place in the log; of an earlier event it's looked up.</param>
public sealed record Route(RouteAction Action, string TenantId, string Target, Guid EventId, Guid StreamId, long Version, long Index)
{
    /// <summary>The event goes to a target.</summary>
    public static Route Deliver(Event e, string target = "") => new(RouteAction.Deliver, e.TenantId, target, e.Id, e.StreamId, e.Version, e.Index ?? 0);

    /// <summary>
    /// The event is a command to hand an earlier one of its tenant over (again), at once and with all attempts before it, whatever became of it: a dead letter is
    /// retried by this. It doesn't wait for later events of its stream that were handed over meanwhile; those that come after the command wait for it.
    /// </summary>
    public static Route Redeliver(Event command, string target, Guid eventId, Guid streamId, long version) =>
        new(RouteAction.Redeliver, command.TenantId, target, eventId, streamId, version, 0);

    /// <summary>The event is a command to give an earlier one up; the command itself says why.</summary>
    public static Route Drop(Event command, string target, Guid eventId, Guid streamId, long version) =>
        new(RouteAction.Drop, command.TenantId, target, eventId, streamId, version, 0);

    /// <summary>The event says that a target is no more: all that waits for it or was given up leaves.</summary>
    public static Route Close(Event command, string target) => new(RouteAction.Close, command.TenantId, target, Guid.Empty, Guid.Empty, 0, 0);
}

public enum RouteAction
{
    Deliver,
    Redeliver,
    Drop,
    Close,
}
