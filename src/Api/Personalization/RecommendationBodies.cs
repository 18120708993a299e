using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Personalization;
using Platform.Processors.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What goes before scores on a site, whole.</summary>
/// <param name="Pinned">Items on top, in this order, where the site may show them; at most 20. Default: none.</param>
/// <param name="Buried">Items below everything else; at most 500. Default: none.</param>
/// <param name="Excluded">Items that are never recommended; at most 500. Default: none.</param>
public sealed record RecommendationRulesBody(IReadOnlyList<Guid>? Pinned = null, IReadOnlyList<Guid>? Buried = null, IReadOnlyList<Guid>? Excluded = null)
{
    public SetRecommendationRules ToCommand(Guid siteId) => new(siteId, [.. Pinned ?? []], [.. Buried ?? []], [.. Excluded ?? []]);
}

/// <summary>What goes before scores on a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Pinned">Items on top, in this order.</param>
/// <param name="Buried">Items below everything else.</param>
/// <param name="Excluded">Items that are never recommended.</param>
/// <param name="Version">What If-Match takes; 0: nothing was ever said.</param>
public sealed record RecommendationRulesAnswer(Guid SiteId, ImmutableArray<Guid> Pinned, ImmutableArray<Guid> Buried, ImmutableArray<Guid> Excluded, long Version);

/// <summary>How the tenant's recommendation service is asked.</summary>
/// <param name="Url">An https URL without query, to the public internet. Default: no service is asked any more.</param>
/// <param name="Credential">The bearer token that it knows the platform by, at most 1,000 printable ASCII characters; empty: none. Default: as before, where the URL is the same.</param>
/// <param name="SiteIds">For which sites, at most 50. Default: for all.</param>
/// <param name="TimeoutMilliseconds">50 to 2,000; default 300.</param>
/// <param name="RequestsPerDay">Of all nodes together, by days in UTC, 1 to 10,000,000; default 10,000.</param>
/// <param name="RequestsPerMinute">Of each node, 1 to 100,000; default 600.</param>
/// <param name="CacheSeconds">How long an answer is given again to the same question, 0 to 3,600; default 60.</param>
/// <param name="Candidates">How many of the local model's best it's told, 0 to 200; default 100.</param>
public sealed record RecommendationServiceBody(
    string? Url = null, string? Credential = null, IReadOnlyList<Guid>? SiteIds = null, int? TimeoutMilliseconds = null, int? RequestsPerDay = null, int? RequestsPerMinute = null,
    int? CacheSeconds = null, int? Candidates = null);

/// <summary>The tenant's recommendation service.</summary>
/// <param name="Version">What If-Match takes; 0: there never was one.</param>
/// <param name="Url">Where it is; absent, as all that follows: there is none.</param>
/// <param name="HasCredential">It's sent a bearer token.</param>
/// <param name="SiteIds">For which sites; none: for all.</param>
/// <param name="TimeoutMilliseconds">After so long the answer is the local one.</param>
/// <param name="RequestsPerDay">Of all nodes together, by days in UTC.</param>
/// <param name="RequestsPerMinute">Of each node.</param>
/// <param name="CacheSeconds">How long an answer is given again to the same question.</param>
/// <param name="Candidates">How many of the local model's best it's told.</param>
public sealed record RecommendationServiceAnswer(
    long Version, string? Url = null, bool? HasCredential = null, IReadOnlyList<Guid>? SiteIds = null, int? TimeoutMilliseconds = null, int? RequestsPerDay = null, int? RequestsPerMinute = null,
    int? CacheSeconds = null, int? Candidates = null);

/// <summary>What is recommended on a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Model">Whose scores they are: hybrid, or a single model.</param>
/// <param name="VisitorKnown">Something is known of the visitor; else it's what goes for everybody.</param>
/// <param name="Items">Best first; fewer or none if there are no more.</param>
/// <param name="Service">Where the tenant has a service rank them: whether it did.</param>
public sealed record RecommendationsAnswer(Guid SiteId, string Model, bool VisitorKnown, IReadOnlyList<RecommendedItem> Items, RankedBy? Service = null);

/// <summary>Who ranked.</summary>
/// <param name="Model">remote: the tenant's service, where an item has the part service; local: the platform alone.</param>
/// <param name="Outcome">With explain: what became of asking the service. Answered or cached, and local nevertheless: of its items none may be shown.</param>
public sealed record RankedBy(string Model, RemoteOutcome? Outcome = null);

/// <summary>A recommended item, and why.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">Its title as published, where its type has one.</param>
/// <param name="Score">Comparable within one answer only.</param>
/// <param name="Because">What contributed most, as words for visitors.</param>
/// <param name="Rule">pinned or buried; absent: scores decided.</param>
/// <param name="Parts">With explain: what each model adds to the score, the largest first.</param>
public sealed record RecommendedItem(Guid ItemId, string? Title, double Score, string Because, string? Rule, IReadOnlyList<RecommendedPart>? Parts);

/// <summary>What a model adds to a score.</summary>
/// <param name="Model">trending 6h, popularity, item-knn, ease, als, content, freshness, or service.</param>
/// <param name="Value">Learnt weight times the model's score; all parts add up to the score.</param>
/// <param name="Because">In words.</param>
/// <param name="Items">That the visitor had and that speak for it most.</param>
/// <param name="Topics">That it shares with these.</param>
public sealed record RecommendedPart(string Model, double Value, string Because, ImmutableArray<Guid> Items, ImmutableArray<string> Topics);

/// <summary>How bodies of this capability are read and written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecommendationRulesBody))]
[JsonSerializable(typeof(RecommendationRulesAnswer))]
[JsonSerializable(typeof(RecommendationsAnswer))]
[JsonSerializable(typeof(RecommendationServiceBody))]
[JsonSerializable(typeof(RecommendationServiceAnswer))]
internal sealed partial class RecommendationBodies : JsonSerializerContext;
