using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Personalization;

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

/// <summary>What is recommended on a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Model">Whose scores they are: hybrid, or a single model.</param>
/// <param name="VisitorKnown">Something is known of the visitor; else it's what goes for everybody.</param>
/// <param name="Items">Best first; fewer or none if there are no more.</param>
public sealed record RecommendationsAnswer(Guid SiteId, string Model, bool VisitorKnown, IReadOnlyList<RecommendedItem> Items);

/// <summary>A recommended item, and why.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">Its title as published, where its type has one.</param>
/// <param name="Score">Comparable within one answer only.</param>
/// <param name="Because">What contributed most, as words for visitors.</param>
/// <param name="Rule">pinned or buried; absent: scores decided.</param>
/// <param name="Parts">With explain: what each model adds to the score, the largest first.</param>
public sealed record RecommendedItem(Guid ItemId, string? Title, double Score, string Because, string? Rule, IReadOnlyList<RecommendedPart>? Parts);

/// <summary>What a model adds to a score.</summary>
/// <param name="Model">trending 6h, popularity, item-knn, ease, als, content or freshness.</param>
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
internal sealed partial class RecommendationBodies : JsonSerializerContext;
