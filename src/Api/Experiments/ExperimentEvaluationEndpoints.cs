using System.Collections.Immutable;
using System.Text.Json;
using Platform.Api.Analytics;
using Platform.Api.Http;
using Platform.Api.Personalization;
using Platform.Domain;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.Processors.Experiments;
using Platform.Processors.Personalization;
using Platform.Processors.Sites;

namespace Platform.Api.Experiments;

/// <summary>Which variants somebody gets: decided in memory, and recorded nowhere. That a variant was seen is tracked like whatever else a visitor does (<see cref="Exposure"/>).</summary>
public static class ExperimentEvaluationEndpoints
{
    private const int MostAttributes = 100, LongestId = 200;

    public static void MapExperimentEvaluation(this RouteGroupBuilder api)
    {
        api.MapPost("/experiments/evaluate", EvaluateAsync).WithTags("Experiments").Requires(Permission.ExperimentsEvaluate).WithMetadata(new PostedQuestion())
            .Accepts<ExperimentQuestionBody>("application/json").Answers<GivenVariants>().Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("EvaluateExperiments", "Which variants somebody gets",
                $"Of each experiment that concerns them. Whoever shows a variant with expose true tracks the event {Exposure.EventName} with the properties {Exposure.Experiment} and {Exposure.Variant} once it's seen: asking alone counts nobody.");
    }

    private static async Task<IResult> EvaluateAsync(HttpContext http, ExperimentModels models, VisitorModels visitors, VisitorNumbers numbers, ConfigurationCache configurations, TimeProvider time)
    {
        var body = (await JsonBody.ReadAsync(http, ExperimentsBodies.Default.ExperimentQuestionBody)).Value;
        var attributes = (body.Attributes ?? Fields.Empty).Values;
        var errors = new FieldErrors().Add("attributes", attributes.Count > MostAttributes ? $"Must be at most {MostAttributes}." : null);
        if (attributes.TryGetValue("id", out var id))
            errors.Add("attributes.id", id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null) ? "Must be a text or a number."
                : id.ToString().Length > LongestId ? $"Must be at most {LongestId} characters long." : null);
        if (errors.Rejection is { } invalid) return CommandEndpoints.OfRejection(invalid);
        var tenant = Caller.Of(http).TenantId;
        var visitor = body.Visitor is { } cookie ? await visitors.OfAsync(tenant, numbers.Of(tenant, cookie), http.RequestAborted) : null;
        // What is for some sites is known to who asks for one of them.
        var above = visitor is not null && body.SiteId is { } site ? await configurations.UpAsync(tenant, site, http.RequestAborted) : [];
        var experiments = await models.OfAsync(tenant, http.RequestAborted);
        Reading.Index(http, experiments.Changed);
        var context = new AllocationContext(RequestContext.Of(visitor, above, RequestContext.MembersOf(body.Attributes ?? Fields.Empty)), ImmutableDictionary<string, FlagPlan>.Empty) { At = CommandTarget.NowOf(time) };
        return Results.Json(new GivenVariants([.. Given(experiments, context, body.SiteId)]), ExperimentsBodies.Default.GivenVariants);
    }

    private static IEnumerable<GivenVariantAnswer> Given(TenantExperiments experiments, AllocationContext context, Guid? site)
    {
        foreach (var (key, plan) in experiments.Plans)
            if (plan.Give(context, site, holdout: experiments.Holdout) is { } given)
                yield return GivenVariantAnswer.Of(key, given);
    }
}
