namespace Platform.Domain.Identity;

/// <summary>Somebody is known in the tenant. What they are called and where they are reached is kept of them as a data subject, sealed.</summary>
/// <param name="UserId">The user; the stream.</param>
/// <param name="PersonId">The data subject that they are.</param>
/// <param name="Subject">Claim <c>sub</c> of their tokens; null: they are invited, and linked once that is known.</param>
[EventType("identity.user-registered")]
public sealed record UserRegistered(Guid UserId, Guid PersonId, string? Subject = null);

/// <summary>An invited user is whoever signs in with this subject.</summary>
[EventType("identity.user-linked")]
public sealed record UserLinked(Guid UserId, string Subject);

/// <summary>The user may nothing, until they are resumed.</summary>
[EventType("identity.user-suspended")]
public sealed record UserSuspended(Guid UserId);

[EventType("identity.user-resumed")]
public sealed record UserResumed(Guid UserId);

/// <summary>A subject of the tenant's issuer is one user, and no other's.</summary>
[EventType("identity.subject-taken")]
public sealed record SubjectTaken(string Subject, Guid UserId);
