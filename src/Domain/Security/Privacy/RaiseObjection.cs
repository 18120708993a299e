namespace Platform.Domain.Security;

/// <summary>Records that a person objects to a purpose.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Purpose">Its name; one of public or legitimate interests.</param>
/// <param name="Grounds">In their words; null: none.</param>
public sealed record RaiseObjection(Guid SubjectId, string Purpose, string? Grounds)
{
    public static Decision Decide(RaiseObjection command, DataSubject state, Purpose purpose)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Check(command, purpose).Rejection is { } invalid) return invalid;
        if (state.IsClosed) return DataSubject.IsErased;
        if (!purpose.IsOpenToObjection) return Reject.Conflict($"The purpose '{purpose.Name}' rests on {purpose.LegalBasis}: there is no objecting to that.");
        var objected = new SubjectObjected(command.SubjectId, purpose.Name, purpose.Version, Statement.Plain(command.Grounds));
        // As with consent: what has words isn't a repeat.
        return objected.Grounds is null && state.Objections.TryGetValue(purpose.Name, out var before) && before is ObjectionState.Standing ? Decision.Nothing : Decision.Of(objected);
    }

    private static FieldErrors Check(RaiseObjection command, Purpose purpose) => new FieldErrors()
        .Add("purpose", purpose.Exists ? null : "There is no such purpose.")
        .Add("grounds", Statement.Problem(command.Grounds, isRequired: false));
}

/// <summary>Records that a person objects to a purpose no more.</summary>
public sealed record WithdrawObjection(Guid SubjectId, string Purpose) : ICommand<WithdrawObjection, DataSubject>
{
    public static Decision Decide(WithdrawObjection command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (state.IsClosed) return DataSubject.IsErased;
        if (!state.Objections.TryGetValue(command.Purpose, out var objection)) return DataSubject.NeverObjected;
        return objection is ObjectionState.Withdrawn ? Decision.Nothing : Decision.Of(new ObjectionWithdrawn(command.SubjectId, command.Purpose));
    }
}

/// <summary>Goes on with a purpose in spite of a person's objection: on compelling grounds, which they are told.</summary>
public sealed record OverrideObjection(Guid SubjectId, string Purpose, string? Grounds) : ICommand<OverrideObjection, DataSubject>
{
    public static Decision Decide(OverrideObjection command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Statement.Problem(command.Grounds, isRequired: true) is { } problem) return Reject.Invalid("grounds", problem);
        if (state.IsClosed) return DataSubject.IsErased;
        if (!state.Objections.TryGetValue(command.Purpose, out var objection)) return DataSubject.NeverObjected;
        return objection switch
        {
            ObjectionState.Overridden => Decision.Nothing,
            ObjectionState.Withdrawn => Reject.Conflict("The objection was withdrawn."),
            _ => Decision.Of(new ObjectionOverridden(command.SubjectId, command.Purpose, Statement.Plain(command.Grounds)!)),
        };
    }
}
