using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Processors;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>A new role of the tenant's own.</summary>
/// <param name="Name">1-63 lower-case letters, digits and hyphens.</param>
/// <param name="Permissions">What it grants by itself.</param>
/// <param name="Inherits">Names of roles whose permissions it has as well.</param>
public sealed record DefineRoleBody(string? Name, ImmutableArray<string>? Permissions, ImmutableArray<string>? Inherits);

/// <summary>What a role grants from now on, all of it.</summary>
/// <param name="Permissions">By itself.</param>
/// <param name="Inherits">Names of roles whose permissions it has as well.</param>
public sealed record ChangeRoleBody(ImmutableArray<string>? Permissions, ImmutableArray<string>? Inherits);

/// <summary>Somebody to be known in the tenant: by subject, or by e-mail address until they are linked.</summary>
/// <param name="Subject">Claim <c>sub</c> of their tokens.</param>
/// <param name="Name">What they are called; sealed.</param>
/// <param name="Email">Where they are reached; sealed.</param>
public sealed record RegisterUserBody(string? Subject, string? Name, string? Email);

/// <summary>Who an invited user is.</summary>
/// <param name="Subject">Claim <c>sub</c> of their tokens.</param>
public sealed record LinkUserBody(string? Subject);

/// <summary>One whole text that a user is sought by.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Email">Where they are reached.</param>
public sealed record FindUserBody(string? Name, string? Email);

/// <summary>Users who have roles together.</summary>
/// <param name="Name">1-200 characters.</param>
/// <param name="ExternalId">What a directory calls it; absent: none does.</param>
public sealed record GroupBody(string? Name, string? ExternalId);

/// <summary>A group that a user is to be in, or not any more.</summary>
/// <param name="GroupId">The group.</param>
public sealed record MembershipBody(Guid? GroupId);

/// <summary>A user who is in a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Since">Since when.</param>
public sealed record GroupMember(Guid UserId, DateTimeOffset Since);

/// <summary>A role for a user, client or group.</summary>
/// <param name="UserId">The user; or one of the others.</param>
/// <param name="ClientId">The client; or one of the others.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="SiteId">On this site and all below it; absent: in the whole tenant.</param>
/// <param name="NotBefore">It has no effect before.</param>
/// <param name="ExpiresAt">It has no effect from then on.</param>
/// <param name="GroupId">The group, for whoever is in it; or one of the others.</param>
public sealed record GrantBody(Guid? UserId, Guid? ClientId, string? Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt, Guid? GroupId);

/// <summary>A permission that a user or client doesn't have.</summary>
/// <param name="UserId">The user; or clientId.</param>
/// <param name="ClientId">The client; or userId.</param>
/// <param name="Permission">What is denied.</param>
/// <param name="SiteId">On this site and all below it; absent: in the whole tenant.</param>
public sealed record DenialBody(Guid? UserId, Guid? ClientId, string? Permission, Guid? SiteId);

/// <summary>A program that calls.</summary>
/// <param name="Name">1-200 characters.</param>
/// <param name="Grants">What it's granted from the start, at most 20.</param>
/// <param name="Scopes">Permissions, all that it may at most; absent: whatever it's granted.</param>
/// <param name="ExpiresAt">From then on it may nothing; absent: it doesn't end by itself.</param>
public sealed record RegisterClientBody(string? Name, ImmutableArray<ClientGrantBody?>? Grants, ImmutableArray<string>? Scopes, DateTimeOffset? ExpiresAt);

/// <summary>A role for the client.</summary>
/// <param name="Role">Name of the role.</param>
/// <param name="SiteId">On this site and all below it; absent: in the whole tenant.</param>
/// <param name="NotBefore">It has no effect before.</param>
/// <param name="ExpiresAt">It has no effect from then on.</param>
public sealed record ClientGrantBody(string? Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt);

/// <summary>How a key is followed by another.</summary>
/// <param name="PreviousUntil">The one before is valid until then, at most 30 days; absent: it ends now.</param>
public sealed record RotateClientKeyBody(DateTimeOffset? PreviousUntil);

/// <summary>A receipt with a key, which is told this once.</summary>
/// <param name="StreamId">The client.</param>
/// <param name="Version">Of its stream.</param>
/// <param name="Events">What the command appended.</param>
/// <param name="Timestamp">When.</param>
/// <param name="State">As asked for by <c>await</c>.</param>
/// <param name="Key">What the client sends; null: the request was sent again, and nothing has the key any more.</param>
public sealed record KeyReceipt(Guid StreamId, long Version, IReadOnlyList<ReceiptEvent> Events, DateTimeOffset Timestamp, string? State, string? Key);

/// <summary>A provider that people sign in with.</summary>
/// <param name="Name">1-30 lower-case letters, digits and hyphens.</param>
/// <param name="Issuer">Claim <c>iss</c> of its tokens: an https URL.</param>
/// <param name="ClientId">What the platform is called there.</param>
/// <param name="ClientSecret">The platform's secret there; absent or empty: none, by PKCE alone. It's sealed, and told to nobody.</param>
/// <param name="Scopes">What is asked for besides openid; absent: profile and email.</param>
/// <param name="Roles">Which claims give which roles in the whole tenant.</param>
/// <param name="Admits">Who comes in beside those who are known: known (nobody; the default), invited (whoever was invited by a verified e-mail address), everyone.</param>
/// <param name="SessionMinutes">How long a session is valid, 5 to 1,440; absent: 480.</param>
public sealed record NewSignInProviderBody(
    string? Name, string? Issuer, string? ClientId, string? ClientSecret, ImmutableArray<string>? Scopes, ImmutableArray<ClaimRole?>? Roles, string? Admits, int? SessionMinutes)
{
    [JsonIgnore]
    internal SignInProviderBody Settings => new(Issuer, ClientId, ClientSecret ?? "", Scopes, Roles, Admits, SessionMinutes);
}

/// <summary>How people sign in with a provider, all of it.</summary>
/// <param name="Issuer">Claim <c>iss</c> of its tokens: an https URL.</param>
/// <param name="ClientId">What the platform is called there.</param>
/// <param name="ClientSecret">The platform's secret there; absent: as it is; empty: none, by PKCE alone. It's sealed, and told to nobody.</param>
/// <param name="Scopes">What is asked for besides openid; absent: profile and email.</param>
/// <param name="Roles">Which claims give which roles in the whole tenant.</param>
/// <param name="Admits">Who comes in beside those who are known: known (nobody; the default), invited (whoever was invited by a verified e-mail address), everyone.</param>
/// <param name="SessionMinutes">How long a session is valid, 5 to 1,440; absent: 480.</param>
public sealed record SignInProviderBody(string? Issuer, string? ClientId, string? ClientSecret, ImmutableArray<string>? Scopes, ImmutableArray<ClaimRole?>? Roles, string? Admits, int? SessionMinutes);

/// <summary>A receipt of a session's end.</summary>
/// <param name="StreamId">The session.</param>
/// <param name="Version">Of its stream.</param>
/// <param name="Events">What the command appended.</param>
/// <param name="Timestamp">When.</param>
/// <param name="State">As asked for by <c>await</c>.</param>
/// <param name="ProviderUrl">Where the browser goes to sign out at the provider as well; absent: the provider has no such place, or can't be asked now.</param>
public sealed record SignedOut(Guid StreamId, long Version, IReadOnlyList<ReceiptEvent> Events, DateTimeOffset Timestamp, string? State, string? ProviderUrl);

/// <summary>Who one is to the platform.</summary>
/// <param name="Subject">Claim <c>sub</c>; of a client <c>client:ID</c>.</param>
/// <param name="TenantId">Claim <c>tenant</c>.</param>
/// <param name="Roles">Claim <c>roles</c>.</param>
/// <param name="Permissions">What one may in the whole tenant, sorted.</param>
/// <param name="UserId">Who one is among the tenant's users; null: not known there.</param>
/// <param name="ClientId">Which client one is; null: none.</param>
/// <param name="Grants">Roles granted in the tenant and on sites, those without effect among them.</param>
/// <param name="Denials">What is denied, whatever is granted.</param>
public sealed record Me(
    string Subject, string TenantId, IReadOnlyList<string> Roles, IReadOnlyList<string> Permissions, Guid? UserId, Guid? ClientId,
    IReadOnlyList<AccessGrant> Grants, IReadOnlyList<AccessDenial> Denials);

/// <summary>Somebody who is known in the tenant. Name and e-mail address are texts about people: <c>[hidden]</c> from callers without <c>personal.read</c>, <c>[erased]</c> after their erasure.</summary>
/// <param name="Id">The user.</param>
/// <param name="PersonId">The data subject that they are: put right, and erased, at <c>/api/privacy/subjects</c>.</param>
/// <param name="Subject">Claim <c>sub</c> of their tokens; null: invited.</param>
/// <param name="Name">What they are called; null: it isn't there yet, or isn't kept.</param>
/// <param name="Email">Where they are reached; null: it isn't kept.</param>
/// <param name="Status">invited, active or suspended.</param>
/// <param name="RegisteredAt">Since when they are known.</param>
/// <param name="RegisteredBy">Who made them so.</param>
/// <param name="SuspendedAt">Since when they are suspended; null: they aren't.</param>
/// <param name="SuspendedBy">By whom.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="Groups">Those that they are in, removed ones among them.</param>
public sealed record UserAnswer(
    Guid Id, Guid PersonId, string? Subject, string? Name, string? Email, string Status, DateTimeOffset RegisteredAt, string? RegisteredBy,
    DateTimeOffset? SuspendedAt, string? SuspendedBy, long Version, IReadOnlyCollection<Guid> Groups);

/// <summary>A program that calls, with when it last did.</summary>
/// <param name="Client">As it's registered.</param>
/// <param name="LastUsedAt">To the hour; null: never.</param>
/// <param name="LastUsedKey">Prefix of the key that it used then.</param>
public sealed record ClientAnswer(ClientDetails Client, DateTimeOffset? LastUsedAt, string? LastUsedKey);

/// <summary>Whether somebody has a permission, and because of what.</summary>
/// <param name="Allowed">They have it.</param>
/// <param name="Permission">What was asked.</param>
/// <param name="SiteId">The site that it was asked of; null: the tenant.</param>
/// <param name="Path">The site, the one above, and so on to the top: a grant or denial on any of them counts.</param>
/// <param name="Reasons">Each thing that was looked at: what bars and denies first.</param>
public sealed record AccessExplanation(bool Allowed, string Permission, Guid? SiteId, IReadOnlyList<Guid> Path, IReadOnlyList<AccessReasonAnswer> Reasons);

/// <summary>One thing that a decision looked at.</summary>
/// <param name="Effect">grants, denies, bars, out-of-scope; or why a grant doesn't count: role-lacks-it, no-such-role, elsewhere, not-yet, expired, awaits-approval.</param>
/// <param name="Id">The grant or the denial; null: a role of the token, or who asks.</param>
/// <param name="SiteId">Where it holds, with all sites below; null: in the whole tenant.</param>
/// <param name="Role">The role it's about.</param>
/// <param name="Inheritance">From that role to the one whose own the permission is.</param>
/// <param name="GroupId">The group through which they have the grant; null: it's their own.</param>
/// <param name="Group">What that group is called.</param>
public sealed record AccessReasonAnswer(AccessEffect Effect, Guid? Id, Guid? SiteId, string? Role, IReadOnlyList<string> Inheritance, Guid? GroupId, string? Group);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TokenError))]
[JsonSerializable(typeof(DefineRoleBody))]
[JsonSerializable(typeof(ChangeRoleBody))]
[JsonSerializable(typeof(RegisterUserBody))]
[JsonSerializable(typeof(LinkUserBody))]
[JsonSerializable(typeof(FindUserBody))]
[JsonSerializable(typeof(GroupBody))]
[JsonSerializable(typeof(MembershipBody))]
[JsonSerializable(typeof(Page<GroupMember>))]
[JsonSerializable(typeof(GrantBody))]
[JsonSerializable(typeof(DenialBody))]
[JsonSerializable(typeof(RegisterClientBody))]
[JsonSerializable(typeof(RotateClientKeyBody))]
[JsonSerializable(typeof(NewSignInProviderBody))]
[JsonSerializable(typeof(SignInProviderBody))]
[JsonSerializable(typeof(LogoutRequest))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(KeyReceipt))]
[JsonSerializable(typeof(SignedOut))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(Page<UserAnswer>))]
[JsonSerializable(typeof(ClientAnswer))]
[JsonSerializable(typeof(AccessExplanation))]
internal sealed partial class IdentityBodies : JsonSerializerContext;
