using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

public static class ItemEndpoints
{
    private static readonly ItemDetailsProjection Details = new();
    private static ContentBodies Json => ContentBodies.Default;

    public static void MapItems(this RouteGroupBuilder api)
    {
        var items = api.MapGroup("/content").WithTags("Content").ShowsChangesSince(Permission.ContentRead, ItemChanges.SinceAsync);

        items.MapStart(ItemVerbs.Create).Describe("CreateItem", "Start an item as a draft", "Its slug is reserved in the same transaction.");
        items.MapReplace(ItemVerbs.Edit).OfSite(ItemSites.Home).Describe("EditItem", "Replace the draft's fields",
            "What is live stays as it is until the next publish. Without If-Match the draft is replaced whatever it is by now: "
            + "the receipt's version is then further than its own events explain, and GetItemDiff shows what was replaced. With If-Match, nobody's edit is lost.");
        items.MapVerb(ItemVerbs.Publish).OfSite(ItemSites.Home).Describe("PublishItem", "Put a version live", "In all locales. Without a version: the latest. Required fields must be there. An earlier version goes live as it was, held against the version of its content type that it follows.");
        items.MapVerb(ItemVerbs.Unpublish).OfSite(ItemSites.Home).Describe("UnpublishItem", "Take an item off its sites", "The draft stays.");
        items.MapVerb(ItemVerbs.Archive).OfSite(ItemSites.Home).Describe("ArchiveItem", "Put an item away", "It is no longer live and its slugs are free; its history stays.");
        items.MapVerb(ItemVerbs.Restore).OfSite(ItemSites.Home).Describe("RestoreItem", "Bring an archived item back as a draft", "Its slugs must be free; where another item took its own meanwhile, give it a new one.");
        items.MapVerb(ItemVerbs.Revert).OfSite(ItemSites.Home).Describe("RevertItem", "Give the draft the fields of an earlier version", "New edits: nothing of the history is lost.");
        items.MapVerb(ItemVerbs.Slug).OfSite(ItemSites.Home).Describe("ChangeSlug", "Give an item another slug", "On all of its sites. The old slug redirects until another item takes it.");
        items.MapPost("/bulk", BulkItems.RunAsync).Requires(Permission.ContentEdit).OnAnySite("Each command is let in or refused by the sites that it's about.")
            .Accepts<BulkBody>("application/json").Produces<BulkAnswer>().WithMetadata(new CommandMetadata(Starts: true, IsBulk: true))
            .Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Invalid)
            .Describe("BulkItems", "Run up to 1,000 commands on items", "Each for itself, with an answer of its own: what one meets stops no other. With an Idempotency-Key the whole request may be sent again.");

        items.MapGet("/", ListAsync).Requires(Permission.ContentRead).OnAnySite("Shows items at home on sites where the caller has it; with siteId it's needed on that site.").Collection<ItemDetails>()
            .Describe("ListItems", "Items of the tenant", "In id order.")
            .Filter("siteId", "Only items on this site").Filter("status", "draft, published or archived").Filter("type", "Name of a content type").Filter("locale", "The item's own language tag")
            .Filter("problems", "true: only items whose draft doesn't fit a later version of its content type").Filter("shared", "true: only items in the tenant's pool; false: only the others");
        items.MapGet("/{id:guid}", GetAsync).Requires(Permission.ContentRead).OfSite(ItemSites.All).Resource<ItemDetails>()
            .Describe("GetItem", "An item, as it is or as it was", "Read from its stream: never stale.");
        items.MapGet("/{id:guid}/diff", ItemDiff.GetAsync).Requires(Permission.ContentRead).OfSite(ItemSites.All)
            .OfVersions<ItemDiff>(("from", "A version, 0: before there was anything; default: the version before to"), ("to", "A version; default: the current one"))
            .Describe("GetItemDiff", "What differs between two versions of an item", "Field by field; inside texts by lines and words, inside JSON by path.");
        items.MapGet("/{id:guid}/fingerprint", PublicationFingerprint.GetAsync).Requires(Permission.ContentRead).OfSite(ItemSites.All)
            .OfVersions<PublicationFingerprint>(("version", "The last publication up to this stream version; default: the last of all"))
            .Describe("GetItemFingerprint", "What a publication is known by", "As recorded in its event, and computed anew from it: docs/fingerprint.md says how anybody can.");
        items.MapGet("/{id:guid}/history", StreamHistory.OfAsync<ItemCreated>).Requires(Permission.ContentRead).OfSite(ItemSites.All).Paged<HistoryEntry>().Problems(ProblemKind.NotFound)
            .Describe("GetItemHistory", "Everything that happened to an item", "The events of its stream, oldest first, each with its hash as chained.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var siteId = Reading.Uuid(http, "siteId");
        if (siteId is not null)
            await SitesOfEndpoints.RequireSiteAsync(http, Permission.ContentRead, siteId);
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after, filter, shared) = (Reading.Limit(http), Reading.IdCursor(http), Filter(http), Flag(http, "shared"));
        await Reading.AwaitAsync(http, session, ItemDetails.ReadModel);
        if (siteId is not null)
            await Reading.AwaitAsync(http, session, SiteContent.ReadModel);
        return Reading.Page(http, await ItemDetails.ListAsync(session, siteId, siteId is null ? CallerAccess.Of(http).SitesWith(Permission.ContentRead) : null, filter, shared, after, limit, http.RequestAborted), limit);
    }

    internal static ItemFilter Filter(HttpContext http) =>
        new(Reading.Text(http, "status", "draft", "published", "archived"), Reading.Text(http, "type"), Reading.Text(http, "locale"), Flag(http, "problems"));

    internal static bool? Flag(HttpContext http, string name) => Reading.Text(http, name, "true", "false") is { } flag ? flag == "true" : null;

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var item = await Reading.FoldAsync(http, store, Details, id);
        if (item?.Upstream is not { } upstream || Reading.AsOf(http) is not (null, null))
            return Reading.Single(http, item, item?.Version ?? 0, ContentReadJson.Default.ItemDetails);
        // What it overrides may move on without it.
        var now = await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<Item>(upstream.ItemId, cancel: http.RequestAborted);
        return Reading.Single(http, item with { UpstreamChanged = UpstreamChange.Of(upstream, now.State) }, item.Version, ContentReadJson.Default.ItemDetails, isSettled: false);
    }
}
