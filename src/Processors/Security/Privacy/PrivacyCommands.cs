using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>An erasure as a caller asks for it; what else it's decided on is loaded.</summary>
public sealed record AskForErasure(Guid SubjectId, string Cause, string By, string? Reason, DateTimeOffset At);

/// <summary>Loads what each command on personal data is decided on.</summary>
public static class PrivacyCommands
{
    public static Task<Handled> Register(RegisterSubject command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => RegisterSubject.Decide(command, subject), cancel);

    public static Task<Handled> Rectify(RectifySubject command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => RectifySubject.Decide(command, subject), cancel);

    public static async Task<Handled> RequestErasure(AskForErasure asked, IDocumentSession session, CancellationToken cancel)
    {
        var policy = await session.Events.FetchForWriting<PrivacyPolicy>(PrivacyPolicy.Id, cancel: cancel);
        var command = new RequestErasure(asked.SubjectId, asked.Cause, asked.By, asked.Reason, policy.Aggregate, asked.At);
        var handled = await session.DecideAsync<DataSubject>(asked.SubjectId, subject => Domain.Security.RequestErasure.Decide(command, subject), cancel);
        // Whether it takes four eyes is as the policy says at this moment.
        if (handled.Rejection is null && policy.StartingVersion > 0)
            session.Events.EnforceConsistency(PrivacyPolicy.Id);
        return handled;
    }

    public static async Task<Handled> EraseByRule(FallenDue due, string by, DateTimeOffset now, IDocumentSession session, CancellationToken cancel)
    {
        var policy = await session.Events.FetchForWriting<PrivacyPolicy>(PrivacyPolicy.Id, cancel: cancel);
        var subject = await session.Events.FetchForWriting<DataSubject>(due.SubjectId, cancel: cancel);
        // Read after the stream was fetched: what comes later in it stands in the way of the append. In other streams it's what is known by now.
        var stream = await session.Events.FetchStreamStateAsync(due.SubjectId, cancel);
        var newest = new[] { stream?.LastTimestamp, await SubjectEvents.NewestAsync(session, due.SubjectId, cancel) }.Max();
        var decision = Domain.Security.EraseByRule.Decide(new EraseByRule(due.SubjectId, due.Rule, by, stream?.Created ?? now, newest ?? now, policy.Aggregate, now), subject.Aggregate);
        subject.AppendMany(decision.Events);
        if (decision.Rejection is null && policy.StartingVersion > 0)
            session.Events.EnforceConsistency(PrivacyPolicy.Id);
        return new Handled(due.SubjectId, subject.StartingVersion, decision.Rejection);
    }

    public static Task<Handled> ApproveErasure(ApproveErasure command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.ApproveErasure.Decide(command, subject), cancel);

    public static Task<Handled> RefuseErasure(RefuseErasure command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.RefuseErasure.Decide(command, subject), cancel);

    public static Task<Handled> CompleteErasure(CompleteErasure command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => Domain.Security.CompleteErasure.Decide(command, subject), cancel);

    public static Task<Handled> Abandon(AbandonSubject command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<DataSubject>(command.SubjectId, subject => AbandonSubject.Decide(command, subject), cancel);

    /// <exception cref="PersonalDataUnavailableException">What wraps now can't be told.</exception>
    public static async Task<Handled> RotateEncryption(PersonalData personal, IDocumentSession session, CancellationToken cancel)
    {
        var command = new RotateKeyEncryption(await personal.CurrentWrapperAsync(cancel));
        return await session.DecideAsync<SubjectKeyEncryption>(SubjectKeyEncryption.Id, state => RotateKeyEncryption.Decide(command, state), cancel);
    }

    public static Task<Handled> SetPolicy(SetPrivacyPolicy command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<PrivacyPolicy>(PrivacyPolicy.Id, policy => SetPrivacyPolicy.Decide(command, policy), cancel);
}
