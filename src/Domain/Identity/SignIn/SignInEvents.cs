using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>People of the tenant can sign in with an OpenID Connect provider, or do so otherwise from now on.</summary>
/// <param name="Name">The provider's name in the tenant; its stream derives from it, and subjects begin with it.</param>
/// <param name="Issuer">Claim <c>iss</c> of its tokens. A name has one forever: whoever it called somebody may be somebody else's name at another.</param>
/// <param name="ClientId">What the platform is called there.</param>
/// <param name="Scopes">What is asked for besides <c>openid</c>.</param>
/// <param name="Roles">Which claims give which roles in the whole tenant.</param>
/// <param name="Admits">Who comes in, one of <see cref="SignInAdmits"/>.</param>
/// <param name="SessionMinutes">How long a session is valid.</param>
/// <param name="SealedSecret">The client's secret, sealed with a key that only the nodes have; null: a public client, by PKCE alone.</param>
[EventType("identity.sign-in-provider-configured")]
public sealed record SignInProviderConfigured(
    string Name, string Issuer, string ClientId, ImmutableSortedSet<string> Scopes, ImmutableArray<ClaimRole> Roles, string Admits, int SessionMinutes, string? SealedSecret = null);

/// <summary>Nobody signs in with the provider any more; sessions that began with it are valid no longer.</summary>
[EventType("identity.sign-in-provider-removed")]
public sealed record SignInProviderRemoved(string Name);

/// <summary>Somebody signed in.</summary>
/// <param name="SessionId">The session; its stream derives from the sign-in's state, so that one sign-in gives one session.</param>
/// <param name="Provider">Name of the provider.</param>
/// <param name="ProviderVersion">Version of the provider's stream that they signed in by: what is removed later ends the session.</param>
/// <param name="Subject">Who, see <see cref="SignInProvider.SubjectOf"/>.</param>
/// <param name="Roles">Roles that the claims give.</param>
/// <param name="ExpiresAt">From then on it's valid no longer.</param>
/// <param name="ProviderSession">Claim <c>sid</c>, the session at the provider; null: it named none.</param>
[EventType("identity.session-opened")]
public sealed record SessionOpened(Guid SessionId, string Provider, long ProviderVersion, string Subject, ImmutableSortedSet<string> Roles, DateTimeOffset ExpiresAt, string? ProviderSession = null);

/// <summary>A session is valid no longer.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Reason">One of <see cref="SessionEnd"/>.</param>
[EventType("identity.session-ended")]
public sealed record SessionEnded(Guid SessionId, string Reason);

/// <summary>A role for those of whom the provider says something.</summary>
/// <param name="Claim">Name of a claim of the ID token: a text, or a list of texts.</param>
/// <param name="Value">What it is, or has.</param>
/// <param name="Role">The role that they have then.</param>
public sealed record ClaimRole(string Claim, string Value, string Role);

/// <summary>Whom a provider lets in, beside those who are known by their subject.</summary>
public static class SignInAdmits
{
    /// <summary>Nobody.</summary>
    public const string Known = "known";

    /// <summary>Whoever was invited by an e-mail address that the provider says is verified.</summary>
    public const string Invited = "invited";

    /// <summary>Everybody whom the provider knows: they become users of the tenant.</summary>
    public const string Everyone = "everyone";

    public static ImmutableSortedSet<string> All { get; } = ImmutableSortedSet.Create(StringComparer.Ordinal, Known, Invited, Everyone);
}

/// <summary>Why a session ended before its time.</summary>
public static class SessionEnd
{
    /// <summary>They signed out here.</summary>
    public const string SignedOut = "signed-out";

    /// <summary>They signed in again in the same browser.</summary>
    public const string Replaced = "replaced";

    /// <summary>The provider said so (OpenID Connect Back-Channel Logout 1.0).</summary>
    public const string ByProvider = "ended-by-provider";

    /// <summary>Somebody who manages users ended it.</summary>
    public const string Revoked = "revoked";

    /// <summary>Whose it was is known no more.</summary>
    public const string UserRemoved = "user-removed";
}
