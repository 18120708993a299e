namespace Platform.Domain.Experiments;

/// <summary>Makes a flag its default for everybody at once.</summary>
/// <param name="FlagId">The flag.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record KillFlag(Guid FlagId, string? Reason)
{
    private const int LongestReason = 500;

    /// <param name="command">The command.</param>
    /// <param name="flag">The flag.</param>
    public static Decision Decide(KillFlag command, Flag flag) => (flag, command.Reason?.Trim() ?? "") switch
    {
        ({ Exists: false }, _) => Flag.Missing,
        (_, { Length: 0 or > LongestReason }) => Reject.Invalid("reason", $"Must be 1 to {LongestReason} characters long."),
        ({ IsKilled: true }, _) => Decision.Nothing,
        (_, var reason) => Decision.Of(new FlagKilled(command.FlagId, reason)),
    };
}

/// <summary>Lets a killed flag's rules count again.</summary>
public sealed record ReviveFlag(Guid FlagId)
{
    /// <param name="command">The command.</param>
    /// <param name="flag">The flag.</param>
    public static Decision Decide(ReviveFlag command, Flag flag) => flag switch
    {
        { Exists: false } => Flag.Missing,
        { IsKilled: false } => Decision.Nothing,
        _ => Decision.Of(new FlagRevived(command.FlagId)),
    };
}
