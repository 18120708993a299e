using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Personalization;

namespace Platform.Api.Personalization;

/// <summary>The service that a tenant has recommendations ranked by.</summary>
internal static class RecommendationServiceEndpoints
{
    private const int LongestCredential = 1_000;

    private static RecommendationBodies Json => RecommendationBodies.Default;

    public static void MapRecommendationService(this RouteGroupBuilder api)
    {
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        var (options, credentials) = (services.GetRequiredService<RecommendationServiceOptions>(), services.GetRequiredService<ServiceCredentials>());
        var group = api.MapGroup("/recommendations").WithTags("Personalization");
        group.MapReplace("/service", Json.RecommendationServiceBody, (body, to) => Command(body, to.Caller.TenantId, options, credentials), RecommendationCommands.SetService)
            .Requires(Permission.RecommendationsManage)
            .Describe("SetRecommendationService", "Have a service of one's own rank what is recommended",
                "It's asked by /schemas/recommendation-question.v1.json and answers by /schemas/recommendation-ranking.v1.json. Gates, rules and diversity hold for what it says; the local model fills up, "
                + "and answers alone where it fails. All is replaced, the credential excepted where none is named; without url there is no service any more. Counts within some seconds.");
        group.MapGet("/service", GetAsync).Requires(Permission.RecommendationsRead).Resource<RecommendationServiceAnswer>()
            .Describe("GetRecommendationService", "The service that ranks what is recommended", "Read from its stream: never stale. The credential is told to nobody.");
    }

    private static SetRecommendationService Command(RecommendationServiceBody body, string tenantId, RecommendationServiceOptions options, ServiceCredentials credentials)
    {
        var credential = body is { Url: not null, Credential.Length: > 0 } ? body.Credential : null;
        if (credential is { Length: > LongestCredential } || credential?.All(c => c is >= '!' and <= '~') == false)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "credential", $"Must be at most {LongestCredential} printable ASCII characters without spaces."));
        return new SetRecommendationService(
            body.Url, options.Problem(body.Url), credential is null ? null : credentials.Seal(tenantId, body.Url!, credential), KeepsCredential: body.Credential is null, [.. body.SiteIds ?? []],
            body.TimeoutMilliseconds ?? 300, body.RequestsPerDay ?? 10_000, body.RequestsPerMinute ?? 600, body.CacheSeconds ?? 60, body.Candidates ?? 100);
    }

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store)
    {
        var service = await Reading.StateAsync<RecommendationService>(http, store, RecommendationService.Id);
        var answer = service.Settings is { } s
            ? new RecommendationServiceAnswer(
                service.Version, s.Url, s.SealedCredential is not null, s.SiteIds, s.TimeoutMilliseconds, s.RequestsPerDay, s.RequestsPerMinute, s.CacheSeconds, s.Candidates)
            : new RecommendationServiceAnswer(service.Version);
        return Reading.Single(http, answer, service.Version, Json.RecommendationServiceAnswer);
    }
}
