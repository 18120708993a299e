using System.Security.Cryptography;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Experiments;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.Processors.Experiments;

namespace Platform.Api.Experiments;

/// <summary>What flags are for somebody, by the OpenFeature Remote Evaluation Protocol (openfeature.dev, OFREP 0.2): any of OpenFeature's OFREP providers is a client, with the API's address as its base.</summary>
public static class FlagEvaluationEndpoints
{
    private const string TargetingKey = "targetingKey", Id = "id", Default = "default";

    private static ExperimentsBodies Json => ExperimentsBodies.Default;

    public static void MapFlagEvaluation(this RouteGroupBuilder api)
    {
        var flags = api.MapGroup("/ofrep/v1/evaluate/flags").WithTags("Experiments");
        flags.MapPost("/{key}", OneAsync).Requires(Permission.FlagsEvaluate).WithMetadata(new PostedQuestion()).Accepts<EvaluationBody>("application/json").Answers<EvaluatedFlag>()
            .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("EvaluateFlag", "What a flag is for somebody", "OFREP. The context's targetingKey is the visitor's id; conditions look at what else it has. Decided in memory. What OFREP calls errorCode stands in the problem beside its other members.");
        flags.MapPost("/", AllAsync).Requires(Permission.FlagsEvaluate).WithMetadata(new PostedQuestion()).Accepts<EvaluationBody>("application/json").Answers<EvaluatedFlags>()
            .Produces(StatusCodes.Status304NotModified)
            .Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("EvaluateFlags", "What all flags are for somebody", "OFREP. With If-None-Match of the answer before: 304 while nothing is otherwise.");
    }

    private static async Task<IResult> OneAsync(HttpContext http, string key, FlagModels models, TimeProvider time)
    {
        var (context, flags) = await ContextAsync(http, models, time, key);
        Reading.Index(http, flags.Changed);
        return context.Flags.ContainsKey(key)
            ? Results.Json(Evaluate(key, context), Json.EvaluatedFlag)
            : new Problem(ProblemKind.NotFound, "There is no such flag.") { Evaluation = new(key, "FLAG_NOT_FOUND") };
    }

    private static async Task<IResult> AllAsync(HttpContext http, FlagModels models, TimeProvider time)
    {
        var (context, flags) = await ContextAsync(http, models, time, null);
        Reading.Index(http, flags.Changed);
        var answer = JsonSerializer.SerializeToUtf8Bytes(new EvaluatedFlags([.. context.Flags.Keys.Select(key => Evaluate(key, context))]), Json.EvaluatedFlags);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(answer).AsSpan(0, 16))}\"";
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.Contains(tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(answer, "application/json");
    }

    private static async Task<(AllocationContext Context, TenantFlags Flags)> ContextAsync(HttpContext http, FlagModels models, TimeProvider time, string? key)
    {
        Fields attributes;
        try
        {
            attributes = (await JsonBody.ReadAsync(http, Json.EvaluationBody)).Value.Context ?? Fields.Empty;
        }
        catch (ProblemException e) when (e.Problem.Kind == ProblemKind.Invalid || e.Problem.Kind == ProblemKind.Malformed)
        {
            // By OFREP what can't be understood is 400, whatever is wrong with it.
            throw new ProblemException(new(ProblemKind.Malformed, e.Problem.Detail, e.Problem.Errors) { Evaluation = new(key, "PARSE_ERROR") });
        }
        var members = attributes.Values.ToDictionary(member => member.Key, member => AttributeValue.Of(member.Value), StringComparer.Ordinal);
        if (members.TryGetValue(TargetingKey, out var id) && !id.IsNull)
        {
            if (id.Kind != JsonValueKind.String)
                throw new ProblemException(new(ProblemKind.Malformed, "context.targetingKey: Must be a text.", new Dictionary<string, string[]> { ["context.targetingKey"] = ["Must be a text."] }) { Evaluation = new(key, "INVALID_CONTEXT") });
            members[Id] = id;
        }
        var flags = await models.OfAsync(Caller.Of(http).TenantId, http.RequestAborted);
        return (new(new(AttributeValue.Of(members)), flags.Plans) { At = CommandTarget.NowOf(time) }, flags);
    }

    private static EvaluatedFlag Evaluate(string key, AllocationContext context)
    {
        var evaluation = FlagEvaluator.Evaluate(key, context);
        return new(key, evaluation.Value, evaluation.Source switch
        {
            FlagSource.Killed => "DISABLED",
            FlagSource.Experiment => "SPLIT",
            FlagSource.Rule => "TARGETING_MATCH",
            _ => context.Flags[key].Rules.IsEmpty ? "STATIC" : "DEFAULT",
        }, evaluation.Variant ?? Default, evaluation.RuleId is { } rule ? new Dictionary<string, string> { ["rule"] = rule } : null);
    }
}
