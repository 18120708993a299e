using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;

namespace Platform.Api.Sites;

/// <summary>Everything that can be edited of a site.</summary>
/// <param name="Name">1-200 characters.</param>
/// <param name="Domain">A host name, unique in the tenant.</param>
/// <param name="ParentId">The site above; null or absent: none.</param>
/// <param name="Settings">Any JSON object up to 64 KiB.</param>
public sealed record SiteBody(string? Name, string? Domain, Guid? ParentId, Fields? Settings);

/// <summary>A new tenant.</summary>
/// <param name="Name">1-200 characters.</param>
public sealed record ProvisionTenantBody(string? Name);

/// <summary>What a tenant is called.</summary>
/// <param name="Name">1-200 characters.</param>
public sealed record RenameTenantBody(string? Name);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SiteBody))]
[JsonSerializable(typeof(ProvisionTenantBody))]
[JsonSerializable(typeof(RenameTenantBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(EmptyBody))]
internal sealed partial class SiteBodies : JsonSerializerContext;
