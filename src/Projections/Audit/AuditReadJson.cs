using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Projections.Audit;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(SigningKeyDetails))]
[JsonSerializable(typeof(SignatureDetails))]
public sealed partial class AuditReadJson : JsonSerializerContext;
