using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Projections.Audit;

namespace Platform.Api.Audit;

/// <summary>A key to sign with, of the caller.</summary>
/// <param name="Name">For people, 1-200 characters.</param>
/// <param name="Algorithm">Ed25519 or ES256.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo in DER, base64.</param>
/// <param name="Proof">Signature by the key over the text that registers it, base64: docs/signatures.md.</param>
public sealed record RegisterKeyBody(string? Name, string? Algorithm, string? PublicKey, string? Proof);

/// <summary>Why a key is taken out of use.</summary>
/// <param name="Reason">1-200 characters.</param>
public sealed record RevokeKeyBody(string? Reason);

/// <summary>A signature of an event.</summary>
/// <param name="KeyId">The caller's key.</param>
/// <param name="Kind">version, approval or deployment.</param>
/// <param name="StreamId">Stream of the event.</param>
/// <param name="Version">The event's version in it.</param>
/// <param name="Meaning">What the signer says by it, 1-200 characters.</param>
/// <param name="Signature">Over the statement, base64.</param>
public sealed record SignBody(Guid? KeyId, string? Kind, Guid? StreamId, long? Version, string? Meaning, string? Signature);

/// <summary>A signature that may or may not be good.</summary>
/// <param name="KeyId">A registered key; or give publicKey.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo in DER, base64, registered or not; or give keyId.</param>
/// <param name="Kind">version, approval or deployment.</param>
/// <param name="StreamId">Stream of the event.</param>
/// <param name="Version">The event's version in it.</param>
/// <param name="Meaning">What the signer says by it.</param>
/// <param name="Signature">Base64.</param>
public sealed record VerifyBody(Guid? KeyId, string? PublicKey, string? Kind, Guid? StreamId, long? Version, string? Meaning, string? Signature);

/// <summary>What a key has to sign.</summary>
/// <param name="Statement">The text, to be signed in UTF-8 with its last line break.</param>
/// <param name="EventHash">Hash of the event as chained, lower hex.</param>
public sealed record StatementView(string Statement, string EventHash);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RegisterKeyBody))]
[JsonSerializable(typeof(RevokeKeyBody))]
[JsonSerializable(typeof(SignBody))]
[JsonSerializable(typeof(VerifyBody))]
[JsonSerializable(typeof(StatementView))]
[JsonSerializable(typeof(SignatureReport))]
[JsonSerializable(typeof(Page<AuditEntry>))]
[JsonSerializable(typeof(Page<SignatureDetails>))]
internal sealed partial class AuditBodies : JsonSerializerContext;
