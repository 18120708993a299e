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
[JsonSerializable(typeof(PreferencesSet))]
[JsonSerializable(typeof(VisitorIdentified))]
[JsonSerializable(typeof(VisitorSeparated))]
[JsonSerializable(typeof(VisitorChoicesForgotten))]
[JsonSerializable(typeof(VisitorChoices))]
[JsonSerializable(typeof(VisitorJoinedSegments))]
[JsonSerializable(typeof(VisitorLeftSegments))]
[JsonSerializable(typeof(VisitorSegmentsForgotten))]
[JsonSerializable(typeof(VisitorSegments))]
[JsonSerializable(typeof(ProfileSettingsSet))]
[JsonSerializable(typeof(ProfileSettings))]
[JsonSerializable(typeof(AttributeValue))]
[JsonSerializable(typeof(RuleContent))]
[JsonSerializable(typeof(RuleDefined))]
[JsonSerializable(typeof(RuleChanged))]
[JsonSerializable(typeof(RuleProposed))]
[JsonSerializable(typeof(RuleRefused))]
[JsonSerializable(typeof(RulePublished))]
[JsonSerializable(typeof(RuleWithdrawn))]
[JsonSerializable(typeof(RuleArchived))]
[JsonSerializable(typeof(RuleListed))]
[JsonSerializable(typeof(RuleUnlisted))]
[JsonSerializable(typeof(RulePolicySet))]
[JsonSerializable(typeof(Rule))]
[JsonSerializable(typeof(RuleList))]
[JsonSerializable(typeof(RulePolicy))]
[JsonSerializable(typeof(RecommendationRulesSet))]
[JsonSerializable(typeof(RecommendationRules))]
[JsonSerializable(typeof(RecommendedSite))]
[JsonSerializable(typeof(RecommendationServiceSet))]
[JsonSerializable(typeof(RecommendationServiceRemoved))]
[JsonSerializable(typeof(RecommendationService))]
internal sealed partial class PersonalizationJson : JsonSerializerContext;
