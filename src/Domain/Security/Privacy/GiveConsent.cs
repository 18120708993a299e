namespace Platform.Domain.Security;

/// <summary>Records that a person consents to a purpose as it is now.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">The version that they were shown.</param>
/// <param name="Evidence">How they said so; null: nothing is kept of that.</param>
/// <param name="GuardianId">Whoever consents for them; null: they themselves.</param>
/// <param name="GuardianStatement">What the guardian said; comes with the guardian.</param>
public sealed record GiveConsent(Guid SubjectId, string Purpose, long PurposeVersion, string? Evidence, Guid? GuardianId, string? GuardianStatement)
{
    /// <param name="command">The command.</param>
    /// <param name="state">The person.</param>
    /// <param name="purpose">The purpose of that name.</param>
    /// <param name="guardian">The guardian; initial where there is none.</param>
    public static Decision Decide(GiveConsent command, DataSubject state, Purpose purpose, DataSubject guardian)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (Check(command, purpose, guardian).Rejection is { } invalid) return invalid;
        if (state.IsClosed) return DataSubject.IsErased;
        if (guardian.IsClosed) return Reject.Conflict("The guardian's erasure is under way or done: nothing is recorded of them any more.");
        if (purpose.LegalBasis != LegalBasis.Consent) return Reject.Conflict($"The purpose '{purpose.Name}' doesn't rest on consent, but on {purpose.LegalBasis}.");
        if (purpose.Version != command.PurposeVersion) return Reject.Conflict($"The purpose '{purpose.Name}' is at version {purpose.Version}: nobody consents to another one now.");

        var given = new ConsentGiven(
            command.SubjectId, purpose.Name, purpose.Version, Statement.Plain(command.Evidence), command.GuardianId, command.GuardianId is null ? null : Statement.Plain(command.GuardianStatement));
        // Whether words are those from before can't be told: what has some isn't a repeat.
        return given is { Evidence: null, GuardianId: null } && state.Consents.GetValueOrDefault(purpose.Name) == new Consent(purpose.Version, IsGiven: true) ? Decision.Nothing : Decision.Of(given);
    }

    private static FieldErrors Check(GiveConsent command, Purpose purpose, DataSubject guardian) => new FieldErrors()
        .Add("purpose", purpose.Exists ? null : "There is no such purpose.")
        .Add("purposeVersion", command.PurposeVersion >= 1 ? null : "Is required.")
        .Add("evidence", Statement.Problem(command.Evidence, isRequired: false))
        .Add("guardianId", command.GuardianId is null
            ? string.IsNullOrWhiteSpace(command.GuardianStatement) ? null : "Is required where there is a guardian's statement."
            : command.GuardianId == command.SubjectId ? "Nobody is their own guardian." : guardian.Exists ? null : "There is no such data subject.")
        .Add("guardianStatement", Statement.Problem(command.GuardianStatement, isRequired: command.GuardianId is not null));
}

/// <summary>Records that a person consents to a purpose no more: as easily as it was given.</summary>
public sealed record WithdrawConsent(Guid SubjectId, string Purpose) : ICommand<WithdrawConsent, DataSubject>
{
    public static Decision Decide(WithdrawConsent command, DataSubject state)
    {
        if (!state.Exists) return DataSubject.Missing;
        if (state.IsClosed) return DataSubject.IsErased;
        return state.Consents.GetValueOrDefault(command.Purpose) switch
        {
            null => Reject.Invalid("purpose", "The person never consented to it."),
            { IsGiven: false } => Decision.Nothing,
            _ => Decision.Of(new ConsentWithdrawn(command.SubjectId, command.Purpose)),
        };
    }
}
