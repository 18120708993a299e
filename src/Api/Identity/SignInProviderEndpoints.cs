using Platform.Api.Http;
using Platform.Domain.Collaboration;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>OpenID Connect providers that people of the tenant sign in with.</summary>
public static class SignInProviderEndpoints
{
    private const int LongestSecret = 1_000;

    private static readonly SignInProviders Details = new();
    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapSignInProviders(this RouteGroupBuilder api)
    {
        var providers = api.MapGroup("/sign-in-providers").WithTags("Sign-in");
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        var (policy, secrets, commands) = (services.GetRequiredService<SignInOptions>().Policy, services.GetRequiredService<ProviderSecrets>(), services.GetRequiredService<SignInCommands>());

        providers.MapStart("/", Json.NewSignInProviderBody, (body, to) => Configure(starts: true, body.Name ?? "", body.Settings, to, policy, secrets), commands.Configure)
            .Requires(Permission.SignInManage).Describe("ConfigureSignInProvider", "Let people sign in with a provider",
                "Any OpenID Connect provider that takes the authorization code flow with PKCE. Its name is its identity, and what subjects begin with. Register the platform there with the redirect URI https://PLATFORM/api/sign-in/TENANT/NAME/callback.");
        providers.MapReplace("/{name}", Json.SignInProviderBody, (body, to) => Configure(starts: false, to["name"], body, to, policy, secrets), commands.Configure)
            .Requires(Permission.SignInManage).Describe("ChangeSignInProvider", "Change how people sign in with a provider", "All of it, the secret excepted where none is named. The issuer can't become another.");
        providers.MapVerb("/{name}/remove", Json.EmptyBody, (_, to) => new RemoveSignInProvider(to["name"]), SignInCommands.Remove, optional: true)
            .Requires(Permission.SignInManage).Describe("RemoveSignInProvider", "End sign-in with a provider", "Sessions that began with it end within a second, also if it's configured again.");
        providers.MapGet("/", ListAsync).Requires(Permission.UsersRead).Collection<SignInProviderDetails>()
            .Describe("ListSignInProviders", "Providers that people sign in with", "In name order, without those that were removed. Secrets are told to nobody.");
        providers.MapGet("/{name}", GetAsync).Requires(Permission.UsersRead).Resource<SignInProviderDetails>()
            .Describe("GetSignInProvider", "A provider, by name or id", "As it is, or as it was. Read from its stream: never stale.");
    }

    private static ConfigureSignInProvider Configure(bool starts, string name, SignInProviderBody body, CommandTarget to, WebhookPolicy policy, ProviderSecrets secrets)
    {
        var secret = body.ClientSecret is { Length: > 0 } given ? given : null;
        if (secret is { Length: > LongestSecret })
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "clientSecret", $"Must be at most {LongestSecret} characters long."));
        return new ConfigureSignInProvider(
            starts, name, body.Issuer, WebhookUrl.Problem(body.Issuer, policy), body.ClientId, secret is null ? null : secrets.Seal(to.Caller.TenantId, name, secret), KeepsSecret: body.ClientSecret is null,
            body.Scopes ?? ["profile", "email"], body.Roles ?? [], body.Admits, body.SessionMinutes, to.Access.HeldThroughout(null));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, SignInProviderDetails.ReadModel);
        return Reading.Page(http, await SignInProviderDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> GetAsync(HttpContext http, string name, IDocumentStore store)
    {
        var isId = Guid.TryParseExact(name, "D", out var id);
        var kept = isId || ConfigureSignInProvider.NameProblem(name) is null ? await Reading.FoldAsync(http, store, Details, isId ? id : SignInProvider.IdOf(name)) : null;
        return Reading.Single(http, kept?.Provider, kept?.Provider.Version ?? 0, IdentityReadJson.Default.SignInProviderDetails);
    }
}
