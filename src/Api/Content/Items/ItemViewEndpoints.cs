using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Content;

namespace Platform.Api.Content;

/// <summary>Items as readers see them: in their locale, with what they refer to, under the slugs of a site.</summary>
public static class ItemViewEndpoints
{
    public static void MapItemViews(this RouteGroupBuilder api)
    {
        api.MapGet("/content/{id:guid}/view", ViewAsync).WithTags("Content").Requires(Permission.ContentRead).Counted<ResolvedItem>().Problems(ProblemKind.NotFound)
            .Describe("ViewItem", "An item as a reader of one locale sees it", "Each field from the closest locale that has it (RFC 4647, lookup), references resolved. Of the whole tenant, since what it refers to may stand anywhere.")
            .Filter("locale", "Language tag; default: the item's own").Filter("state", "live (default) or draft").Filter("depth", $"Levels of references to include, 0 to {ResolvedItem.MaxDepth}; default 1");
        api.MapGet("/content/{id:guid}/referenced-by", ReferencedByAsync).WithTags("Content").Requires(Permission.ContentRead).Collection<BackReference>().Problems(ProblemKind.NotFound)
            .Describe("ListBackReferences", "Items that refer to an item", "In id order; by field, draft and live apart. Archived items don't count. Of the whole tenant.");
        api.MapGet("/sites/{id:guid}/resolve", ResolveAsync).WithTags("Sites").Requires(Permission.ContentRead).OfSite().Counted<SlugTarget>().Problems(ProblemKind.NotFound)
            .Describe("ResolveSlug", "The item that a slug of a site leads to", "In exactly this locale: slugs don't fall back. An old slug answers with currentSlug: where to redirect to.")
            .Filter("locale", "Language tag").Filter("slug", "As in the path below site and locale");
    }

    private static async Task<IResult> ViewAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (locale, state) = (Locale(http), Reading.Text(http, "state", "live", "draft"));
        var levels = Enumerable.Range(0, ResolvedItem.MaxDepth + 1).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();
        var depth = int.Parse(Reading.Text(http, "depth", levels) ?? "1", CultureInfo.InvariantCulture);
        await Reading.AwaitAsync(http, session, ItemDetails.ReadModel);
        var (item, index, lag) = await ResolvedItem.FindAsync(session, id, locale, state != "draft", depth, http.RequestAborted);
        Reading.Index(http, index, lag);
        return item is null
            ? new Problem(ProblemKind.NotFound, state == "draft" ? "There is no such item." : "There is no such item, or it isn't live.")
            : Results.Json(item, ContentReadJson.Default.ResolvedItem);
    }

    private static async Task<IResult> ReferencedByAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        if (!(await session.Events.AggregateStreamAsync<Item>(id, cancel: http.RequestAborted)).State.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such item.");
        await Reading.AwaitAsync(http, session, ItemDetails.ReadModel);
        await Reading.AwaitAsync(http, session, ItemMentions.ReadModel);
        var (items, next, index, lag) = await BackReference.ListAsync(session, id, after, limit, http.RequestAborted);
        Reading.Index(http, index, lag);
        return Results.Json(new Page<BackReference>(items, next is { } last ? Reading.CursorOf($"{last}") : null), ContentBodies.Default.PageBackReference);
    }

    private static async Task<IResult> ResolveAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (locale, slug) = (Locale(http), http.Request.Query["slug"].ToString());
        if (locale is null)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "locale", "Is required."));
        if (Slug.Problem(slug) is { } problem)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "slug", problem));
        await Reading.AwaitAsync(http, session, SiteContent.ReadModel);
        var found = await SlugTarget.FindAsync(session, id, locale, slug, http.RequestAborted);
        Reading.Index(http, found);
        return found.Items is [var target, ..] ? Results.Json(target, ContentReadJson.Default.SlugTarget) : new Problem(ProblemKind.NotFound, "Nothing stands there.");
    }

    private static string? Locale(HttpContext http)
    {
        var locale = Reading.Text(http, "locale");
        return locale is not null && Domain.Content.Locale.Problem(locale) is { } problem
            ? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "locale", problem))
            : locale;
    }
}
