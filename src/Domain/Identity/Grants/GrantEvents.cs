using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Somebody asks that a user, client or group gets a role that takes four eyes: it has no effect until somebody else has approved it.</summary>
/// <param name="GrantId">The grant; the stream.</param>
/// <param name="GranteeId">The user, the client or the group.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="By">Who asks, as in the token: it's somebody else who approves.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="NotBefore">It has no effect before; null: from the start.</param>
/// <param name="ExpiresAt">It has no effect from then on; null: it doesn't end by itself.</param>
[EventType("identity.grant-requested")]
public sealed record GrantRequested(Guid GrantId, Guid GranteeId, string Role, string By, Guid? SiteId = null, DateTimeOffset? NotBefore = null, DateTimeOffset? ExpiresAt = null);

/// <summary>A user, client or group gets a role.</summary>
/// <param name="GrantId">The grant; the stream.</param>
/// <param name="GranteeId">The user, the client or the group.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="By">Who gives it, as in the token.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="NotBefore">It has no effect before; null: from the start.</param>
/// <param name="ExpiresAt">It has no effect from then on; null: it doesn't end by itself.</param>
[EventType("identity.grant-given")]
public sealed record GrantGiven(Guid GrantId, Guid GranteeId, string Role, string By, Guid? SiteId = null, DateTimeOffset? NotBefore = null, DateTimeOffset? ExpiresAt = null);

/// <summary>Somebody else agrees to a grant, or to what its role can do since.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="By">Who agrees, as in the token.</param>
/// <param name="Permissions">The dangerous ones among what the role grants now: those, and no others of that kind, are granted by it.</param>
[EventType("identity.grant-approved")]
public sealed record GrantApproved(Guid GrantId, string By, ImmutableSortedSet<string> Permissions);

/// <summary>Somebody else doesn't agree: the grant never takes effect.</summary>
[EventType("identity.grant-refused")]
public sealed record GrantRefused(Guid GrantId, string By);

/// <summary>The grant has no effect any more.</summary>
[EventType("identity.grant-revoked")]
public sealed record GrantRevoked(Guid GrantId, string By);

/// <summary>A user or client doesn't have a permission, whoever grants it to them.</summary>
/// <param name="DenialId">The denial; the stream.</param>
/// <param name="GranteeId">The user or the client.</param>
/// <param name="Permission">What is denied.</param>
/// <param name="By">Who denies it, as in the token.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
[EventType("identity.denial-set")]
public sealed record DenialSet(Guid DenialId, Guid GranteeId, string Permission, string By, Guid? SiteId = null);

/// <summary>The denial holds no more.</summary>
[EventType("identity.denial-lifted")]
public sealed record DenialLifted(Guid DenialId, string By);
