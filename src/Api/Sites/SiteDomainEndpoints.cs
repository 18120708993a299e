using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>Domains of sites, and how it's proven whose they are.</summary>
public static class SiteDomainEndpoints
{
    private static readonly SiteDetailsProjection Details = new();
    private static SiteBodies Json => SiteBodies.Default;

    public static void MapSiteDomains(this RouteGroupBuilder api)
    {
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<DomainCommands>();
        var domains = api.MapGroup("/sites/{id:guid}/domains").WithTags("Sites");
        domains.MapGet("/", ListAsync).Requires(Permission.SitesRead).OfSite().Resource<SiteDomains>()
            .Describe("GetSiteDomains", "Domains of a site", "Each with the TXT record that proves that it's the tenant's own. Read from the site's stream: never stale.");
        domains.MapVerb("/add", Json.DomainBody, (body, to) => new AddDomain(to.Id, body.Domain ?? ""), SiteCommands.AddDomain)
            .Requires(Permission.SitesEdit).OfSite().Describe("AddSiteDomain", "Give a site a further domain", "It's reserved in the same transaction.");
        domains.MapVerb("/remove", Json.DomainBody, (body, to) => new RemoveDomain(to.Id, body.Domain ?? ""), SiteCommands.RemoveDomain)
            .Requires(Permission.SitesEdit).OfSite().Describe("RemoveSiteDomain", "Take a further domain from a site", "The main one is replaced instead, by PUT of the site.");
        domains.MapVerb("/verify", Json.DomainBody, (body, to) => new ByCaller<VerifyDomain>(new VerifyDomain(to.Id, body.Domain ?? ""), to.Caller.Subject, to.Now), commands.Verify)
            .Requires(Permission.SitesEdit).OfSite().Expensive().Describe("VerifySiteDomain", "Prove that a domain is the tenant's own",
                "Asks the domain's name servers for the TXT record. A domain is verified for one tenant at a time: 409 while it is for another. It's looked at again once a day, and lost after three days without the record.");
        api.MapGet("/domains", ListClaimsAsync).WithTags("Tenants").Requires(Permission.TenantsRead).Collection<DomainClaimEntry>()
            .Describe("ListDomains", "Which site of which tenant each verified domain is", "In the order of domains. For operators: of all tenants.");
    }

    internal static DomainProofDetails Proof(string tenantId, SiteDomain domain, bool isMain) =>
        new(domain.Name, isMain, domain.VerifiedAt, DomainProof.RecordOf(domain.Name), DomainProof.ValueOf(tenantId, domain.Name));

    private static async Task<IResult> ListAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var site = await Reading.FoldAsync(http, store, Details, id);
        var domains = site is null ? null : new SiteDomains([.. site.Domains.Select((domain, n) => Proof(Caller.Of(http).TenantId, domain, n == 0))]);
        return Reading.Single(http, domains, site?.Version ?? 0, Json.SiteDomains);
    }

    private static async Task<IResult> ListClaimsAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, DomainClaimEntry.ReadModel);
        var answer = await DomainClaimEntry.ListAsync(session, after, limit, http.RequestAborted);
        Reading.Index(http, answer);
        return Results.Json(new Page<DomainClaimEntry>(answer.Items, Reading.NextCursor(answer.Items, limit, claim => claim.Domain)), Json.PageDomainClaimEntry);
    }
}
