using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Security;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubjectRegistered))]
[JsonSerializable(typeof(SubjectRectified))]
[JsonSerializable(typeof(ErasureRequested))]
[JsonSerializable(typeof(ErasureApproved))]
[JsonSerializable(typeof(ErasureRefused))]
[JsonSerializable(typeof(ErasureCompleted))]
[JsonSerializable(typeof(PurposeDefined))]
[JsonSerializable(typeof(ConsentGiven))]
[JsonSerializable(typeof(ConsentWithdrawn))]
[JsonSerializable(typeof(SubjectRestricted))]
[JsonSerializable(typeof(RestrictionLifted))]
[JsonSerializable(typeof(SubjectObjected))]
[JsonSerializable(typeof(ObjectionWithdrawn))]
[JsonSerializable(typeof(ObjectionOverridden))]
[JsonSerializable(typeof(SubjectDataProvided))]
[JsonSerializable(typeof(PrivacyPolicySet))]
[JsonSerializable(typeof(IsolationProbeRequested))]
[JsonSerializable(typeof(IsolationBreached))]
[JsonSerializable(typeof(IsolationProbed))]
[JsonSerializable(typeof(IsolationProbe))]
[JsonSerializable(typeof(KeyEncryptionRotated))]
[JsonSerializable(typeof(SubjectKeysRewrapped))]
[JsonSerializable(typeof(SubjectKeyEncryption))]
[JsonSerializable(typeof(DataSubject))]
[JsonSerializable(typeof(Purpose))]
[JsonSerializable(typeof(PrivacyPolicy))]
public sealed partial class SecurityJson : JsonSerializerContext;
