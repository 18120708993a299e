using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Audit;

/// <summary>How the events and states of the ledger itself are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRegistered))]
[JsonSerializable(typeof(KeyRotated))]
[JsonSerializable(typeof(LogReopened))]
[JsonSerializable(typeof(LedgerKeys))]
[JsonSerializable(typeof(PublicVerificationAllowed))]
[JsonSerializable(typeof(PublicVerificationWithdrawn))]
[JsonSerializable(typeof(PublicVerification))]
public sealed partial class LedgerKeysJson : JsonSerializerContext;
