using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Personalization;
using Platform.Projections.Content;

namespace Platform.Api.Personalization;

/// <summary>What a visitor is shown on a page.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Page">Path.</param>
/// <param name="Locale">Of texts.</param>
/// <param name="Audience">The same for whoever is shown the same by rules: half a SHA-256 in hexadecimal.</param>
/// <param name="Redirect">Path where the visitor is to be sent; absent: nowhere.</param>
/// <param name="Item">What stands there, or what is shown instead, in the visitor's locale; absent: nothing has the path.</param>
/// <param name="InsteadOf">The item that has the path, where another is shown.</param>
/// <param name="Slots">Items by the places that rules put them in.</param>
/// <param name="Attributes">What rules say to templates.</param>
/// <param name="Why">What became of each rule, for who asks to be told.</param>
public sealed record DeliveryAnswer(
    Guid SiteId, string Page, string Locale, string Audience, string? Redirect, ResolvedItem? Item, Guid? InsteadOf, IReadOnlyDictionary<string, ResolvedItem> Slots,
    IReadOnlyDictionary<string, AttributeValue> Attributes, DeliveryReasons? Why);

/// <summary>Why a visitor is shown what they are.</summary>
/// <param name="Visitor">What conditions looked at.</param>
/// <param name="Segments">Segments that the visitor is in.</param>
/// <param name="Trace">What became of each rule.</param>
/// <param name="NotShown">Items that rules would show, and the site may not.</param>
public sealed record DeliveryReasons(AttributeValue Visitor, IReadOnlyList<Guid> Segments, ImmutableArray<RuleTrace> Trace, IReadOnlyList<Guid> NotShown);

/// <summary>How answers of delivery are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(DeliveryAnswer))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
