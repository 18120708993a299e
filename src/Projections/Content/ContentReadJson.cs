using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain.Content;

namespace Platform.Projections.Content;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ItemDetails))]
[JsonSerializable(typeof(PoolItem))]
[JsonSerializable(typeof(ContentTypeDetails))]
[JsonSerializable(typeof(ResolvedItem))]
[JsonSerializable(typeof(SlugTarget))]
[JsonSerializable(typeof(ReleaseDetails))]
public sealed partial class ContentReadJson : JsonSerializerContext;
