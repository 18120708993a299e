using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Identity;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoleDefined))]
[JsonSerializable(typeof(RolePermissionsChanged))]
[JsonSerializable(typeof(Role))]
public sealed partial class IdentityJson : JsonSerializerContext;
