using System.Collections.Immutable;
using System.Security.Cryptography;
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

/// <summary>What flags are for somebody, by the OpenFeature Remote Evaluation Protocol (openfeature.dev, OFREP 0.2): any of OpenFeature's OFREP providers is a client, with the API's address as its base.</summary>
public static class FlagEvaluationEndpoints
{
    private const string TargetingKey = "targetingKey", Id = "id", Visitor = "visitor", Site = "siteId", Default = "default";

    private static ExperimentsBodies Json => ExperimentsBodies.Default;

    public static void MapFlagEvaluation(this RouteGroupBuilder api)
    {
        var flags = api.MapGroup("/ofrep/v1/evaluate/flags").WithTags("Experiments");
        flags.MapPost("/{key}", OneAsync).Requires(Permission.FlagsEvaluate).WithMetadata(new PostedQuestion()).Accepts<EvaluationBody>("application/json").Answers<EvaluatedFlag>()
            .Problems(ProblemKind.Malformed, ProblemKind.NotFound, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("EvaluateFlag", "What a flag is for somebody", "OFREP. The context's targetingKey is the visitor's id; conditions look at what else it has. Its visitor, what the visitor's cookie says, brings their profile, segments and behaviour; segments that are for some sites count where siteId is one of these. Decided in memory. What OFREP calls errorCode stands in the problem beside its other members.");
        flags.MapPost("/", AllAsync).Requires(Permission.FlagsEvaluate).WithMetadata(new PostedQuestion()).Accepts<EvaluationBody>("application/json").Answers<EvaluatedFlags>()
            .Produces(StatusCodes.Status304NotModified)
            .Problems(ProblemKind.Malformed, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType)
            .Describe("EvaluateFlags", "What all flags are for somebody", "OFREP. With If-None-Match of the answer before: 304 while nothing is otherwise.");
    }

    private static async Task<IResult> OneAsync(HttpContext http, string key, FlagModels models, VisitorModels visitors, VisitorNumbers numbers, TimeProvider time)
    {
        var (context, flags) = await ContextAsync(http, models, visitors, numbers, time, key);
        Reading.Index(http, flags.Changed);
        return context.Flags.ContainsKey(key)
            ? Results.Json(Evaluate(key, context), Json.EvaluatedFlag)
            : new Problem(ProblemKind.NotFound, "There is no such flag.") { Evaluation = new(key, "FLAG_NOT_FOUND") };
    }

    private static async Task<IResult> AllAsync(HttpContext http, FlagModels models, VisitorModels visitors, VisitorNumbers numbers, TimeProvider time)
    {
        var (context, flags) = await ContextAsync(http, models, visitors, numbers, time, null);
        Reading.Index(http, flags.Changed);
        var answer = JsonSerializer.SerializeToUtf8Bytes(new EvaluatedFlags([.. context.Flags.Keys.Select(key => Evaluate(key, context))]), Json.EvaluatedFlags);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(answer).AsSpan(0, 16))}\"";
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.Contains(tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(answer, "application/json");
    }

    private static async Task<(AllocationContext Context, TenantFlags Flags)> ContextAsync(
        HttpContext http, FlagModels models, VisitorModels visitors, VisitorNumbers numbers, TimeProvider time, string? key)
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
        var members = RequestContext.MembersOf(attributes);
        if (members.TryGetValue(TargetingKey, out var id) && !id.IsNull)
        {
            if (id.Kind != JsonValueKind.String)
                throw InvalidContext(key, TargetingKey, "Must be a text.");
            members[Id] = id;
        }
        var tenant = Caller.Of(http).TenantId;
        var visitor = await VisitorAsync(members, tenant, visitors, numbers, key, http.RequestAborted);
        var above = visitor is null ? [] : await AboveAsync(members, tenant, http, key);
        var flags = await models.OfAsync(tenant, http.RequestAborted);
        return (new(RequestContext.Of(visitor, above, members), flags.Plans) { At = CommandTarget.NowOf(time) }, flags);
    }

    // What the visitor's cookie says, which is the same for whoever looks at it later.
    private static async ValueTask<KnownVisitor?> VisitorAsync(
        Dictionary<string, AttributeValue> members, string tenant, VisitorModels visitors, VisitorNumbers numbers, string? key, CancellationToken cancel)
    {
        if (!members.TryGetValue(Visitor, out var said) || said.IsNull) return null;
        if (!Guid.TryParseExact(said.Text, "D", out var cookie)) throw InvalidContext(key, Visitor, "Must be what the visitor's cookie says: a UUID.");
        return await visitors.OfAsync(tenant, numbers.Of(tenant, cookie), cancel);
    }

    // Segments may be for some sites only.
    private static async ValueTask<ImmutableArray<Guid>> AboveAsync(Dictionary<string, AttributeValue> members, string tenant, HttpContext http, string? key)
    {
        if (!members.TryGetValue(Site, out var said) || said.IsNull) return [];
        return Guid.TryParseExact(said.Text, "D", out var site) ? await http.RequestServices.GetRequiredService<ConfigurationCache>().UpAsync(tenant, site, http.RequestAborted)
            : throw InvalidContext(key, Site, "Must be a site's id, a UUID, where visitor is there.");
    }

    private static ProblemException InvalidContext(string? key, string member, string rule) =>
        new(new(ProblemKind.Malformed, $"context.{member}: {rule}", new Dictionary<string, string[]> { [$"context.{member}"] = [rule] }) { Evaluation = new(key, "INVALID_CONTEXT") });

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
