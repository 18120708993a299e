using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Platform.Api.Identity;

/// <summary>What there is to say of a resource itself (RFC 7643, section 3.1).</summary>
/// <param name="ResourceType">User or Group.</param>
/// <param name="Created">When it was made.</param>
/// <param name="LastModified">When it was last changed; of a group: renamed, or joined.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Version">Weak ETag; what If-Match takes.</param>
public sealed record ScimMeta(string ResourceType, DateTimeOffset Created, DateTimeOffset LastModified, string Location, string Version);

/// <summary>What a user is called, in parts.</summary>
/// <param name="Formatted">In one.</param>
/// <param name="FamilyName">Their family's.</param>
/// <param name="GivenName">The one that they were given.</param>
public sealed record ScimName(string? Formatted, string? FamilyName, string? GivenName);

/// <summary>Where a user is reached: one address is kept, the primary one, or else that of type work, or else the first.</summary>
/// <param name="Value">The address.</param>
/// <param name="Type">work.</param>
/// <param name="Primary">Always true.</param>
public sealed record ScimEmail(string Value, string Type = "work", bool Primary = true);

/// <summary>A group that a user is in, or a user who is in a group.</summary>
/// <param name="Value">The id.</param>
/// <param name="Ref">Where it is.</param>
/// <param name="Type">User, of a member.</param>
/// <param name="Display">What the group is called.</param>
public sealed record ScimReference(string Value, [property: JsonPropertyName("$ref")] string? Ref, string? Type, string? Display);

/// <summary>A user, as RFC 7643 has them in section 4.1. Attributes that aren't here are passed over where the RFC has them; the user name, names and the address are kept sealed.</summary>
/// <param name="Schemas">Of the user.</param>
/// <param name="Id">The platform's.</param>
/// <param name="ExternalId">The directory's.</param>
/// <param name="UserName">Unique in the tenant; letter case doesn't count.</param>
/// <param name="Name">In parts.</param>
/// <param name="DisplayName">What they are called; absent in a request: by their names, or else by the user name.</param>
/// <param name="Emails">At most one is kept.</param>
/// <param name="Active">False: they are suspended, and may nothing.</param>
/// <param name="Groups">Those that they are in; changed by the groups.</param>
/// <param name="Meta">About the resource.</param>
public sealed record ScimUser(
    IReadOnlyList<string> Schemas, string Id, string? ExternalId, string UserName, ScimName? Name, string? DisplayName, IReadOnlyList<ScimEmail>? Emails, bool Active, IReadOnlyList<ScimReference>? Groups, ScimMeta? Meta);

/// <summary>A group, as RFC 7643 has it in section 4.2.</summary>
/// <param name="Schemas">Of the group.</param>
/// <param name="Id">The platform's: what grants name.</param>
/// <param name="ExternalId">The directory's.</param>
/// <param name="DisplayName">What it's called.</param>
/// <param name="Members">Users, at most 1,000 in a request.</param>
/// <param name="Meta">About the resource.</param>
public sealed record ScimGroup(IReadOnlyList<string> Schemas, string Id, string? ExternalId, string DisplayName, IReadOnlyList<ScimReference>? Members, ScimMeta? Meta);

/// <summary>A page of resources (RFC 7644, section 3.4.2).</summary>
/// <param name="Schemas">Of the list.</param>
/// <param name="TotalResults">How many there are in all.</param>
/// <param name="StartIndex">Number of the first, from 1.</param>
/// <param name="ItemsPerPage">How many are here.</param>
/// <param name="Resources">They themselves.</param>
public sealed record ScimList<T>(IReadOnlyList<string> Schemas, long TotalResults, long StartIndex, int ItemsPerPage, [property: JsonPropertyName("Resources")] IReadOnlyList<T> Resources);

/// <summary>Changes, one after the other: all of them, or none (RFC 7644, section 3.5.2).</summary>
/// <param name="Schemas">Of the request.</param>
/// <param name="Operations">At most 100.</param>
public sealed record ScimPatchBody(IReadOnlyList<string> Schemas, [property: JsonPropertyName("Operations")] IReadOnlyList<ScimOperation> Operations);

/// <summary>One change.</summary>
/// <param name="Op">add, replace or remove; letter case doesn't count.</param>
/// <param name="Path">The attribute; absent: the value names attributes itself.</param>
/// <param name="Value">What it becomes.</param>
public sealed record ScimOperation(string Op, string? Path, JsonElement? Value);

/// <summary>Why a request is refused.</summary>
/// <param name="Schemas">Of the error.</param>
/// <param name="Status">HTTP status, as a text.</param>
/// <param name="ScimType">As RFC 7644 names it; absent: it has no name for it.</param>
/// <param name="Detail">For people: the attribute, and the rule.</param>
public sealed record ScimErrorBody(IReadOnlyList<string> Schemas, string Status, string? ScimType, string? Detail);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScimUser))]
[JsonSerializable(typeof(ScimGroup))]
[JsonSerializable(typeof(ScimList<ScimUser>))]
[JsonSerializable(typeof(ScimList<ScimGroup>))]
[JsonSerializable(typeof(ScimErrorBody))]
[JsonSerializable(typeof(ScimPatchBody))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ScimJson : JsonSerializerContext;
