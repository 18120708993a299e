using System.Text.Json.Nodes;
using Platform.Api.Http;

namespace Platform.Api.Identity;

/// <summary>What of SCIM there is here (RFC 7643, sections 5 to 7; RFC 7644, section 4).</summary>
internal static class ScimDiscovery
{
    private const string Configuration = """
        {
          "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
          "patch": {"supported": true}, "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0}, "filter": {"supported": true, "maxResults": 200},
          "changePassword": {"supported": false}, "sort": {"supported": false}, "etag": {"supported": true},
          "authenticationSchemes": [{"type": "oauthbearertoken", "name": "Bearer token", "description": "A client's key, or a token got for it by OAuth 2.0 client credentials.", "specUri": "https://www.rfc-editor.org/info/rfc6750", "primary": true}]
        }
        """;

    private static readonly (string Name, string Path, string Schema, string Description)[] Types =
        [("User", "/Users", ScimAnswer.UserSchema, "A user of the tenant"), ("Group", "/Groups", ScimAnswer.GroupSchema, "Users who have roles together")];

    public static void MapScimDiscovery(this RouteGroupBuilder scim)
    {
        scim.MapGet("/ServiceProviderConfig", (Delegate)GetConfiguration).Discovers("GetScimConfiguration", "What of SCIM is supported");
        scim.MapGet("/ResourceTypes", (Delegate)ListTypes).Discovers("ListScimResourceTypes", "Kinds of resources");
        scim.MapGet("/ResourceTypes/{name}", FindType).Discovers("GetScimResourceType", "A kind of resource");
        scim.MapGet("/Schemas", (Delegate)ListSchemas).Discovers("ListScimSchemas", "Attributes that are kept");
        scim.MapGet("/Schemas/{name}", FindSchema).Discovers("GetScimSchema", "Attributes of a kind of resource");
    }

    private static IResult GetConfiguration(HttpContext http) => ScimAnswer.Json(Of(http, Configuration, "ServiceProviderConfig", "ServiceProviderConfig"));

    private static IResult ListTypes(HttpContext http) => List(Types.Select(type => TypeOf(http, type)));

    private static IResult FindType(HttpContext http, string name) => One(Types.Where(type => type.Name == name).Select(type => TypeOf(http, type)));

    private static IResult ListSchemas(HttpContext http) => List(ScimSchemas.All.Select(schema => Of(http, schema.Json, "Schema", $"Schemas/{schema.Id}")));

    private static IResult FindSchema(HttpContext http, string name) =>
        One(ScimSchemas.All.Where(schema => schema.Id == name).Select(schema => Of(http, schema.Json, "Schema", $"Schemas/{schema.Id}")));

    private static RouteHandlerBuilder Discovers(this RouteHandlerBuilder endpoint, string operationId, string summary) => endpoint
        .WithMetadata(new AnyCaller()).WithTags("Discovery").Produces<JsonObject>(StatusCodes.Status200OK, ScimAnswer.MediaType)
        .Refuses(StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable)
        .Describe(operationId, summary, "Any valid token or key.");

    private static JsonObject TypeOf(HttpContext http, (string Name, string Path, string Schema, string Description) type) => Of(
        http, $$"""{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": "{{type.Name}}", "name": "{{type.Name}}", "endpoint": "{{type.Path}}", "description": "{{type.Description}}.", "schema": "{{type.Schema}}"}""",
        "ResourceType", $"ResourceTypes/{type.Name}");

    private static JsonObject Of(HttpContext http, string json, string resourceType, string path)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        node["meta"] = new JsonObject { ["resourceType"] = resourceType, ["location"] = ScimAnswer.Location(http, path) };
        return node;
    }

    private static IResult One(IEnumerable<JsonObject> found) => found.FirstOrDefault() is { } one ? ScimAnswer.Json(one) : new Problem(ProblemKind.NotFound);

    private static IResult List(IEnumerable<JsonObject> all)
    {
        var resources = new JsonArray([.. all]);
        return ScimAnswer.Json(new JsonObject { ["schemas"] = new JsonArray(ScimAnswer.ListSchema), ["totalResults"] = resources.Count, ["startIndex"] = 1, ["itemsPerPage"] = resources.Count, ["Resources"] = resources });
    }
}
