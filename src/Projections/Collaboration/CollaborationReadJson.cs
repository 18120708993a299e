using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Projections.Collaboration;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookDetails))]
[JsonSerializable(typeof(WebhookDeliveryDetails))]
public sealed partial class CollaborationReadJson : JsonSerializerContext;
