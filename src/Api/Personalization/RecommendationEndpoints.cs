using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Personalization;
using Platform.Projections.Content;
using Platform.Projections.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What is recommended on a site, and what its editors say of it.</summary>
public static class RecommendationEndpoints
{
    private const int MostItems = 50, UsualItems = 10, UsualDiversity = 20;

    private static RecommendationBodies Json => RecommendationBodies.Default;

    private static string[] Models { get; } = [.. RecommendationModels.Names];

    public static void MapRecommendations(this RouteGroupBuilder api)
    {
        var site = api.MapGroup("/sites/{id:guid}").WithTags("Personalization");
        site.MapGet("/recommendations", RecommendAsync).Requires(Permission.RecommendationsRead).OfSite().Counted<RecommendationsAnswer>().Problems(ProblemKind.NotFound)
            .Describe("GetRecommendations", "What to recommend on a site, and why",
                "Of what the site may show: at home on it, placed on it or let in by its gate, and published. Decided in memory: a new item counts within 5 s, an event within 2 s. "
                + "Without a visitor, or for one of whom nothing is known: what trends, then what is new.")
            .Filter("visitor", "Number of the visitor; default: what goes for everybody")
            .Filter("item", "The item that is being read: it counts as had, and isn't recommended")
            .WithMetadata(new QueryParameter("limit", $"Items wanted, 1 to {MostItems}; default {UsualItems}", "integer"))
            .Filter("model", $"One model's scores alone: one of {string.Join(", ", Models)}; default {RecommendationModels.Hybrid}")
            .Filter("explain", "true: with what each model adds to each score")
            .WithMetadata(new QueryParameter("diversity", $"How much unlikeness counts beside relevance, 0 to 100 per cent; default {UsualDiversity}, of one model alone 0", "integer"))
            .WithMetadata(new QueryParameter("freshness", "How much newness adds to the score beside what was learnt of it, 0 to 100 per cent; default 0", "integer"));
        site.MapReplace("/recommendation-rules", Json.RecommendationRulesBody, (body, to) => body.ToCommand(to.Id), RecommendationCommands.Set)
            .Requires(Permission.RecommendationsManage).OfSite()
            .Describe("SetRecommendationRules", "Say what recommendations pin, bury and exclude",
                "All of it is replaced. An item stands in one of the lists, once; one that the site may not show has no effect.");
        site.MapGet("/recommendation-rules", GetRulesAsync).Requires(Permission.RecommendationsRead).OfSite().Resource<RecommendationRulesAnswer>()
            .Describe("GetRecommendationRules", "What recommendations pin, bury and exclude, or did", "Read from its stream: never stale.");
    }

    private static async Task<IResult> RecommendAsync(HttpContext http, Guid id, IDocumentStore store, SiteRecommenders recommenders, TimeProvider time)
    {
        var (visitor, item, model) = (Reading.Uuid(http, "visitor"), Reading.Uuid(http, "item"), Reading.Text(http, "model", Models) ?? RecommendationModels.Hybrid);
        var (count, explains) = ((int)(Reading.Number(http, "limit", 1, MostItems) ?? UsualItems), Reading.Text(http, "explain", "true", "false") == "true");
        var diversity = Reading.Number(http, "diversity", 0, 100) ?? (model == RecommendationModels.Hybrid ? UsualDiversity : 0);
        var freshness = Reading.Number(http, "freshness", 0, 100) ?? 0;
        var tenant = Caller.Of(http).TenantId;
        var session = store.QuerySession(tenant);
        foreach (var readModel in (string[])[Interactions.ReadModel, CatalogueChanges.ReadModel, ItemDetails.ReadModel, SiteContent.ReadModel])
            await Reading.AwaitAsync(http, session, readModel);
        if (await recommenders.OfAsync(tenant, id, isLatest: http.Request.Query.ContainsKey("after"), http.RequestAborted) is not { } recommender)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var found = recommender.Recommend(new RecommendationQuery(
            time.GetUtcNow(), visitor, count, item, Diversity: diversity / 100.0, Freshness: freshness / 100.0,
            Model: RecommendationModels.Of(model)));
        Reading.Index(http, found.Index, found.Lag);
        var items = found.Items.Select(one => Told(one, found.Titles, explains));
        return Results.Json(new RecommendationsAnswer(id, model, found.VisitorIsKnown, [.. items]), Json.RecommendationsAnswer);
    }

    private static RecommendedItem Told(Recommendation item, IReadOnlyDictionary<Guid, string> titles, bool explains)
    {
        string TitleOf(Guid id) => titles.GetValueOrDefault(id) ?? id.ToString();
        return new(item.ItemId, titles.GetValueOrDefault(item.ItemId), item.Score, item.Says(TitleOf), item.Rule,
            explains ? [.. item.Contributions.Select(part => new RecommendedPart(part.Model, part.Value, part.Says(TitleOf), part.Items, part.Topics))] : null);
    }

    private static async Task<IResult> GetRulesAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (version, at) = Reading.AsOf(http);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        if (!(await session.Events.AggregateStreamAsync<RecommendedSite>(id, at: at, cancel: http.RequestAborted)).State.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var rules = (await session.Events.AggregateStreamAsync<RecommendationRules>(RecommendationRules.IdOf(id), version, at, http.RequestAborted)).State;
        var answer = new RecommendationRulesAnswer(id, rules.Pinned, rules.Buried, rules.Excluded, rules.Version);
        return Reading.Single(http, answer, rules.Version, Json.RecommendationRulesAnswer);
    }
}
