using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

/// <summary>Gates of sites to the tenant's pool, and what sites have through them.</summary>
public static class GateEndpoints
{
    private static readonly ItemDetailsProjection Details = new();
    private static PoolBodies Json => PoolBodies.Default;

    public static void MapSiteGates(this RouteGroupBuilder api)
    {
        var sites = api.MapGroup("/sites/{id:guid}").WithTags("Sites");

        sites.MapReplace("/gate", Json.SiteGateBody, (body, to) => new SetSiteGate(to.Id, [.. (body.Rules ?? throw Problem.Missing("rules")).Select(rule => (rule ?? new(null, null, null, null, null, null)).ToRule())]), GateCommands.Set)
            .Requires(Permission.SitesEdit).OfSite().Describe("SetSiteGate", "Say what of the tenant's pool the site lets in", "All rules. It holds on the sites below as well, as far as they have no gate of their own.");
        sites.MapVerb("/gate/reset", Json.EmptyBody, (_, to) => new ResetSiteGate(to.Id), GateCommands.Reset, optional: true)
            .Requires(Permission.SitesEdit).OfSite().Describe("ResetSiteGate", "Take the site's own gate away", "That of the nearest site above that has one holds again; where none has, nothing of the pool is let in.");
        sites.MapGet("/gate", GetAsync).Requires(Permission.SitesRead).OfSite().Resource<GateDetails>()
            .Describe("GetSiteGate", "The gate that holds at a site, or held", "Its own or an inherited one. asOf takes a time: of the tree and of all gates. The ETag is the answer's; If-Match on commands takes its member version.");
        sites.MapGet("/gate/explain", ExplainAsync).Requires(Permission.ContentRead).OfSite().Answers<GateExplanation>().Problems(ProblemKind.NotFound)
            .Describe("ExplainSiteGate", "Why an item is on the site, or isn't", "Which rule decides, what of the item fits it, and why the other rules don't count. As of now, read from streams: never stale.")
            .Filter("itemId", "The item");
        sites.MapGet("/content", ContentAsync).Requires(Permission.ContentRead).OfSite().Collection<ItemDetails>().Problems(ProblemKind.NotFound)
            .Describe("GetSiteContent", "Items of a site", "In id order: at home on it, placed on it, or let in from the tenant's pool by its gate; via says which. Of those of the pool what is live stands in the draft's place. A page may have fewer items than its limit, or none, and a next page all the same.")
            .Filter("status", "draft, published or archived").Filter("type", "Name of a content type").Filter("locale", "The item's own language tag")
            .Filter("problems", "true: only items whose draft doesn't fit a later version of its content type");
        sites.MapGet("/overrides", OverridesAsync).Requires(Permission.ContentRead).OfSite().Collection<ItemDetails>().Problems(ProblemKind.NotFound)
            .Describe("ListSiteOverrides", "Items of a site that override shared ones", "In id order, those in the archive aside.")
            .Filter("changed", "true: only those whose shared item has another version live by now; false: only the others");
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var at = Reading.PastTime(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        return await GateDetails.FindAsync(session, id, at, http.RequestAborted) is { } gate
            ? Reading.Hashed(http, gate, Json.GateDetails)
            : new Problem(ProblemKind.NotFound, "There is no such site.");
    }

    private static async Task<IResult> ExplainAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var itemId = Reading.Uuid(http, "itemId") ?? throw Problem.Missing("itemId");
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        if (await GateDetails.FindAsync(session, id, null, http.RequestAborted) is not { } gate)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        if (await session.Events.AggregateStreamAsync(Details, itemId, cancel: http.RequestAborted) is not { } item)
            return new Problem(ProblemKind.NotFound, "There is no such item.");
        var held = (await session.Events.AggregateStreamAsync<OverrideReservation>(OverrideReservation.IdOf(id, itemId), cancel: http.RequestAborted)).State.HeldBy;
        return Results.Json(Explain(gate, item, held, time.GetUtcNow()), Json.GateExplanation);
    }

    private static GateExplanation Explain(GateDetails gate, ItemDetails item, Guid? overriddenBy, DateTimeOffset now)
    {
        var hidden = new GateExplanation(gate.SiteId, item.Id, false, null, "");
        if (item.SiteId == gate.SiteId)
            return hidden with { Shown = true, Via = "home", Reason = "It's at home on the site." };
        if (overriddenBy is not null)
            return hidden with { Reason = "An item of the site's own overrides it.", OverriddenBy = overriddenBy };
        if (item.Placements.Contains(gate.SiteId) && item.Status is not ItemStatus.Archived)
            return hidden with { Shown = true, Via = "placed", Reason = "It's placed on the site." };
        if (!item.Shared)
            return hidden with { Reason = "It isn't shared." };
        if (item.Pooled is not { } pooled)
            return hidden with { Reason = "Nothing of it is published." };
        var verdict = SiteGate.Decide(gate.Rules, pooled, now);
        return hidden with
        {
            Shown = verdict.Admitted,
            Via = verdict.Admitted ? "pool" : null,
            Reason = verdict.By is { } by ? $"The rule '{by.Rule.Name}' says {by.Rule.Effect}."
                : gate.From is null ? "No site up to the top has a gate: nothing of the pool is let in."
                : "No rule of the gate matches it.",
            GateOf = gate.From,
            By = verdict.By,
            PassedOver = verdict.PassedOver,
        };
    }

    private static async Task<IResult> ContentAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, filter) = (Reading.Limit(http), Reading.IdCursor(http), ItemEndpoints.Filter(http));
        await Reading.AwaitAsync(http, session, ItemDetails.ReadModel);
        await Reading.AwaitAsync(http, session, SiteContent.ReadModel);
        if (await GateDetails.FindAsync(session, id, null, http.RequestAborted) is not { } gate)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var (page, next) = await SiteItems.ListAsync(session, id, SiteGate.Admits(gate.Rules, time.GetUtcNow()), filter, after, limit, http.RequestAborted);
        return Reading.PageUpTo(http, page, next);
    }

    private static async Task<IResult> OverridesAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        var changed = ItemEndpoints.Flag(http, "changed");
        if (!(await session.Events.AggregateStreamAsync<HomeSite>(id, cancel: http.RequestAborted)).State.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        await Reading.AwaitAsync(http, session, ItemDetails.ReadModel);
        return Reading.Page(http, await SiteItems.OverridesAsync(session, id, changed, after, limit, http.RequestAborted), limit);
    }
}
