using System.Text.RegularExpressions;
using Platform.Api.Http;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>
/// Style sheets as browsers load them, without a token: whoever has the path has what every visitor of the site is sent. A path with a hash says the same for good;
/// <c>current.css</c> and <c>tokens.css</c> lead to it.
/// </summary>
public static partial class StylesheetEndpoints
{
    private const string Current = "current", Tokens = "tokens", Css = "text/css; charset=utf-8";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365), LeadsFor = TimeSpan.FromMinutes(1);

    public static void MapStylesheets(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/brand/{tenant}/{name}.css", [HttpMethods.Get, HttpMethods.Head],
                (HttpContext http, string tenant, string name, TenantRegister tenants, ConfigurationCache cache, BrandSheets sheets) => GetAsync(http, tenant, null, name, tenants, cache, sheets))
            .WithMetadata(new PublicEndpoint()).ExcludeFromDescription();
        app.MapMethods("/brand/{tenant}/{id:guid}/{name}.css", [HttpMethods.Get, HttpMethods.Head],
                (HttpContext http, string tenant, Guid id, string name, TenantRegister tenants, ConfigurationCache cache, BrandSheets sheets) => GetAsync(http, tenant, id, name, tenants, cache, sheets))
            .WithMetadata(new PublicEndpoint()).ExcludeFromDescription();
    }

    internal static string PathOf(string tenant, Guid? site, string name) => $"/brand/{Uri.EscapeDataString(tenant)}/{(site is { } id ? $"{id}/" : "")}{name}.css";

    private static async Task<IResult> GetAsync(HttpContext http, string tenant, Guid? site, string name, TenantRegister tenants, ConfigurationCache cache, BrandSheets sheets)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        // Pages of sites are on other hosts than this.
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        var isLead = name is Current or Tokens;
        if (!TenantId().IsMatch(tenant) || !isLead && !Hash().IsMatch(name) || !await tenants.KnowsAsync(tenant, http.RequestAborted))
            return NotFound;
        // Another node may have seen a change that this one hasn't: before it says that a path is of the past, it looks.
        foreach (var fresh in new[] { false, true })
        {
            if ((await cache.OfAsync(tenant, fresh, http.RequestAborted)).PathTo(site) is not { } path)
            {
                if (fresh)
                    return NotFound;
                continue;
            }
            var brand = sheets.Of([.. path.Select(level => level.Level)]);
            if (name == brand.Whole.Hash || name == brand.Tokens.Hash)
                return Sheet(http, name == brand.Whole.Hash ? brand.Whole : brand.Tokens);
            if (!isLead && !fresh)
                continue;
            if (isLead)
                headers.CacheControl = $"public, max-age={LeadsFor.TotalSeconds}";
            // A page from before a change asks for what was: it gets what is, under its own path.
            return Results.Redirect(PathOf(tenant, site, name == Tokens ? brand.Tokens.Hash : brand.Whole.Hash));
        }
        return NotFound;
    }

    private static Problem NotFound => new(ProblemKind.NotFound, "There is no such style sheet.");

    private static IResult Sheet(HttpContext http, BrandSheet sheet)
    {
        http.Response.Headers.CacheControl = $"public, max-age={Lifetime.TotalSeconds}, immutable";
        http.Response.Headers.ETag = $"\"{sheet.Hash}\"";
        return Reading.Has(http, $"\"{sheet.Hash}\"") ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Text(sheet.Css, Css);
    }

    [GeneratedRegex(@"^([a-z2-7]{12}|\*DEFAULT\*)\z")]
    private static partial Regex TenantId();

    [GeneratedRegex(@"^[0-9a-f]{32}\z")]
    private static partial Regex Hash();
}
