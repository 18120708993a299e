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
    private const int MostItems = 50, UsualItems = 10;

    private static RecommendationBodies Json => RecommendationBodies.Default;

    private static string[] Models { get; } = [.. RecommendationModels.Names];

    public static void MapRecommendations(this RouteGroupBuilder api)
    {
        var site = api.MapGroup("/sites/{id:guid}").WithTags("Personalization");
        site.MapGet("/recommendations", RecommendAsync).Requires(Permission.RecommendationsRead).OfSite().Counted<RecommendationsAnswer>().Problems(ProblemKind.NotFound)
            .Describe("GetRecommendations", "What to recommend on a site, and why",
                "Of what the site may show: at home on it, placed on it or let in by its gate, and published. Decided in memory: a new item counts within 5 s, an event within 2 s. "
                + "Where the tenant has a service rank (SetRecommendationService), it's asked first, for the model hybrid. Without a visitor, or for one of whom nothing is known: what trends, then what is new.")
            .Filter("visitor", "Number of the visitor; default: what goes for everybody")
            .Filter("item", "The item that is being read: it counts as had, and isn't recommended")
            .WithMetadata(new QueryParameter("limit", $"Items wanted, 1 to {MostItems}; default {UsualItems}", "integer"))
            .Filter("model", $"One model's scores alone: one of {string.Join(", ", Models)}; default {RecommendationModels.Hybrid}")
            .Filter("explain", "true: with what each model adds to each score")
            .WithMetadata(new QueryParameter("diversity", $"How much unlikeness counts beside relevance, 0 to 100 per cent; default {RecommendationModels.UsualDiversity}, of one model alone 0", "integer"))
            .WithMetadata(new QueryParameter("freshness", "How much newness adds to the score beside what was learnt of it, 0 to 100 per cent; default 0", "integer"));
        site.MapReplace("/recommendation-rules", Json.RecommendationRulesBody, (body, to) => body.ToCommand(to.Id), RecommendationCommands.Set)
            .Requires(Permission.RecommendationsManage).OfSite()
            .Describe("SetRecommendationRules", "Say what recommendations pin, bury and exclude",
                "All of it is replaced. An item stands in one of the lists, once; one that the site may not show has no effect.");
        site.MapGet("/recommendation-rules", GetRulesAsync).Requires(Permission.RecommendationsRead).OfSite().Resource<RecommendationRulesAnswer>()
            .Describe("GetRecommendationRules", "What recommendations pin, bury and exclude, or did", "Read from its stream: never stale.");
    }

    private static async Task<IResult> RecommendAsync(HttpContext http, Guid id, IDocumentStore store, SiteRecommenders recommenders, RemoteRecommender remote, VisitorModels visitors, TimeProvider time)
    {
        var (visitor, item, model) = (Reading.Uuid(http, "visitor"), Reading.Uuid(http, "item"), Reading.Text(http, "model", Models) ?? RecommendationModels.Hybrid);
        var (count, explains) = ((int)(Reading.Number(http, "limit", 1, MostItems) ?? UsualItems), Reading.Text(http, "explain", "true", "false") == "true");
        var diversity = Reading.Number(http, "diversity", 0, 100) ?? RecommendationModels.DiversityOf(model);
        var freshness = Reading.Number(http, "freshness", 0, 100) ?? 0;
        var tenant = Caller.Of(http).TenantId;
        var session = store.QuerySession(tenant);
        foreach (var readModel in (string[])[Interactions.ReadModel, CatalogueChanges.ReadModel, ItemDetails.ReadModel, SiteContent.ReadModel])
            await Reading.AwaitAsync(http, session, readModel);
        if (await recommenders.OfAsync(tenant, id, isLatest: http.Request.Query.ContainsKey("after"), http.RequestAborted) is not { } recommender)
            return new Problem(ProblemKind.NotFound, "There is no such site.");
        var query = new RecommendationQuery(
            time.GetUtcNow(), visitor, count, item, Diversity: diversity / 100.0, Freshness: freshness / 100.0,
            Model: RecommendationModels.Of(model));
        RemoteRanking? ranking = null;
        if (model == RecommendationModels.Hybrid && recommender.Service is { } service)
        {
            var known = visitor is { } number ? await visitors.OfAsync(tenant, number, http.RequestAborted) : null;
            ranking = await remote.RankAsync(tenant, service, recommender.Ask(query, service.Settings!.Candidates, known), http.RequestAborted);
        }
        var found = recommender.Recommend(query with { Given = ranking?.Scores });
        Reading.Index(http, found.Index, found.Lag);
        var items = found.Items.Select(one => Told(one, found.Titles, explains));
        return Results.Json(new RecommendationsAnswer(id, model, found.VisitorIsKnown, [.. items], ranking is null ? null : By(ranking, found, explains)), Json.RecommendationsAnswer);
    }

    private static RankedBy By(RemoteRanking ranking, SiteRecommendations found, bool explains) => new(
        found.Items.Any(item => item.Contributions.Any(part => part.Model == Recommender.Service)) ? "remote" : "local", explains ? ranking.Outcome : null);

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
