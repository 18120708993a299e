using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Processors.Security;

/// <summary>Loads what each command on purposes, and on the rights of people towards them, is decided on.</summary>
public static class SubjectRightsCommands
{
    public static Task<Handled> DefinePurpose(DefinePurpose command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Purpose>(Purpose.IdOf(command.Name), purpose => Domain.Security.DefinePurpose.Decide(command, purpose), cancel);

    public static Task<Handled> ChangePurpose(ChangePurpose command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Purpose>(command.PurposeId, purpose => Domain.Security.ChangePurpose.Decide(command, purpose), cancel);

    public static async Task<Handled> GiveConsent(GiveConsent command, IDocumentSession session, CancellationToken cancel)
    {
        var purpose = await session.Events.FetchForWriting<Purpose>(Purpose.IdOf(command.Purpose), cancel: cancel);
        var guardian = command.GuardianId is { } id && id != command.SubjectId ? await session.Events.FetchForWriting<DataSubject>(id, cancel: cancel) : null;
        var handled = await session.DecideAsync<DataSubject>(
            command.SubjectId, subject => Domain.Security.GiveConsent.Decide(command, subject, purpose.Aggregate, guardian?.Aggregate ?? DataSubject.Initial), cancel);
        if (handled.Rejection is not null)
            return handled;
        // It's to what the purpose says at this moment, and by somebody whose erasure hasn't begun.
        session.Events.EnforceConsistency(purpose.Id);
        if (guardian is not null)
            session.Events.EnforceConsistency(guardian.Id);
        return handled;
    }

    public static Task<Handled> WithdrawConsent(WithdrawConsent command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.WithdrawConsent.Decide(command, subject), cancel);

    public static Task<Handled> Restrict(RestrictSubject command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => RestrictSubject.Decide(command, subject), cancel);

    public static Task<Handled> LiftRestriction(LiftRestriction command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.LiftRestriction.Decide(command, subject), cancel);

    public static async Task<Handled> Object(RaiseObjection command, IDocumentSession session, CancellationToken cancel)
    {
        var purpose = await session.Events.FetchForWriting<Purpose>(Purpose.IdOf(command.Purpose), cancel: cancel);
        var handled = await session.DecideAsync<DataSubject>(command.SubjectId, subject => RaiseObjection.Decide(command, subject, purpose.Aggregate), cancel);
        if (handled.Rejection is null)
            session.Events.EnforceConsistency(purpose.Id);
        return handled;
    }

    public static Task<Handled> WithdrawObjection(WithdrawObjection command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.WithdrawObjection.Decide(command, subject), cancel);

    public static Task<Handled> OverrideObjection(OverrideObjection command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.OverrideObjection.Decide(command, subject), cancel);

    public static Task<Handled> Provide(ProvideSubjectData command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => ProvideSubjectData.Decide(command, subject), cancel);
}
