using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Experiments;
using Platform.Api.Http;
using Platform.Domain.Personalization;
using Platform.Projections.Content;

namespace Platform.Api.Personalization;

/// <summary>What a visitor is shown on a page.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Page">Path.</param>
/// <param name="Locale">Of texts.</param>
/// <param name="Audience">The same for whoever is shown the same by rules, experiments and recommendations: half a SHA-256 in hexadecimal.</param>
/// <param name="Redirect">Path where the visitor is to be sent; absent: nowhere.</param>
/// <param name="Item">What stands there, or what is shown instead, in the visitor's locale; absent: nothing has the path.</param>
/// <param name="InsteadOf">The item that has the path, where another is shown.</param>
/// <param name="Slots">Items by the places that rules and experiments put them in.</param>
/// <param name="Recommended">Recommended items, best first, by the places that they are for; empty until the site's recommender is in memory.</param>
/// <param name="Attributes">What rules and experiments say to templates.</param>
/// <param name="Experiments">Variants that the visitor gets here: one with expose true is to be tracked once it's seen.</param>
/// <param name="Why">What became of each rule, for who asks to be told.</param>
public sealed record DeliveryAnswer(
    Guid SiteId, string Page, string Locale, string Audience, string? Redirect, ResolvedItem? Item, Guid? InsteadOf, IReadOnlyDictionary<string, ResolvedItem> Slots,
    IReadOnlyDictionary<string, IReadOnlyList<DeliveredRecommendation>> Recommended, IReadOnlyDictionary<string, AttributeValue> Attributes, IReadOnlyList<GivenVariantAnswer> Experiments, DeliveryReasons? Why);

/// <summary>A recommended item as it's shown.</summary>
/// <param name="Item">In the visitor's locale.</param>
/// <param name="Because">What contributed most, as words for visitors.</param>
/// <param name="Rule">pinned or buried; absent: scores decided.</param>
public sealed record DeliveredRecommendation(ResolvedItem Item, string Because, string? Rule);

/// <summary>Why a visitor is shown what they are.</summary>
/// <param name="Visitor">What conditions looked at.</param>
/// <param name="Segments">Segments that the visitor is in.</param>
/// <param name="Trace">What became of each rule.</param>
/// <param name="NotShown">Items that rules or experiments would show, and the site may not.</param>
public sealed record DeliveryReasons(AttributeValue Visitor, IReadOnlyList<Guid> Segments, ImmutableArray<RuleTrace> Trace, IReadOnlyList<Guid> NotShown);

/// <summary>How answers of delivery are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(DeliveryAnswer))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
