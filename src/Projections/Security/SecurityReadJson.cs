using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Projections.Security;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubjectDetails))]
[JsonSerializable(typeof(IsolationProbeDetails))]
[JsonSerializable(typeof(PrivacyPolicyDetails))]
[JsonSerializable(typeof(PurposeDetails))]
public sealed partial class SecurityReadJson : JsonSerializerContext;
