namespace Platform.EventStore;

/// <summary>When a failed delivery is tried again: each pause is a multiple of the one before, up to a longest; drawn between half of it and the whole, so that what failed together doesn't come back together.</summary>
/// <param name="Attempts">In all, the first one included.</param>
/// <param name="First">Pause after the first attempt.</param>
/// <param name="Factor">Growth, at least 1.</param>
/// <param name="Longest">Pause at most.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan First, double Factor, TimeSpan Longest)
{
    /// <summary>12 attempts in most of a day.</summary>
    public static RetryPolicy Default { get; } = new(12, TimeSpan.FromSeconds(5), 3, TimeSpan.FromHours(6));

    /// <param name="attempt">The attempt that failed, from 1 on.</param>
    /// <param name="chance">From 0 to 1.</param>
    /// <returns>The pause; null: no attempt is left.</returns>
    public TimeSpan? After(int attempt, double chance) => attempt >= Attempts
        ? null
        : TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * Math.Pow(Factor, attempt - 1), Longest.TotalSeconds) * (0.5 + chance / 2));
}
