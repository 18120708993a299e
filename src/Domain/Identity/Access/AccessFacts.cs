using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Identity;

/// <summary>A site in the tree that grants are inherited down.</summary>
/// <param name="Id">The site.</param>
/// <param name="ParentId">The site above; null: none.</param>
public sealed record AccessSite(Guid Id, Guid? ParentId);

/// <summary>Somebody who is known in the tenant.</summary>
/// <param name="Id">The user.</param>
/// <param name="Subject">Claim <c>sub</c> of their tokens; null: they were invited, and haven't been linked yet.</param>
/// <param name="IsSuspended">They may nothing.</param>
/// <param name="IsRemoved">They are known no more: they may nothing, and whoever else gets their subject has it.</param>
/// <param name="Groups">Those that they are in; null: none.</param>
public sealed record AccessUser(Guid Id, string? Subject, bool IsSuspended = false, bool IsRemoved = false, ImmutableSortedSet<Guid>? Groups = null);

/// <summary>Users who have roles together.</summary>
/// <param name="Id">The group.</param>
/// <param name="Name">For people.</param>
/// <param name="IsRemoved">What it was granted counts for nobody.</param>
public sealed record AccessGroup(Guid Id, string Name, bool IsRemoved = false);

/// <summary>Where a grant stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GrantStatus>))]
public enum GrantStatus
{
    /// <summary>It takes effect once somebody else has approved it.</summary>
    [JsonStringEnumMemberName("requested")]
    Requested,

    [JsonStringEnumMemberName("given")]
    Given,

    [JsonStringEnumMemberName("refused")]
    Refused,

    [JsonStringEnumMemberName("revoked")]
    Revoked,
}

/// <summary>A role on a scope, for one user, client or group.</summary>
/// <param name="Id">The grant.</param>
/// <param name="GranteeId">The user, the client or the group.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="NotBefore">It has no effect before; null: from the start.</param>
/// <param name="ExpiresAt">It has no effect from then on; null: it doesn't end by itself.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Approved">Dangerous permissions that somebody else agreed to: the role grants no others of that kind by it.</param>
public sealed record AccessGrant(
    Guid Id, Guid GranteeId, string Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt, GrantStatus Status, ImmutableSortedSet<string> Approved);

/// <summary>A permission that somebody doesn't have, whoever grants it to them.</summary>
/// <param name="Id">The denial.</param>
/// <param name="GranteeId">The user or the client.</param>
/// <param name="Permission">What is denied.</param>
/// <param name="SiteId">On this site and all below it; null: in the whole tenant.</param>
/// <param name="IsLifted">It holds no more.</param>
public sealed record AccessDenial(Guid Id, Guid GranteeId, string Permission, Guid? SiteId, bool IsLifted = false);

/// <summary>A program that calls.</summary>
/// <param name="Id">The client.</param>
/// <param name="Scopes">All that it may at most; null: whatever it's granted.</param>
/// <param name="ExpiresAt">From then on it may nothing; null: it doesn't end by itself.</param>
/// <param name="IsRevoked">It may nothing.</param>
/// <param name="Keys">The one it has, and the one before while that is still valid.</param>
public sealed record AccessClient(Guid Id, ImmutableSortedSet<string>? Scopes, DateTimeOffset? ExpiresAt, bool IsRevoked, ImmutableArray<ClientKey> Keys)
{
    /// <summary>Whether it may call at all.</summary>
    public bool IsOpen(DateTimeOffset now) => !IsRevoked && !(ExpiresAt <= now);

    /// <summary>The same, that may no more than these permissions as well; null: as it is.</summary>
    public AccessClient HeldTo(ImmutableSortedSet<string>? scopes) => scopes is null ? this : this with { Scopes = Scopes?.Intersect(scopes) ?? scopes };
}

/// <summary>One thing that access is decided on; one member is there.</summary>
public sealed record AccessFact(
    RoleNode? Role = null, AccessSite? Site = null, AccessUser? User = null, AccessGrant? Grant = null, AccessDenial? Denial = null, AccessClient? Client = null,
    AccessGroup? Group = null);
