using Platform.Ledger;

namespace Platform.Domain.Identity;

/// <summary>Somebody is known in the tenant. What they are called and where they are reached is kept of them as a data subject, sealed.</summary>
/// <param name="UserId">The user; the stream.</param>
/// <param name="PersonId">The data subject that they are.</param>
/// <param name="Subject">Claim <c>sub</c> of their tokens; null: they are invited, and linked once that is known.</param>
[EventType("identity.user-registered")]
public sealed record UserRegistered(Guid UserId, Guid PersonId, string? Subject = null);

/// <summary>A directory says who the user is, all that is kept of that beside what is kept of them as a data subject.</summary>
/// <param name="UserId">The user.</param>
/// <param name="PersonId">The data subject that they are.</param>
/// <param name="NameId">The reservation of their user name, see <see cref="UserNameReservation"/>; null: they have none.</param>
/// <param name="ExternalId">What the directory calls them.</param>
/// <param name="GivenName">The name that they were given.</param>
/// <param name="FamilyName">Their family's.</param>
[EventType("identity.user-provisioned")]
public sealed record UserProvisioned(
    Guid UserId, Guid PersonId, Guid? NameId = null,
    [property: Personal(nameof(UserProvisioned.PersonId), PersonalCategory.Identity, IsSearchable = true)] PersonalText? ExternalId = null,
    [property: Personal(nameof(UserProvisioned.PersonId), PersonalCategory.Identity)] PersonalText? GivenName = null,
    [property: Personal(nameof(UserProvisioned.PersonId), PersonalCategory.Identity)] PersonalText? FamilyName = null);

/// <summary>An invited user is whoever signs in with this subject.</summary>
[EventType("identity.user-linked")]
public sealed record UserLinked(Guid UserId, string Subject);

/// <summary>The user may nothing, until they are resumed.</summary>
[EventType("identity.user-suspended")]
public sealed record UserSuspended(Guid UserId);

[EventType("identity.user-resumed")]
public sealed record UserResumed(Guid UserId);

/// <summary>The user is known no more, and may nothing. Whoever has their subject then, or their user name, is another.</summary>
[EventType("identity.user-removed")]
public sealed record UserRemoved(Guid UserId);

/// <summary>What the group is granted counts for the user from now on.</summary>
[EventType("identity.user-joined-group")]
public sealed record UserJoinedGroup(Guid UserId, Guid GroupId);

[EventType("identity.user-left-group")]
public sealed record UserLeftGroup(Guid UserId, Guid GroupId);

/// <summary>A subject of the tenant's issuer is one user, and no other's.</summary>
[EventType("identity.subject-taken")]
public sealed record SubjectTaken(string Subject, Guid UserId);

/// <summary>The user was removed: the subject is nobody's.</summary>
[EventType("identity.subject-released")]
public sealed record SubjectReleased(string Subject, Guid UserId);

/// <summary>A user name is one user's. Which one it is nothing says here: see <see cref="UserNameReservation"/>.</summary>
[EventType("identity.user-name-taken")]
public sealed record UserNameTaken(Guid NameId, Guid UserId);

[EventType("identity.user-name-released")]
public sealed record UserNameReleased(Guid NameId, Guid UserId);
