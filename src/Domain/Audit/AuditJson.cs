using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Audit;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AttemptDenied))]
[JsonSerializable(typeof(SigningKeyRegistered))]
[JsonSerializable(typeof(SigningKeyRevoked))]
[JsonSerializable(typeof(SignatureGiven))]
[JsonSerializable(typeof(SigningKey))]
[JsonSerializable(typeof(Signature))]
[JsonSerializable(typeof(KeyRegistered))]
[JsonSerializable(typeof(KeyRotated))]
[JsonSerializable(typeof(LogReopened))]
[JsonSerializable(typeof(LedgerKeys))]
[JsonSerializable(typeof(PublicVerificationAllowed))]
[JsonSerializable(typeof(PublicVerificationWithdrawn))]
[JsonSerializable(typeof(PublicVerification))]
public sealed partial class AuditJson : JsonSerializerContext;
