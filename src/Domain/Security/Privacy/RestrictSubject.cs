using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>The person's data is kept, and used for nothing else (GDPR, Article 18).</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Reason">Why: they say that it's wrong, for example.</param>
[EventType("security.subject-restricted")]
public sealed record SubjectRestricted(
    Guid SubjectId, [property: Personal(nameof(SubjectRestricted.SubjectId), PersonalCategory.Statement)] PersonalText Reason) : IAboutSubject;

/// <summary>The person's data is used again. They were told so before.</summary>
[EventType("security.restriction-lifted")]
public sealed record RestrictionLifted(
    Guid SubjectId, [property: Personal(nameof(RestrictionLifted.SubjectId), PersonalCategory.Statement)] PersonalText Reason) : IAboutSubject;

/// <summary>Restricts the use of a person's data.</summary>
public sealed record RestrictSubject(Guid SubjectId, string? Reason) : ICommand<RestrictSubject, DataSubject>
{
    public static Decision Decide(RestrictSubject command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Statement.Problem(command.Reason, isRequired: true) is { } problem) return Reject.Invalid("reason", problem);
        if (state.IsClosed) return DataSubject.IsErased;
        return state.IsRestricted ? Decision.Nothing : Decision.Of(new SubjectRestricted(command.SubjectId, Statement.Plain(command.Reason)!));
    }
}

/// <summary>Lifts the restriction.</summary>
public sealed record LiftRestriction(Guid SubjectId, string? Reason) : ICommand<LiftRestriction, DataSubject>
{
    public static Decision Decide(LiftRestriction command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Statement.Problem(command.Reason, isRequired: true) is { } problem) return Reject.Invalid("reason", problem);
        if (state.IsClosed) return DataSubject.IsErased;
        return state.IsRestricted ? Decision.Of(new RestrictionLifted(command.SubjectId, Statement.Plain(command.Reason)!)) : Decision.Nothing;
    }
}
