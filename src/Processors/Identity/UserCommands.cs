using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Processors.Identity;

/// <summary>A link as a caller wants it; what they lack of what the user was granted is looked up.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Subject">Claim <c>sub</c>.</param>
/// <param name="By">The caller's own subject.</param>
/// <param name="Who">The caller, as access is then.</param>
/// <param name="At">When.</param>
public sealed record WantedLink(Guid UserId, string? Subject, string By, Func<TenantAccess, Principal> Who, DateTimeOffset At);

/// <summary>Loads what each command on users is decided on.</summary>
public sealed class UserCommands(AccessModels models)
{
    public static async Task<Handled> Register(RegisterUser command, IDocumentSession session, CancellationToken cancel)
    {
        var user = await session.Events.FetchForWriting<User>(command.UserId, cancel: cancel);
        var subject = command.Subject is null ? SubjectReservation.Initial
            : (await session.Events.FetchForWriting<SubjectReservation>(SubjectReservation.IdOf(command.Subject), cancel: cancel)).Aggregate;
        return session.Enlist(command.UserId, user.StartingVersion, RegisterUser.Decide(command, user.Aggregate, subject));
    }

    public async Task<Handled> Link(WantedLink wanted, IDocumentSession session, CancellationToken cancel)
    {
        var access = await models.LatestAsync(session.TenantId, cancel);
        var lacking = access.FindUser(wanted.UserId) is { } granted ? access.LacksOf(wanted.Who(access), access.OfUser(granted), wanted.At) : [];
        var command = new LinkUser(wanted.UserId, wanted.Subject, wanted.By, lacking);
        var user = await session.Events.FetchForWriting<User>(command.UserId, cancel: cancel);
        var subject = await session.Events.FetchForWriting<SubjectReservation>(SubjectReservation.IdOf(command.Subject ?? ""), cancel: cancel);
        return session.Enlist(command.UserId, user.StartingVersion, LinkUser.Decide(command, user.Aggregate, subject.Aggregate));
    }

    public static Task<Handled> Suspend(SuspendUser command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<User>(command.UserId, user => SuspendUser.Decide(command, user), cancel);

    public static Task<Handled> Resume(ResumeUser command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<User>(command.UserId, user => ResumeUser.Decide(command, user), cancel);
}
