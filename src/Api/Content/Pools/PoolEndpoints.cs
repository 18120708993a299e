using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>Items in the tenant's pool: their labels, and what sites make of them for themselves.</summary>
public static class PoolEndpoints
{
    private static PoolBodies Json => PoolBodies.Default;

    public static void MapPool(this RouteGroupBuilder api)
    {
        var items = api.MapGroup("/content").WithTags("Content").ShowsChangesSince(Permission.ContentRead, ItemChanges.SinceAsync);

        items.MapReplace("/{id:guid}/labels", ItemVerbs.Labels.Json, ItemVerbs.Labels.Make, ItemVerbs.Labels.Handle)
            .Requires(ItemVerbs.Labels.Permission).OfSite(ItemSites.Home).Describe("LabelItem", "Replace an item's tags and regions", "Gates of sites go by them at once.");
        items.MapVerb(ItemVerbs.Share).OfSite(ItemSites.Home).Describe("ShareItem", "Put an item into the tenant's pool", "Sites whose gates let it in show what is live of it. Who may read on such a site may read it there.");
        items.MapVerb(ItemVerbs.Unshare).OfSite(ItemSites.Home).Describe("UnshareItem", "Take an item out of the tenant's pool", "Where it was placed it stays, and so do overrides of it.");
        items.MapVerb("/{id:guid}/override", Json.OverrideBody, (body, to) => new OverrideItem(Guid.CreateVersion7(), to.Id, body.SiteId ?? throw Problem.Missing("siteId"), body.Slug, to.Now), OverrideCommands.Override)
            .Requires(Permission.ContentEdit).OfSiteIn<OverrideItem>("the site that the body names", command => command.SiteId)
            .Describe("OverrideItem", "Make an item of a site's own from a shared one", "A draft of what is live, which stands on the site in the shared item's place until it's archived; the receipt has its id. If-Match is about the shared item. One a site: 409 names the one that is there.");
        items.MapVerb("/{id:guid}/merge-upstream", Json.MergeUpstreamBody, (body, to) => new MergeUpstream(to.Id, Sides(body)), OverrideCommands.Merge, optional: true)
            .Requires(Permission.ContentEdit).OfSite(ItemSites.Home)
            .Describe("MergeUpstream", "Bring what became of a shared item into an override of it", "Field by field, from the version that the override knows to the one that is live; what only one side changed is taken from it. "
                + "Fields that both changed to something else: 409, with both values in fields, until resolve says which counts.");
    }

    private static ImmutableSortedDictionary<string, string> Sides(MergeUpstreamBody body) =>
        (body.Resolve ?? ImmutableDictionary<string, string?>.Empty).ToImmutableSortedDictionary(side => side.Key, side => side.Value ?? "", StringComparer.Ordinal);
}
