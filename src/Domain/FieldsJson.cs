using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(Fields))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement[]))]
internal sealed partial class FieldsJson : JsonSerializerContext;
