namespace Platform.Domain.Audit;

/// <summary>Begins a new epoch of the log, because what was signed last isn't in the database any more.</summary>
/// <param name="Origin">Of the new epoch.</param>
/// <param name="Previous">The last checkpoint of the old epoch, as the guard store has it; null: it has none.</param>
/// <param name="Size">Entries of the log that are left.</param>
/// <param name="Alarm">What keeps the sequencer from signing; null: nothing does.</param>
/// <param name="Reason">Of the operator.</param>
public sealed record ReopenLog(string Origin, string? Previous, long Size, string? Alarm, string Reason) : ICommand<ReopenLog, LedgerKeys>
{
    private const int LongestReason = 1_000;

    public static Decision Decide(ReopenLog command, LedgerKeys state) => command switch
    {
        { Reason: var reason } when string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason => Reject.Invalid("reason", $"1 to {LongestReason} characters."),
        { Previous: null } => Reject.Conflict("The guard store has no checkpoint of this log: nothing was signed that could be lost."),
        { Alarm: null } => Reject.Conflict("The log is signed as it should be: there is nothing to reopen."),
        _ => Decision.Of(new LogReopened(command.Origin, command.Previous, command.Size, command.Reason.Trim())),
    };
}
