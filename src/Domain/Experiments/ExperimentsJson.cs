using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AttributeValue))]
[JsonSerializable(typeof(FlagContent))]
[JsonSerializable(typeof(FlagDefined))]
[JsonSerializable(typeof(FlagChanged))]
[JsonSerializable(typeof(FlagKilled))]
[JsonSerializable(typeof(FlagRevived))]
[JsonSerializable(typeof(FlagArchived))]
[JsonSerializable(typeof(FlagListed))]
[JsonSerializable(typeof(FlagUnlisted))]
[JsonSerializable(typeof(Flag))]
[JsonSerializable(typeof(FlagList))]
[JsonSerializable(typeof(ExperimentContent))]
[JsonSerializable(typeof(ExperimentDeclared))]
[JsonSerializable(typeof(ExperimentChanged))]
[JsonSerializable(typeof(ExperimentOverridesSet))]
[JsonSerializable(typeof(ExperimentStarted))]
[JsonSerializable(typeof(ExperimentCoverageRaised))]
[JsonSerializable(typeof(ExperimentPaused))]
[JsonSerializable(typeof(ExperimentResumed))]
[JsonSerializable(typeof(ExperimentStopped))]
[JsonSerializable(typeof(ExperimentConcluded))]
[JsonSerializable(typeof(ExperimentRolledBack))]
[JsonSerializable(typeof(ExperimentArchived))]
[JsonSerializable(typeof(ExperimentListed))]
[JsonSerializable(typeof(ExperimentUnlisted))]
[JsonSerializable(typeof(ExperimentSpaceTaken))]
[JsonSerializable(typeof(ExperimentSpaceFreed))]
[JsonSerializable(typeof(Experiment))]
[JsonSerializable(typeof(ExperimentList))]
[JsonSerializable(typeof(ExperimentSite))]
[JsonSerializable(typeof(HoldoutSet))]
[JsonSerializable(typeof(Holdout))]
internal sealed partial class ExperimentsJson : JsonSerializerContext;
