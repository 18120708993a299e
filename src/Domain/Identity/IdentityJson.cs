using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Identity;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoleDefined))]
[JsonSerializable(typeof(RolePermissionsChanged))]
[JsonSerializable(typeof(Role))]
public sealed partial class IdentityJson : JsonSerializerContext;
