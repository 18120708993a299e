using System.Collections.Frozen;
using Microsoft.AspNetCore.Authentication;

namespace Platform.Api.Identity;

/// <summary>Whose tokens are accepted: the development issuer's, or those of the one configured.</summary>
public static class BearerServices
{
    public const string DevelopmentIssuerName = "urn:platform:development";
    public const string DefaultAudience = "platform";

    /// <param name="services">The host's.</param>
    /// <param name="developmentDirectory">Data directory with the development issuer's key; null: production.</param>
    /// <param name="configuration"><c>Authentication:Issuer</c>, <c>Authentication:Audience</c>, <c>Authentication:JwksFile</c> (RFC 7517).</param>
    /// <exception cref="InvalidOperationException">Production without an issuer.</exception>
    public static IServiceCollection AddPlatformBearer(this IServiceCollection services, string? developmentDirectory, IConfiguration configuration)
    {
        var audience = configuration["Authentication:Audience"] ?? DefaultAudience;
        if (developmentDirectory is not null)
        {
            services.AddSingleton(_ => DevelopmentIssuer.Open(developmentDirectory, DevelopmentIssuerName, audience));
            services.AddSingleton(s => Validator(s, DevelopmentIssuerName, audience, s.GetRequiredService<DevelopmentIssuer>().Keys));
        }
        else
        {
            var issuer = configuration["Authentication:Issuer"] ?? throw Missing("Authentication__Issuer");
            var file = configuration["Authentication:JwksFile"] ?? throw Missing("Authentication__JwksFile");
            services.AddSingleton(s => Validator(s, issuer, audience, JsonWebKeySet.Parse(File.ReadAllText(file))));
        }
        // The core only: AddAuthentication would bring data protection and its key files, which bearer tokens don't need.
        services.AddWebEncoders();
        services.AddAuthenticationCore(scheme => scheme.DefaultScheme = PlatformBearerHandler.SchemeName);
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, PlatformBearerHandler>(PlatformBearerHandler.SchemeName, bearer => bearer.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, ClientKeyHandler>(ClientKeyHandler.SchemeName, null);
        return services;
    }

    // A key or token that a request brings counts, whatever cookies the browser has.
    private static string? SchemeOf(HttpContext http) => ClientKeyHandler.SchemeOf(http)
        ?? (http.Request.Headers.Authorization.Count == 0 && http.GetEndpoint()?.Metadata.GetMetadata<TokensOnly>() is null && http.RequestServices.GetRequiredService<SessionCookie>().IsIn(http.Request) ? SessionHandler.SchemeName : null);

    private static JwtValidator Validator(IServiceProvider services, string issuer, string audience, JsonWebKeySet keys) => new(
        new JwtOptions { Issuers = FrozenSet.ToFrozenSet([issuer], StringComparer.Ordinal), Audience = audience }, () => keys, services.GetRequiredService<TimeProvider>());

    private static InvalidOperationException Missing(string name) =>
        new($"Set {name}: outside development, tokens come from an issuer of yours (its name, and a file with its public keys as a JWK set).");
}

/// <summary>For programs alone: no browser's session counts.</summary>
public sealed record TokensOnly;
