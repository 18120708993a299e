using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>What sites look like: configuration under <c>brand.</c>, as tokens with their contrast.</summary>
public static class BrandEndpoints
{
    public static void MapBrands(this RouteGroupBuilder api)
    {
        const string description = "Tokens that hold, contrast by WCAG 2.2, and the paths of the style sheets. asOf takes a time.";
        api.MapGet("/sites/{id:guid}/brand", (HttpContext http, Guid id, IDocumentStore store, ConfigurationCache cache, BrandSheets sheets) => GetAsync(http, id, store, cache, sheets))
            .Requires(Permission.SitesRead).OfSite().Describes().Describe("GetSiteBrand", "What a site looks like, or looked like", description);
        api.MapGet("/tenant/brand", (HttpContext http, IDocumentStore store, ConfigurationCache cache, BrandSheets sheets) => GetAsync(http, null, store, cache, sheets))
            .Requires(Permission.SitesRead).Describes().Describe("GetTenantBrand", "What a tenant's sites look like unless they say otherwise", description);
    }

    private static RouteHandlerBuilder Describes(this RouteHandlerBuilder endpoint) => endpoint.WithTags("Configuration").Resource<BrandDetails>().Awaiting()
        .WithMetadata(new QueryParameter("explain", "true: where each token comes from, and what it overrides", "boolean"));

    private static async Task<IResult> GetAsync(HttpContext http, Guid? site, IDocumentStore store, ConfigurationCache cache, BrandSheets sheets)
    {
        var (tenant, explain) = (Caller.Of(http).TenantId, Reading.Text(http, "explain", "true", "false") == "true");
        if (await HeldConfiguration.FindAsync(http, site, store, cache) is not { Path: var path, At: var at })
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var (held, brand) = (ConfigurationAnswer.Of(path, BrandSheets.Keys, explain), sheets.Of([.. path.Select(level => level.Level)]));
        var answer = new BrandDetails(
            held.Level, held.SiteId, held.Values, Brand.Contrasts(key => brand.Values[key]),
            at is null ? StylesheetEndpoints.PathOf(tenant, site, brand.Whole.Hash) : null, at is null ? StylesheetEndpoints.PathOf(tenant, site, brand.Tokens.Hash) : null, brand.CssProblem, held.Explained);
        return Reading.Hashed(http, answer, BrandBodies.Default.BrandDetails);
    }
}
