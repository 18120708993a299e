using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Personalization;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecommendationRulesSet))]
[JsonSerializable(typeof(RecommendationRules))]
[JsonSerializable(typeof(RecommendedSite))]
internal sealed partial class PersonalizationJson : JsonSerializerContext;
