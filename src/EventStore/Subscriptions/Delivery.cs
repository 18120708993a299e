namespace Platform.EventStore;

/// <summary>One attempt to hand an event to a target.</summary>
/// <param name="Target">From the route.</param>
/// <param name="Event">As it stands in its stream.</param>
/// <param name="Hash">Its hash as chained, lower hex.</param>
/// <param name="Attempt">From 1 on; an attempt that a crash interrupted counts.</param>
/// <param name="RetryIn">How long after a failure the next attempt is made; null: this is the last one, a failure makes a dead letter.</param>
public sealed record Delivery(string Target, Event Event, string Hash, int Attempt, TimeSpan? RetryIn)
{
    /// <summary>The same for all attempts, and after a crash; other than the event's id where an event has several targets that can't be told apart by who receives.</summary>
    public string IdempotencyKey => Target.Length == 0 ? $"{Event.Id}" : $"{Event.Id}/{Target}";
}

/// <summary>What came of an attempt.</summary>
public abstract record DeliveryOutcome
{
    /// <summary>Handed over; nothing remains.</summary>
    public sealed record Done : DeliveryOutcome;

    /// <summary>To be tried again.</summary>
    /// <param name="Error">Why.</param>
    /// <param name="RetryAt">Not before, even after the last attempt that the policy knows; null: when the policy says, if an attempt is left.</param>
    public sealed record Failed(string Error, DateTimeOffset? RetryAt = null) : DeliveryOutcome;

    /// <summary>Given up at once: a dead letter.</summary>
    public sealed record Dead(string Error) : DeliveryOutcome;
}
