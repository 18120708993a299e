using Platform.Api.Http;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Analytics;
using Platform.Projections.Experiments;

namespace Platform.Api.Experiments;

/// <summary>What an experiment's figures say.</summary>
/// <param name="Experiment">Its key.</param>
/// <param name="From">Exposures count from then on.</param>
/// <param name="Until">What came then or later doesn't count: now, or when it ended.</param>
/// <param name="ExcludedUnits">Visitors that were seen in more than one variant, and count in none.</param>
/// <param name="IsBlocked">No decision may be made by it: the sample ratio is off.</param>
/// <param name="Variants">How many visitors each has, and what part it should have.</param>
/// <param name="Report">Of each metric in each variant: lift and difference, with p-values and intervals of what their scale says; at one look (fixed) and at any (alwaysValid); the chance to win and what is lost on average if it doesn't.</param>
public sealed record ExperimentResults(
    string Experiment, DateTimeOffset From, DateTimeOffset Until, long ExcludedUnits, bool IsBlocked, IReadOnlyList<AnalysedVariant> Variants, ExperimentReport Report);

/// <summary>The figures of an experiment, from the events of visitors.</summary>
public static class ExperimentResultEndpoints
{
    public static void MapExperimentResults(this RouteGroupBuilder api)
    {
        api.MapGet("/experiments/{id:guid}/results", ResultsAsync).WithTags("Experiments").Requires(Permission.ExperimentsRead).Expensive().Counted<ExperimentResults>().Problems(ProblemKind.NotFound, ProblemKind.Conflict)
            .Describe("GetExperimentResults", "What an experiment's figures say",
                "A unit is a visitor; what it did from its first exposure on counts, without programs. Figures are sums of visitors' events: of those that are erased nothing is left. Each effect says whether it's of the difference or of the lift: their p-values differ.");
    }

    private static async Task<IResult> ResultsAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        if (await Reading.FoldAsync(http, store, ExperimentEndpoints.Details, id) is not { Experiment: { Status: not ExperimentStatus.Archived } experiment }) return new Problem(ProblemKind.NotFound, "There is no such experiment.");
        if (experiment.StartedAt is not { } from) return new Problem(ProblemKind.Conflict, "The experiment hasn't started: there are no figures.");
        var session = store.QuerySession(Caller.Of(http).TenantId);
        await Reading.AwaitAsync(http, session, Hits.ReadModel);
        var until = experiment.StoppedAt ?? CommandTarget.NowOf(time);
        var (sums, index, lag) = await new ExperimentFigures(experiment.Key, experiment.Content, from, until).SumAsync(session, http.RequestAborted);
        Reading.Index(http, index, lag);
        var input = sums.Input(experiment.Content);
        var report = ExperimentReport.Of(input);
        return Results.Json(new ExperimentResults(experiment.Key, from, until, sums.ExcludedUnits, report.IsBlocked, input.Variants, report), ExperimentsBodies.Default.ExperimentResults);
    }
}
