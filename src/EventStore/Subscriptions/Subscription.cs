namespace Platform.EventStore;

/// <summary>
/// Side effects that follow the log: each event is handed to each of its targets at least once, in the order of its stream, again after a failure, and
/// never because a read model is rebuilt. A subscription begins at the log's end when it's first registered; its position only moves forwards.
/// </summary>
public abstract class Subscription
{
    /// <summary>Lower case with hyphens; never changes.</summary>
    public abstract string Name { get; }

    /// <summary>Aliases of the events it wants; others are not even read.</summary>
    public abstract IReadOnlyList<string> EventTypes { get; }

    /// <summary>Whether it begins with the log's first event rather than with what comes after its registration.</summary>
    public virtual bool FromStart => false;

    /// <summary>Read models that routing reads: a page of the log is routed once they have it.</summary>
    public virtual IReadOnlyList<string> After => [];

    public virtual RetryPolicy Retry => RetryPolicy.Default;

    /// <summary>What is handed over at once.</summary>
    public virtual DeliveryLimits Limits => DeliveryLimits.Default;

    /// <summary>Tenants whose deliveries wait for now; what is due is made when they no longer are, each stream in order.</summary>
    public virtual ValueTask<IReadOnlyCollection<string>> HeldAsync(CancellationToken cancel) => ValueTask.FromResult<IReadOnlyCollection<string>>([]);

    /// <summary>Where the events of a page go: each to the one target '' unless overridden. No side effects: a page may be routed again.</summary>
    /// <param name="events">In log order. One whose body can't be read has <see cref="UnknownEvent"/> as its data.</param>
    /// <param name="cancel">Cancels the reading.</param>
    public virtual Task<IReadOnlyList<Route>> RouteAsync(IReadOnlyList<Event> events, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<Route>>([.. events.Select(e => Route.Deliver(e))]);

    /// <summary>Hands one event to one target. It may be called again for what was done already, when a process ended before it was noted.</summary>
    /// <returns>What came of it; an exception, or more time than <see cref="Limits"/> gives, counts as <see cref="DeliveryOutcome.Failed"/>.</returns>
    public abstract Task<DeliveryOutcome> HandleAsync(Delivery delivery, CancellationToken cancel);
}

/// <summary>How much a subscription does at once, so that one slow target doesn't hold back the others.</summary>
/// <param name="Total">Deliveries under way.</param>
/// <param name="PerTenant">Of one tenant.</param>
/// <param name="PerTarget">To one target of a tenant.</param>
/// <param name="Time">One attempt at most.</param>
public sealed record DeliveryLimits(int Total, int PerTenant, int PerTarget, TimeSpan Time)
{
    public static DeliveryLimits Default { get; } = new(32, 16, 8, TimeSpan.FromMinutes(1));
}
