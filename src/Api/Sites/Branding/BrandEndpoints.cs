using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>What a site looks like.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Tokens">Design tokens by key, custom CSS among them.</param>
/// <param name="Contrast">How well colours are seen on each other. A pair may fail where a level above changed one of the two since.</param>
/// <param name="Stylesheet">Path of the style sheet, public and for good: another look is another path.</param>
public sealed record BrandDetails(Guid SiteId, Fields Tokens, IReadOnlyList<PairContrast> Contrast, string Stylesheet);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BrandDetails))]
internal sealed partial class BrandJson : JsonSerializerContext;

/// <summary>Branding of sites: configuration under <c>brand.</c>, as tokens and as a style sheet.</summary>
public static partial class BrandEndpoints
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    public static void MapBrands(this RouteGroupBuilder api)
    {
        var sites = api.MapGroup("/sites/{id:guid}").WithTags("Sites");
        sites.MapGet("/brand", GetAsync).Requires(Permission.SitesRead).Resource<BrandDetails>().Awaiting()
            .Describe("GetSiteBrand", "What a site looks like, or looked like", "Tokens that hold, contrast by WCAG 2.2, and the path of the style sheet. asOf takes a time.");
        sites.MapGet("/brand.css", RedirectAsync).Requires(Permission.SitesRead).Produces(StatusCodes.Status302Found).Problems(ProblemKind.NotFound, ProblemKind.Invalid)
            .Describe("GetSiteStylesheet", "Where a site's style sheet is", "A redirect to the path that has it for good, and needs no token.");
    }

    /// <summary>Style sheets as browsers load them. Whoever has the path has what every visitor of the site is sent.</summary>
    public static void MapStylesheets(this IEndpointRouteBuilder app) =>
        app.MapGet("/brand/{tenant}/{id:guid}/{hash}.css", StylesheetAsync).WithMetadata(new PublicEndpoint()).ExcludeFromDescription();

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store, ConfigurationCache cache)
    {
        var (tenant, (version, at)) = (Caller.Of(http).TenantId, Reading.AsOf(http));
        if (version is not null)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "asOf", "An RFC 3339 time: what holds comes from several streams, each with versions of its own."));
        await Reading.AwaitAsync(http, store.QuerySession(tenant), ConfigurationPart.ReadModel);
        var configuration = await cache.OfAsync(tenant, fresh: true, http.RequestAborted);
        if ((at is { } time ? await PastConfiguration.PathAsync(store, tenant, id, time, http.RequestAborted) : configuration.PathTo(id)) is not { } path)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        Reading.Index(http, configuration.Changed, 0);
        var values = ValuesOf(path);
        var brand = new BrandDetails(
            id, new Fields(values.ToImmutableSortedDictionary(StringComparer.Ordinal)), Brand.Contrasts(key => values[key]), PathOf(tenant, id, Render(values)));
        return Reading.Tagged(http, brand, $"\"{HashOf(JsonSerializer.Serialize(brand, BrandJson.Default.BrandDetails))}\"", BrandJson.Default.BrandDetails);
    }

    private static async Task<IResult> RedirectAsync(HttpContext http, Guid id, ConfigurationCache cache)
    {
        var tenant = Caller.Of(http).TenantId;
        var configuration = await cache.OfAsync(tenant, fresh: true, http.RequestAborted);
        Reading.Index(http, configuration.Changed);
        http.Response.Headers.CacheControl = "no-store";
        return configuration.PathTo(id) is { } path ? Results.Redirect(PathOf(tenant, id, Render(ValuesOf(path)))) : new Problem(ProblemKind.NotFound, "There is no such site.");
    }

    private static async Task<IResult> StylesheetAsync(HttpContext http, string tenant, Guid id, string hash, ConfigurationCache cache)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!TenantName().IsMatch(tenant) || (await cache.OfAsync(tenant, fresh: false, http.RequestAborted)).PathTo(id) is not { } path)
            return new Problem(ProblemKind.NotFound, "There is no such style sheet.");
        var css = Render(ValuesOf(path));
        if (hash != HashOf(css))
            // A page from before a change asks for what was: it gets what is, under its own path.
            return Results.Redirect(PathOf(tenant, id, css));
        http.Response.Headers.CacheControl = $"public, max-age={Lifetime.TotalSeconds}, immutable";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(css, "text/css; charset=utf-8");
    }

    private static FrozenDictionary<string, JsonElement> ValuesOf(ImmutableArray<PlacedLevel> path)
    {
        var levels = path.Select(level => level.Level).ToImmutableArray();
        return EffectiveConfiguration.Resolve(levels, PlatformKeys.All.Values.Where(key => key.Name.StartsWith("brand.", StringComparison.Ordinal)))
            .ToFrozenDictionary(value => value.Key.Name, value => value.Value, StringComparer.Ordinal);
    }

    private static string Render(FrozenDictionary<string, JsonElement> values) => Brand.Properties(key => values[key]) + CustomCss.Clean(values[Brand.Css].GetString()!);

    private static string PathOf(string tenant, Guid site, string css) => $"/brand/{Uri.EscapeDataString(tenant)}/{site}/{HashOf(css)}.css";

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    [GeneratedRegex(@"^([a-z2-7]{12}|\*DEFAULT\*)\z")]
    private static partial Regex TenantName();
}
