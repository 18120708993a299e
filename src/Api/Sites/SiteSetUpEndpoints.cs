using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>A site with everything that belongs to it as one command, after a look at what it does.</summary>
public static class SiteSetUpEndpoints
{
    private static SiteBodies Json => SiteBodies.Default;

    public static void MapSiteSetUp(this RouteGroupBuilder api)
    {
        var setUps = api.MapGroup("/sites/set-up").WithTags("Sites");
        setUps.MapPost("/preview", PreviewAsync).Requires(Permission.SitesEdit).OnAnySite("Asks for it on the site above, once the body is read.").Expensive().Accepts<SetUpSiteBody>("application/json").Produces<SetUpPreview>()
            .Problems(ProblemKind.Malformed, ProblemKind.Conflict, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid)
            .WithMetadata(new PostedQuestion())
            .Describe("PreviewSiteSetUp", "What setting a site up would do", "The sites, their domains with the records that prove them, their configuration with where each value comes from, and the events. Changes nothing.");
        setUps.MapStart("/", Json.SetUpSiteBody, Bind, SiteCommands.SetUp)
            .Requires(Permission.SitesEdit).OfSiteIn<SetUpSite>("the site above", command => command.ParentId).WithMetadata(new ResourcesAt("/api/sites"))
            .Describe("SetUpSite", "Start a site with everything that belongs to it", "All of it or nothing: domains, settings and configuration, also copied from another site, and sites below. With a preview's token: 409 if it would come to something else by now.");
    }

    private static SetUpSite Bind(SetUpSiteBody body, CommandTarget to)
    {
        RequireAlso(to.Access, body);
        return CommandOf(body, to.Id, body.Token);
    }

    // Configuration and the other site's content are more than the right to start a site.
    private static void RequireAlso(CallerAccess access, SetUpSiteBody body)
    {
        var configures = body.Values is { IsEmpty: false } || body.Locks is { Count: > 0 } || body.CopyFrom is not null || (body.Below ?? []).Any(site => site?.Values is { IsEmpty: false } || site?.Locks is { Count: > 0 });
        Require(access, Permission.ConfigurationEdit, body.ParentId, configures);
        Require(access, Permission.SitesRead, body.CopyFrom, body.CopyFrom is not null);
    }

    private static void Require(CallerAccess access, string permission, Guid? site, bool asked)
    {
        if (asked && !access.Tenant.Decide(access.Who, permission, access.Who.DependsOnSite ? site : null, access.Now).Allowed)
            throw new ProblemException(new Problem(ProblemKind.Forbidden, $"The permission {permission} is needed {(site is { } id ? $"on site {id}" : "in the whole tenant")} for what the body says. GET /api/me/explain says what you have."));
    }

    private static SetUpSite CommandOf(SetUpSiteBody body, Guid id, string? token) => new(
        [
            new NewSite(id, body.Name ?? "", body.Domain ?? "", Texts(body.Aliases), body.Settings ?? Fields.Empty, body.Values ?? Fields.Empty, Texts(body.Locks)),
            .. (body.Below ?? []).Select(site => new NewSite(
                Guid.CreateVersion7(), site?.Name ?? "", site?.Domain ?? "", Texts(site?.Aliases), site?.Settings ?? Fields.Empty, site?.Values ?? Fields.Empty, Texts(site?.Locks))),
        ],
        body.ParentId, body.CopyFrom, token);

    private static ImmutableArray<string> Texts(IReadOnlyList<string?>? texts) => [.. (texts ?? []).Select(text => text ?? "")];

    private static async Task<IResult> PreviewAsync(HttpContext http, IDocumentStore store, ConfigurationCache cache)
    {
        var body = (await JsonBody.ReadAsync(http, Json.SetUpSiteBody)).Value;
        var (caller, access) = (Caller.Of(http), CallerAccess.Of(http));
        await SitesOfEndpoints.RequireSiteAsync(http, Permission.SitesEdit, body.ParentId);
        RequireAlso(access, body);
        // Nothing of the session is saved.
        var session = store.LightweightSession(new EventStore.SessionOptions(caller.TenantId, caller.Subject, "http"));
        var decision = await SiteCommands.DecideAsync(CommandOf(body, Guid.CreateVersion7(), null), session, http.RequestAborted);
        if (decision.Rejection is { } refused)
            return await CommandEndpoints.RefusalAsync(http, new CommandResult.Refused(refused), Guid.Empty, null, body, tells: false);
        var keys = (await cache.OfAsync(caller.TenantId, fresh: true, http.RequestAborted)).InOrder;
        return Results.Json(new SetUpPreview(decision.Token, [.. decision.Sites.Select((site, n) => Preview(caller.TenantId, n, site, keys, decision.Sites))]), Json.SetUpPreview);
    }

    private static PreviewedNewSite Preview(string tenantId, int n, SiteSetUp site, ImmutableArray<ConfigurationKey> keys, ImmutableArray<SiteSetUp> all)
    {
        ImmutableArray<ConfigurationLevel> path = [.. site.Above, site.Level];
        return new PreviewedNewSite(
            SetUpSite.PathOf(n), site.Site.Name.Trim(), site.Site.Settings,
            [.. site.Site.Aliases.Prepend(site.Site.Domain).Select(domain => SiteDomainEndpoints.Proof(tenantId, new SiteDomain(DomainName.Normalise(domain)), domain == site.Site.Domain))],
            [.. EffectiveConfiguration.Resolve(path, keys).Select(value => new PreviewedValue(
                value.Key.Name, value.Value, value.From is { } from ? path[from].Name : "default",
                value.From is { } level && path[level].SiteId is { } id && all.All(other => other.Site.SiteId != id) ? id : null, value.LockedAt is not null))],
            [.. site.Streams.SelectMany(stream => stream.Events).Select(e => EventCatalog.Of(e).Alias)]);
    }
}
