using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Identity;

/// <summary>Lets people of the tenant sign in with a provider, or replaces how they do.</summary>
/// <param name="Starts">The name isn't taken yet.</param>
/// <param name="Name">1-30 lower-case letters, digits and hyphens, a letter first.</param>
/// <param name="Issuer">An https URL without query and fragment (OpenID Connect Discovery 1.0, section 3).</param>
/// <param name="IssuerProblem">What is wrong with the issuer as an address that the platform calls; null: nothing.</param>
/// <param name="ClientId">1-255 printable ASCII characters.</param>
/// <param name="SealedSecret">Sealed already; null: a public client, or the secret stays as it is.</param>
/// <param name="KeepsSecret">The secret stays as it is.</param>
/// <param name="Scopes">At most 16, each 1-100 characters of RFC 6749's scope-token.</param>
/// <param name="Roles">At most 100 rules.</param>
/// <param name="Admits">One of <see cref="SignInAdmits"/>.</param>
/// <param name="SessionMinutes">5 to 1,440.</param>
/// <param name="Held">Permissions that whoever asks has in the whole tenant: nobody gives what they don't have.</param>
public sealed partial record ConfigureSignInProvider(
    bool Starts, string Name, string? Issuer, string? IssuerProblem, string? ClientId, string? SealedSecret, bool KeepsSecret, ImmutableArray<string> Scopes, ImmutableArray<ClaimRole?> Roles, string? Admits,
    int? SessionMinutes, ImmutableSortedSet<string> Held)
{
    public const int MostMinutes = 24 * 60;

    private const int MostProviders = 50, LongestText = 255, LongestScope = 100, MostScopes = 16, MostRules = 100, LeastMinutes = 5, UsualMinutes = 8 * 60;

    /// <param name="command">The command.</param>
    /// <param name="provider">The provider of that name.</param>
    /// <param name="roles">Every role that a rule names, with those that it inherits from.</param>
    /// <param name="open">How many the tenant has already.</param>
    public static Decision Decide(ConfigureSignInProvider command, SignInProvider provider, RoleTable roles, int open)
    {
        // A stranger isn't told what would be wrong with it.
        if (!command.Starts && !provider.IsOpen) return SignInProvider.Missing;
        if (command.Check(roles).Rejection is { } invalid) return invalid;
        if (command.Starts && provider.IsOpen) return Reject.Conflict("name", $"There is a provider '{command.Name}' already.");
        if (provider.Exists && provider.Issuer != command.Issuer)
            return Reject.Conflict("issuer", $"The name {command.Name} belongs to {provider.Issuer}, also after its removal: whom it called somebody would be somebody else's name. Use another name.");
        if (command.Starts && open >= MostProviders) return Reject.Conflict($"A tenant has at most {MostProviders} providers.");
        if (roles.IsCut) return RoleTable.TooMany;
        var lacking = command.Roles.SelectMany(rule => roles.PermissionsOf(rule!.Role)).Where(permission => !command.Held.Contains(permission)).ToImmutableSortedSet(StringComparer.Ordinal);
        if (!lacking.IsEmpty) return Access.Escalation(lacking);

        var configured = new SignInProviderConfigured(
            command.Name, command.Issuer!, command.ClientId!, command.Scopes.ToImmutableSortedSet(StringComparer.Ordinal).Remove("openid"),
            [.. command.Roles.Select(rule => rule!)], command.Admits ?? SignInAdmits.Known, command.SessionMinutes ?? UsualMinutes, command.KeepsSecret ? provider.SealedSecret : command.SealedSecret);
        return !command.Starts && IsSame(configured, provider) ? Decision.Nothing : Decision.Of(configured);
    }

    /// <summary>What is wrong with a name, as a sentence; null: nothing.</summary>
    public static string? NameProblem(string? name) =>
        string.IsNullOrEmpty(name) ? "Is required." : !NameForm().IsMatch(name) ? "Must be 1 to 30 lower-case letters, digits and hyphens, a letter first." : null;

    private FieldErrors Check(RoleTable roles)
    {
        var errors = new FieldErrors()
            .Add("name", NameProblem(Name))
            .Add("issuer", IssuerProblem ?? (Issuer!.Contains('?', StringComparison.Ordinal) ? "Must have no query." : null))
            .Add("clientId", string.IsNullOrEmpty(ClientId) ? "Is required." : ClientId.Length > LongestText || !ClientId.All(IsPrintable) ? $"Must be at most {LongestText} printable ASCII characters." : null)
            .Add("scopes", Scopes.Length > MostScopes ? $"At most {MostScopes}." : null)
            .Add("roles", Roles.Length > MostRules ? $"At most {MostRules}." : null)
            .Add("admits", Admits is not null && !SignInAdmits.All.Contains(Admits) ? $"Must be one of {string.Join(", ", SignInAdmits.All)}." : null)
            .Add("sessionMinutes", SessionMinutes is < LeastMinutes or > MostMinutes ? $"Must be {LeastMinutes} to {MostMinutes}." : null);
        foreach (var (n, scope) in Scopes.Take(MostScopes).Index())
            errors.Add($"scopes[{n}]", scope is not { Length: > 0 and <= LongestScope } || !scope.All(c => IsPrintable(c) && c is not ('"' or '\\' or ' ')) ? $"Must be 1 to {LongestScope} characters of a scope." : null);
        foreach (var (n, rule) in Roles.Take(MostRules).Index())
            errors
                .Add($"roles[{n}].claim", TextProblem(rule?.Claim))
                .Add($"roles[{n}].value", TextProblem(rule?.Value))
                .Add($"roles[{n}].role", rule?.Role is null || roles.Find(rule.Role) is not { IsRetired: false } ? "There is no such role." : null);
        return errors;
    }

    private static string? TextProblem(string? text) => text is not { Length: > 0 and <= LongestText } || text.Any(char.IsControl) ? $"Must be 1 to {LongestText} characters, none of them a control character." : null;

    private static bool IsPrintable(char c) => c is >= ' ' and <= '~';

    private static bool IsSame(SignInProviderConfigured e, SignInProvider now) =>
        e.ClientId == now.ClientId && e.SealedSecret == now.SealedSecret && e.Scopes.SetEquals(now.Scopes) && e.Roles.SequenceEqual(now.Roles) && e.Admits == now.Admits && e.SessionMinutes == now.SessionMinutes;

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,29}\z")]
    private static partial Regex NameForm();
}

/// <summary>Ends sign-in with a provider, and the sessions that began with it.</summary>
public sealed record RemoveSignInProvider(string Name) : ICommand<RemoveSignInProvider, SignInProvider>
{
    public static Decision Decide(RemoveSignInProvider command, SignInProvider state) => state switch
    {
        { Exists: false } => SignInProvider.Missing,
        { IsRemoved: true } => Decision.Nothing,
        _ => Decision.Of(new SignInProviderRemoved(command.Name)),
    };
}
