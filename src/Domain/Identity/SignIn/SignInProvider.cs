using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>An OpenID Connect provider that people of a tenant sign in with.</summary>
[StateType("identity.sign-in-provider", 1)]
public sealed record SignInProvider : IState<SignInProvider>
{
    public static SignInProvider Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such provider.");

    /// <summary>It was configured at some time.</summary>
    public bool Exists { get; init; }

    /// <summary>It was removed since.</summary>
    public bool IsRemoved { get; init; }

    public string Name { get; init; } = "";

    public string Issuer { get; init; } = "";

    public string ClientId { get; init; } = "";

    public string? SealedSecret { get; init; }

    public ImmutableSortedSet<string> Scopes { get; init; } = [];

    public ImmutableArray<ClaimRole> Roles { get; init; } = [];

    public string Admits { get; init; } = SignInAdmits.Known;

    public int SessionMinutes { get; init; }

    public long Version { get; init; }

    /// <summary>People can sign in with it.</summary>
    public bool IsOpen => Exists && !IsRemoved;

    /// <summary>The stream of the provider with this name.</summary>
    public static Guid IdOf(string name) => DerivedId.From("identity.sign-in-provider", name);

    /// <summary>How subjects of those begin who sign in with a provider; no token's of the installation's own issuer does.</summary>
    public const string SubjectPrefix = "oidc:";

    /// <summary>Whom the provider calls this, among all subjects of the tenant: <c>oidc:corp|248289</c>.</summary>
    public static string SubjectOf(string provider, string subject) => $"{SubjectPrefix}{provider}|{subject}";

    public SignInProvider Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private SignInProvider Apply(object @event) => @event switch
    {
        SignInProviderConfigured e => new SignInProvider
        {
            Exists = true,
            Name = e.Name,
            Issuer = e.Issuer,
            ClientId = e.ClientId,
            SealedSecret = e.SealedSecret,
            Scopes = e.Scopes,
            Roles = e.Roles,
            Admits = e.Admits,
            SessionMinutes = e.SessionMinutes,
        },
        SignInProviderRemoved => this with { IsRemoved = true, SealedSecret = null },
        _ => this,
    };
}
