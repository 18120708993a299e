using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Identity;
using Platform.Projections.Security;

namespace Platform.Processors.Identity;

/// <summary>A change of what a directory says of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Change">What is said then, by what is said now; called again after a conflict.</param>
/// <param name="By">The caller's own subject.</param>
/// <param name="Who">The caller, as access is then.</param>
/// <param name="At">When.</param>
/// <param name="ExpectedTags">The change is for these states of the user only, see <see cref="ProvisioningCommands.TagOf"/>; null: for any.</param>
public sealed record WantedProfile(Guid UserId, Func<UserProfile, UserProfile> Change, string By, Func<TenantAccess, Principal> Who, DateTimeOffset At, IReadOnlyCollection<string>? ExpectedTags = null);

/// <summary>A user who is to be removed.</summary>
/// <param name="Command">The command.</param>
/// <param name="ExpectedTags">As of <see cref="WantedProfile"/>.</param>
public sealed record WantedRemoval(RemoveUser Command, IReadOnlyCollection<string>? ExpectedTags = null);

/// <summary>Loads what each command on users is decided on that a directory sends.</summary>
/// <param name="models">What somebody was granted.</param>
/// <param name="personal">Opens what is kept of a user, to change it.</param>
public sealed class ProvisioningCommands(AccessModels models, PersonalData personal)
{
    // Of one user, valid at once: more aren't ended, and count again once somebody else has their subject.
    private const int MostSessions = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Users Details = new();
    private static readonly DataSubjects Persons = new();

    /// <summary>What a user is in all: their stream's version, and that of the data subject that they are.</summary>
    public static string TagOf(long user, long person) => $"{user}.{person}";

    public async Task<Handled> Provision(ProvisionUser command, IDocumentSession session, CancellationToken cancel)
    {
        var nameId = await NameIdAsync(session, command.Profile.Trimmed().UserName, cancel);
        var user = await session.Events.FetchForWriting<User>(command.UserId, cancel: cancel);
        return session.Enlist(command.UserId, user.StartingVersion, ProvisionUser.Decide(command with { NameId = nameId ?? Guid.Empty }, user.Aggregate, await NameAsync(session, nameId, cancel)));
    }

    public async Task<Handled> Change(WantedProfile wanted, IDocumentSession session, CancellationToken cancel)
    {
        var id = wanted.UserId;
        var user = await session.Events.FetchForWriting<User>(id, cancel: cancel);
        if (!user.Aggregate.Exists)
            return session.Enlist(id, user.StartingVersion, User.Gone);
        var person = await session.Events.FetchForWriting<Person>(user.Aggregate.PersonId, cancel: cancel);
        if (IsStale(wanted.ExpectedTags, user.StartingVersion, person.StartingVersion) is { } stale)
            return new Handled(id, user.StartingVersion, stale);
        var before = await ProfileAsync(session, user.Aggregate, user.StartingVersion, person.StartingVersion, cancel);
        var after = wanted.Change(before);
        var name = after.Trimmed().UserName;
        // Who has a name that isn't reserved got it otherwise than by a directory: it's reserved once one says it.
        var nameId = name == before.UserName ? user.Aggregate.NameId : await NameIdAsync(session, name, cancel);
        var isInvitedAnew = user.Aggregate.Subject is null && after.Email != before.Email;
        var command = new ChangeUserProfile(id, nameId, before, after, wanted.By, isInvitedAnew ? await LackingAsync(wanted, session, cancel) : []);
        // The texts are those of these versions.
        session.Events.EnforceConsistency(person.Id);
        session.Events.EnforceConsistency(user.Id);
        return session.Enlist(id, user.StartingVersion, ChangeUserProfile.Decide(command, user.Aggregate, person.Aggregate, await NameAsync(session, nameId, cancel)));
    }

    public static async Task<Handled> Remove(WantedRemoval wanted, IDocumentSession session, CancellationToken cancel)
    {
        var id = wanted.Command.UserId;
        var user = await session.Events.FetchForWriting<User>(id, cancel: cancel);
        if (wanted.ExpectedTags is not null && user.Aggregate.Exists
            && IsStale(wanted.ExpectedTags, user.StartingVersion, (await session.Events.AggregateStreamAsync<Person>(user.Aggregate.PersonId, cancel: cancel)).Version) is { } stale)
            return new Handled(id, user.StartingVersion, stale);
        IReadOnlyList<Guid> sessions = [];
        if (user.Aggregate.Subject is { } subject)
        {
            await session.Events.FetchForWriting<SubjectReservation>(SubjectReservation.IdOf(subject), cancel: cancel);
            sessions = await SessionsAsync(session, subject, cancel);
        }
        await NameAsync(session, user.Aggregate.NameId, cancel);
        return session.Enlist(id, user.StartingVersion, RemoveUser.Decide(wanted.Command, user.Aggregate, sessions));
    }

    // With all that were opened before.
    private static async Task<IReadOnlyList<Guid>> SessionsAsync(IDocumentSession session, string subject, CancellationToken cancel)
    {
        if (!await session.WaitForAllAsync(SessionDetails.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {SessionDetails.ReadModel} is behind the log.");
        var open = new List<Guid>();
        foreach (var id in (await SessionDetails.OfProviderAsync(session, subject, null, session.Now, Guid.Empty, MostSessions, cancel)).Items)
            if (await session.Events.FetchForWriting<Session>(id, cancel: cancel) is { Aggregate: { Exists: true, IsEnded: false } })
                open.Add(id);
        return open;
    }

    private static Rejection? IsStale(IReadOnlyCollection<string>? expected, long user, long person) =>
        expected is null || expected.Contains(TagOf(user, person)) ? null : Reject.Stale("The user has moved on.");

    private async Task<ImmutableSortedSet<string>> LackingAsync(WantedProfile wanted, IDocumentSession session, CancellationToken cancel)
    {
        var access = await models.LatestAsync(session.TenantId, cancel);
        return access.FindUser(wanted.UserId) is { } granted ? access.LacksOf(wanted.Who(access), access.OfUser(granted), wanted.At) : [];
    }

    // As they are at these versions, with every text in plain: it's changed, and sealed again.
    private async Task<UserProfile> ProfileAsync(IDocumentSession session, User user, long userVersion, long personVersion, CancellationToken cancel)
    {
        var details = await session.Events.AggregateStreamAsync(Details, user.UserId, version: userVersion, cancel: cancel);
        var person = await session.Events.AggregateStreamAsync(Persons, user.PersonId, version: personVersion, cancel: cancel);
        var placed = new[]
        {
            PlacedText.Of(person?.Members.Reference, user.PersonId, "reference"), PlacedText.Of(details?.ExternalId, user.PersonId, "externalId"), PlacedText.Of(details?.GivenName, user.PersonId, "givenName"),
            PlacedText.Of(details?.FamilyName, user.PersonId, "familyName"), PlacedText.Of(person?.Members.Name, user.PersonId, "name"), PlacedText.Of(person?.Members.Email, user.PersonId, "email"),
        };
        var opened = await personal.OpenAsync(session.TenantId, placed, cancel);
        if (opened.Values.Contains(PersonalData.Unavailable))
            throw new PersonalDataUnavailableException($"What data subject {user.PersonId} is called now can't be read.");
        var texts = placed.Select(text => text is null ? null : opened[text]).ToArray();
        return new UserProfile(texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], !user.IsSuspended);
    }

    private async Task<Guid?> NameIdAsync(IDocumentSession session, string? name, CancellationToken cancel) =>
        name is null ? null : await personal.IdOfAsync(session.TenantId, "user-name", name, cancel);

    private static async Task<UserNameReservation> NameAsync(IDocumentSession session, Guid? id, CancellationToken cancel) =>
        id is { } name ? (await session.Events.FetchForWriting<UserNameReservation>(name, cancel: cancel)).Aggregate : UserNameReservation.Initial;
}
