namespace Platform.Domain.Monitoring;

/// <summary>Why an operator did something: 1-1,000 characters once white space around it is trimmed, no control characters.</summary>
public static class OperatorReason
{
    private const int Longest = 1_000;

    /// <summary>What is wrong with a reason; null when it's fine.</summary>
    /// <param name="reason">As it was given.</param>
    /// <param name="isNeeded">Whether there must be one.</param>
    public static string? Problem(string? reason, bool isNeeded) =>
        Trimmed(reason) is { } given ? DisplayName.Problem(given, Longest)
        : isNeeded ? "Is required: it's recorded."
        : null;

    internal static string? Trimmed(string? reason) => reason?.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
