using System.Globalization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Content;

namespace Platform.Api.Content;

public static class SearchEndpoints
{
    private const int MostHits = 1000;

    public static void MapContentSearch(this RouteGroupBuilder api) =>
        api.MapGet("/content/search", SearchAsync).WithTags("Content").Requires(Permission.ContentRead).OfSiteInQuery().Expensive().Collection<SearchHit>()
            .Describe("SearchContent", "Live items that hold words", $"Best first, in the texts of the locale and of those it falls back to in its own language; words in other forms are found as well, where PostgreSQL knows the language. At most {MostHits} hits.")
            .Filter("q", "Required, at most 200 characters: words, \"phrases\", or, -not").Filter("locale", "Required: the reader's language tag")
            .Filter("siteId", "Only items on this site").Filter("type", "Name of a content type");

    private static async Task<IResult> SearchAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var words = Required(http, "q");
        var locale = Required(http, "locale");
        if (Locale.Problem(locale) is { } problem)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "locale", problem));
        var (siteId, type) = (Reading.Uuid(http, "siteId"), Reading.Text(http, "type"));
        var skip = (int)Math.Min(Reading.NumberCursor(http), MostHits);
        var limit = Math.Min(Reading.Limit(http), MostHits - skip);
        foreach (var model in new[] { ContentSearch.ReadModel, ItemDetails.ReadModel, SiteContent.ReadModel })
            await Reading.AwaitAsync(http, session, model);

        var hits = await SearchHit.FindAsync(session, words, locale, siteId, type, skip, limit, http.RequestAborted);
        Reading.Index(http, hits);
        var end = skip + hits.Items.Count;
        var next = hits.Items.Count < limit || end >= MostHits ? null : Reading.CursorOf(end.ToString(CultureInfo.InvariantCulture));
        return Results.Json(new Page<SearchHit>(hits.Items, next), ContentBodies.Default.PageSearchHit);
    }

    private static string Required(HttpContext http, string name) =>
        Reading.Text(http, name) ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, name, "Is required."));
}
