using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Http;
using Platform.Tests;

namespace Platform.Api.Tests.Http;

/// <summary>An operation as the OpenAPI document describes it.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">With place holders.</param>
/// <param name="Json">What the document says of it.</param>
internal sealed partial record Operation(string Method, string Path, JsonElement Json)
{
    public string Id => Text("operationId")!;

    public IReadOnlyList<string> Statuses => [.. Json.GetProperty("responses").EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal)];

    public IReadOnlyList<JsonElement> Parameters => Json.TryGetProperty("parameters", out var all) ? [.. all.EnumerateArray()] : [];

    public IReadOnlyList<string> PlaceHolders => [.. PlaceHolder().Matches(Path).Select(m => m.Groups[1].Value)];

    // A form asks for a token, by OAuth's own rules.
    public bool IsCommand => Method != "GET" && !(Json.TryGetProperty("requestBody", out var body) && body.GetProperty("content").TryGetProperty("application/x-www-form-urlencoded", out _));

    // Of what each tenant has one of no id is named, nor of metrics, which name themselves.
    public bool Starts => Method == "POST" && PlaceHolders.Count == 0 && Path.Split('/')[2] is not ("tenant" or "platform" or "me") && Path != "/api/analytics/metrics";

    /// <summary>Whether it needs no token.</summary>
    public bool IsPublic => !Json.TryGetProperty("security", out _);

    /// <summary>As its description names it; null where any caller may.</summary>
    public string? Permission => NeededPermission().Match(Text("description")!) is { Success: true } match ? match.Groups[1].Value : null;

    public string? Text(string member) => Json.TryGetProperty(member, out var text) ? text.GetString() : null;

    public IReadOnlyList<string> ParameterNames(string place) =>
        [.. Parameters.Where(p => p.GetProperty("in").GetString() == place).Select(p => p.GetProperty("name").GetString()!)];

    /// <summary>The path with an id in it, of nothing unless one is given.</summary>
    public string Url(Guid? id = null) => PlaceHolder().Replace(Path, m => m.Groups[1].Value == "id" ? (id ?? Guid.CreateVersion7()).ToString() : "article");

    public static async Task<IReadOnlyList<Operation>> AllAsync(HttpClient client) =>
    [
        .. (await client.AskAsync("/swagger/v1/swagger.json")).ShouldBe(200).Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => new Operation(o.Name.ToUpperInvariant(), path.Name, o.Value))),
    ];

    /// <summary>What the host routes under <c>/api</c>, with the permission that it really asks for.</summary>
    public static IReadOnlyList<(string Method, string Path, string? Permission)> Endpoints(PlatformApp app) =>
    [
        .. app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => (
                method, Constraint().Replace("/" + e.RoutePattern.RawText!.Trim('/'), ""), e.Metadata.GetMetadata<RequiredPermission>()?.Permission))),
    ];

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PlaceHolder();

    [GeneratedRegex(@"(?<=\{)\*\*|:\w+(?=\})")]
    private static partial Regex Constraint();

    [GeneratedRegex("Needs the permission `([a-z.-]+)`")]
    private static partial Regex NeededPermission();
}
