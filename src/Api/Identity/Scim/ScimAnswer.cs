using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Platform.Api.Http;
using Platform.Processors;

namespace Platform.Api.Identity;

/// <summary>Requests and answers as all of SCIM has them: media type, attributes asked for, paging, tags.</summary>
internal static class ScimAnswer
{
    public const string MediaType = "application/scim+json", ListSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse", UserSchema = "urn:ietf:params:scim:schemas:core:2.0:User",
        GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";

    public const int MostPerPage = 200;

    private const int DefaultPerPage = 100, LongestNames = 2_000;

    // What is always there, whatever is asked for (RFC 7643, section 7: returned always).
    private static readonly string[] Always = ["schemas", "id"];

    /// <summary>Where a resource is.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">From <c>/scim/v2</c> on, such as <c>Users/ID</c>.</param>
    public static string Location(HttpContext http, string path) =>
        $"{http.RequestServices.GetRequiredService<SignInOptions>().PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}"}{http.Request.PathBase}/scim/v2/{path}";

    /// <summary>A resource, with what is asked for of it.</summary>
    public static IResult Resource<T>(HttpContext http, T resource, ScimMeta meta, JsonTypeInfo<T> json, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ETag = meta.Version;
        if (status == StatusCodes.Status201Created)
            http.Response.Headers.Location = meta.Location;
        return Json(Selected(http, resource, json), status);
    }

    /// <summary>A page of resources.</summary>
    public static IResult List<T>(HttpContext http, IEnumerable<T> resources, JsonTypeInfo<T> json, long all, long start)
    {
        var shown = new JsonArray([.. resources.Select(resource => Selected(http, resource, json))]);
        return Json(new JsonObject { ["schemas"] = new JsonArray(ListSchema), ["totalResults"] = all, ["startIndex"] = start, ["itemsPerPage"] = shown.Count, ["Resources"] = shown });
    }

    public static IResult Json(JsonNode node, int status = StatusCodes.Status200OK) => Results.Text(node.ToJsonString(), MediaType, statusCode: status);

    /// <summary>Number of the first, from 1; and how many at most, 0 to 200. What is beyond is taken for the nearest (RFC 7644, section 3.4.2.4).</summary>
    public static (long Start, int Count) Paging(HttpContext http) =>
        (Math.Max(1, Number(http, "startIndex") ?? 1), (int)Math.Clamp(Number(http, "count") ?? DefaultPerPage, 0, MostPerPage));

    /// <summary>The states that a change is for, by If-Match; null: any.</summary>
    public static IReadOnlyCollection<string>? ExpectedTags(HttpContext http)
    {
        var tags = http.Request.Headers.IfMatch.SelectMany(header => (header ?? "").Split(',')).Select(tag => tag.Trim()).Where(tag => tag.Length > 0).ToList();
        return tags.Count == 0 || tags.Contains("*") ? null : [.. tags.Select(tag => (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"'))];
    }

    /// <summary>Whether an attribute is to be in the answer.</summary>
    public static bool IsAsked(HttpContext http, string attribute) =>
        Names(http, "attributes") is { Count: > 0 } asked ? asked.Any(name => name.Attribute == attribute) : !Names(http, "excludedAttributes").Any(name => name == (attribute, null));

    /// <summary>Runs a command of SCIM's.</summary>
    public static async Task<Receipt> RunAsync<TCommand>(HttpContext http, byte[] body, Guid id, TCommand command, Handle<TCommand> handle) where TCommand : notnull
    {
        var arrival = Arrivals.Of(http, body, isVersioned: false);
        var result = await http.RequestServices.GetRequiredService<CommandRunner>().RunAsync(arrival, StatusCodes.Status200OK, (session, cancel) => handle(command, session, cancel), http.RequestAborted);
        return result switch
        {
            CommandResult.Accepted accepted => accepted.Receipt,
            CommandResult.Stale => throw new ProblemException(new Problem(ProblemKind.Stale, "If-Match: the resource has moved on; read it again.")),
            _ => throw new ProblemException(await CommandEndpoints.RefusalAsync(http, result, id, null, command)),
        };
    }

    private static JsonObject Selected<T>(HttpContext http, T resource, JsonTypeInfo<T> json)
    {
        var node = JsonSerializer.SerializeToNode(resource, json)!.AsObject();
        var (asked, excluded) = (Names(http, "attributes"), Names(http, "excludedAttributes"));
        foreach (var (name, value) in node.ToList())
        {
            if (Always.Contains(name))
                continue;
            var attribute = name.ToLowerInvariant();
            var parts = (asked.Count > 0 ? asked : excluded).Where(one => one.Attribute == attribute).ToList();
            if (asked.Count > 0 ? parts.Count == 0 : parts.Any(part => part.Part is null))
                node.Remove(name);
            else if (parts.Count > 0 && !parts.Any(part => part.Part is null))
                Keep(value, part => parts.Any(one => one.Part == part) == asked.Count > 0);
        }
        return node;
    }

    private static void Keep(JsonNode? value, Func<string, bool> keeps)
    {
        foreach (var part in value is JsonArray array ? array.OfType<JsonObject>() : value is JsonObject one ? [one] : [])
            foreach (var name in part.Select(member => member.Key).Where(name => !keeps(name.ToLowerInvariant())).ToList())
                part.Remove(name);
    }

    // In lower case, without the schema before it.
    private static IReadOnlyList<(string Attribute, string? Part)> Names(HttpContext http, string parameter)
    {
        var text = http.Request.Query[parameter].ToString();
        if (text.Length > LongestNames)
            throw ScimError.Value(parameter, $"At most {LongestNames} characters.");
        return [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => ScimPath.Short(name).ToLowerInvariant().Split('.', 2)).Select(parts => (parts[0], parts.ElementAtOrDefault(1)))];
    }

    private static long? Number(HttpContext http, string name) => http.Request.Query[name].ToString() is not { Length: > 0 } text ? null
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw ScimError.Value(name, "A whole number.");
}
