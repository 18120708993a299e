using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Projections.Sites;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SiteDetails))]
[JsonSerializable(typeof(TenantEntry))]
[JsonSerializable(typeof(ConfigurationEntries))]
[JsonSerializable(typeof(ConfigurationPart))]
[JsonSerializable(typeof(TenantLimits))]
[JsonSerializable(typeof(DayUse))]
public sealed partial class SitesReadJson : JsonSerializerContext;
