namespace Platform.Domain.Monitoring;

/// <summary>Lets a read model stand still, readable as it is, until it's resumed.</summary>
/// <param name="Projection">Its name.</param>
/// <param name="IsNeeded">The pause itself is carried out by what this model says, so it can't stand still.</param>
/// <param name="Reason">See <see cref="OperatorReason"/>.</param>
public sealed record PauseProjection(string Projection, bool IsNeeded, string? Reason) : ICommand<PauseProjection, OperatedProjection>
{
    public static Decision Decide(PauseProjection command, OperatedProjection state) => command switch
    {
        _ when OperatorReason.Problem(command.Reason, isNeeded: true) is { } problem => Reject.Invalid("reason", problem),
        { IsNeeded: true } => Reject.Conflict($"{command.Projection} says what is paused; it can't be paused itself."),
        _ when state.IsPaused => Decision.Nothing,
        _ => Decision.Of(new ProjectionPaused(command.Projection, command.Reason!.Trim())),
    };
}

/// <summary>Lets a read model follow the log again, from where it stands.</summary>
public sealed record ResumeProjection(string Projection) : ICommand<ResumeProjection, OperatedProjection>
{
    public static Decision Decide(ResumeProjection command, OperatedProjection state) =>
        state.IsPaused ? Decision.Of(new ProjectionResumed(command.Projection)) : Decision.Nothing;
}
