namespace Platform.Domain.Security;

/// <summary>Agrees to an erasure that somebody else asked for.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="By">Who agrees, as in the token.</param>
public sealed record ApproveErasure(Guid SubjectId, string By) : ICommand<ApproveErasure, DataSubject>
{
    public static Decision Decide(ApproveErasure command, DataSubject state) => state switch
    {
        { Exists: false } => DataSubject.Missing,
        { Erasure: ErasureState.None } => Reject.Conflict("No erasure was asked for."),
        { Erasure: not ErasureState.AwaitsApproval } => Decision.Nothing,
        { ErasureRequestedBy: var requester } when requester == command.By => Reject.Conflict("Whoever asked for an erasure can't approve it: it takes somebody else."),
        _ => Decision.Of(new ErasureApproved(command.SubjectId)),
    };
}

/// <summary>Refuses an erasure that awaits approval.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Reason">Why; they are told.</param>
public sealed record RefuseErasure(Guid SubjectId, string Reason) : ICommand<RefuseErasure, DataSubject>
{
    public static Decision Decide(RefuseErasure command, DataSubject state) => state switch
    {
        { Exists: false } => DataSubject.Missing,
        { Erasure: ErasureState.None } => Reject.Conflict("No erasure was asked for."),
        { Erasure: not ErasureState.AwaitsApproval } => Reject.Conflict("The erasure is under way or done."),
        _ when Statement.Problem(command.Reason, isRequired: true) is { } problem => Reject.Invalid("reason", problem),
        _ => Decision.Of(new ErasureRefused(command.SubjectId, Statement.Plain(command.Reason)!)),
    };
}

/// <summary>Records that a person's keys are destroyed.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="KeyIds">Of the keys.</param>
public sealed record CompleteErasure(Guid SubjectId, IReadOnlyList<Guid> KeyIds) : ICommand<CompleteErasure, DataSubject>
{
    public static Decision Decide(CompleteErasure command, DataSubject state) => state.Erasure switch
    {
        ErasureState.Pending => Decision.Of(new ErasureCompleted(command.SubjectId, [.. command.KeyIds.Order()])),
        ErasureState.Completed => Decision.Nothing,
        _ => Reject.Conflict("No erasure is under way."),
    };
}
