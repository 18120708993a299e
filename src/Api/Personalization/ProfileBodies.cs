using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Personalization;
using Platform.Projections.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What profiles of visitors are made of.</summary>
/// <param name="Dimensions">What visitors may be drawn to, at most 10.</param>
/// <param name="Weights">How much events say of it beside a page view's 1, at most 50; what isn't named weighs 1, engagement, vitals and consent nothing.</param>
public sealed record ProfileSettingsBody(IReadOnlyList<AffinityDimensionBody?>? Dimensions, IReadOnlyList<ActWeightBody?>? Weights)
{
    internal SetProfileSettings Command() => new(
        [.. (Dimensions ?? []).Select(one => new AffinityDimension(one?.Name ?? "", one?.HalfLifeDays ?? 0, one?.Prop))], [.. (Weights ?? []).Select(one => new ActWeight(one?.Event ?? "", one?.Weight ?? -1))]);
}

/// <summary>What visitors may be drawn to, and how fast that fades.</summary>
/// <param name="Name">Such as topic: a lower-case letter and up to 49 letters, digits and underscores.</param>
/// <param name="Prop">The property of page views and of the site's own events that says it, several values with commas between; absent: the first part of the page's path.</param>
/// <param name="HalfLifeDays">After so many days what somebody did weighs half as much, 0.01 to 3650.</param>
public sealed record AffinityDimensionBody(string? Name, string? Prop, double? HalfLifeDays);

/// <summary>How much an event says.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Weight">0 to 1000.</param>
public sealed record ActWeightBody(string? Event, double? Weight);

/// <summary>Who a visitor is.</summary>
/// <param name="Visitor">What their browser's cookie says: a UUID.</param>
/// <param name="Person">What the site calls the person, such as the number of an account, 1-200 characters; it isn't kept. Absent: the visitor is by themselves.</param>
public sealed record VisitorIdentityBody(Guid? Visitor, string? Person = null);

/// <summary>What a visitor prefers.</summary>
/// <param name="Visitor">What their cookie says.</param>
/// <param name="Preferences">At most 20 texts, numbers, booleans and lists of texts, 1,024 bytes in all; all that counts from now on. Names are a lower-case letter and up to 49 letters, digits and underscores.</param>
public sealed record PreferencesBody(Guid? Visitor, Fields? Preferences);

/// <summary>What is known of a visitor, with whoever a site knows to be the same person.</summary>
/// <param name="Visitors">Numbers that are one.</param>
/// <param name="FirstSeen">When they first did something; absent: never.</param>
/// <param name="LastSeen">When they last did something.</param>
/// <param name="Visits">Visits, by pauses of more than 30 minutes on a site.</param>
/// <param name="PageViews">Pages that they were shown.</param>
/// <param name="Affinities">What they are drawn to, by dimension, the strongest first.</param>
/// <param name="Devices">The most frequent first.</param>
/// <param name="Countries">The most frequent first.</param>
/// <param name="Preferences">What they said.</param>
/// <param name="Segments">Segments that they are in; of siteId, those of them that are for the site.</param>
/// <param name="Memberships">When they were seen in which, the latest first, at most 100: some seconds behind the others.</param>
/// <param name="Attributes">The same as conditions look at it, under profile.</param>
public sealed record ProfileBody(
    IReadOnlyList<Guid> Visitors, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? FirstSeen, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? LastSeen, int Visits,
    int PageViews, ImmutableArray<Affinity> Affinities, ImmutableArray<SeenValue> Devices, ImmutableArray<SeenValue> Countries, Fields Preferences, IReadOnlyList<Guid> Segments, IReadOnlyList<MembershipSpan> Memberships,
    AttributeValue Attributes);

/// <summary>What an attribute comes of.</summary>
/// <param name="Attribute">As conditions name it.</param>
/// <param name="Value">What it is.</param>
/// <param name="Reasons">Acts, the weightiest and then the latest first, at most 100; of a preference none: the visitor said it.</param>
/// <param name="Cut">There are more.</param>
public sealed record AttributeReasonsBody(string Attribute, AttributeValue Value, IReadOnlyList<ProfileReason> Reasons, bool Cut);

/// <summary>How bodies of this capability are read and written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(ProfileSettingsBody))]
[JsonSerializable(typeof(VisitorIdentityBody))]
[JsonSerializable(typeof(PreferencesBody))]
[JsonSerializable(typeof(ProfileBody))]
[JsonSerializable(typeof(AttributeReasonsBody))]
internal sealed partial class PersonalizationBodies : JsonSerializerContext;
