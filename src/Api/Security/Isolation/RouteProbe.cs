using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Routing.Patterns;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors.Security;

namespace Platform.Api.Security;

/// <summary>
/// Sends requests of one tenant's admin with ids of another's through the host's own pipeline, without a network: permissions, tenants and handlers are the real ones, the token alone is left out.
/// Which routes there are is asked of the host, so a new one is tried without anybody's doing.
/// </summary>
/// <param name="endpoints">What the host routes.</param>
/// <param name="scopes">For the services of each request.</param>
/// <param name="store">Has the other tenant's streams.</param>
public sealed class RouteProbe(IEnumerable<EndpointDataSource> endpoints, IServiceScopeFactory scopes, IDocumentStore store) : IRouteProbe
{
    // A bundle has the hashes of the whole log: much work, and nothing that isn't public.
    private static readonly string[] LeftOut = ["api/ledger/bundle"];

    // A part that is away for a moment is nothing about isolation. Tries, each with a longer pause before it: a dozen seconds in all.
    private const int Tries = 8;

    private static readonly ProblemKind[] KeptOut = [ProblemKind.TenantUnknown, ProblemKind.TenantSuspended, ProblemKind.TenantClosed];

    private RequestDelegate? _pipeline;

    /// <summary>The first middleware: notes the pipeline, and is none.</summary>
    public RequestDelegate Through(RequestDelegate next) => _pipeline = next;

    public async Task<RouteProbeReport> RunAsync(string own, Canary foreign, CancellationToken cancel)
    {
        var findings = new List<IsolationFinding>();
        var before = await VersionsAsync(foreign, cancel);
        var requests = await TryAllAsync(own, foreign, findings, cancel);
        foreach (var (stream, version) in await VersionsAsync(foreign, cancel))
            if (before[stream] != version)
                findings.Add(new IsolationFinding("foreign-resource-changed", $"stream {stream}", $"It moved from version {before[stream]} to {version} under another tenant's requests."));
        return new RouteProbeReport(requests, findings);
    }

    private async Task<int> TryAllAsync(string own, Canary foreign, List<IsolationFinding> findings, CancellationToken cancel)
    {
        var requests = 0;
        foreach (var endpoint in endpoints.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(IsTried))
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            var route = $"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}";
            foreach (var path in Paths(endpoint.RoutePattern, foreign).Distinct())
            {
                requests++;
                var (status, text) = await TryAsync(own, method, path, cancel);
                if (status is StatusCodes.Status403Forbidden && KeptOut.FirstOrDefault(kind => text.Contains(kind.Type, StringComparison.Ordinal)) is { } kind)
                {
                    // Every route would answer so, whatever lies behind it.
                    findings.Add(new IsolationFinding(IsolationFinding.NotTried, $"tenant {own}", $"The tenant that tries isn't let in ({kind.Name}): whether routes keep tenants apart isn't known."));
                    return requests;
                }
                if (status is StatusCodes.Status503ServiceUnavailable)
                    findings.Add(new IsolationFinding(IsolationFinding.NotTried, route, "It answered 503 again and again: whether it keeps tenants apart isn't known."));
                else if (endpoint.RoutePattern.Parameters.Count > 0 && status is < 400 or >= 500)
                    findings.Add(new IsolationFinding("foreign-resource-answered", route, $"It answered {status} to another tenant's admin, not 404."));
                else if (status < 300 && IsTrace(text, foreign))
                    findings.Add(new IsolationFinding("foreign-resource-shown", route, "Ids of another tenant's resources stood in the answer."));
            }
        }
        return requests;
    }

    // Without ids there is nothing foreign to write to; what is the platform's own is closed to tenants' tokens, and what is public has no caller.
    private static bool IsTried(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.RawText!.Trim('/') is var route && (route.StartsWith("api/", StringComparison.Ordinal) || route.StartsWith("scim/", StringComparison.Ordinal)) && !LeftOut.Contains(route)
        && endpoint.Metadata.GetMetadata<RequiredPermission>() is { Permission: var permission } && !BuiltInRoles.PlatformWide.Contains(permission)
        && (endpoint.RoutePattern.Parameters.Any(IsOfTenant) || endpoint.RoutePattern.Parameters.Count == 0 && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0] == HttpMethods.Get);

    // The log's shards and tiles are the same for all.
    private static bool IsOfTenant(RoutePatternParameterPart part) => part.Name is "id" or "name";

    private static IEnumerable<string> Paths(RoutePattern pattern, Canary foreign) => pattern.Parameters.Count == 0
        ? [$"/{pattern.RawText!.Trim('/')}"]
        : foreign.Streams.Select(stream => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { Name: "id" } => $"{stream}",
            RoutePatternParameterPart { Name: "locale" } => "en",
            _ => foreign.TypeName,
        })))));

    private static bool IsTrace(string text, Canary foreign) => text.Contains(foreign.TypeName, StringComparison.Ordinal) || foreign.Streams.Any(stream => text.Contains($"{stream}", StringComparison.Ordinal));

    private async Task<(int Status, string Text)> TryAsync(string tenant, string method, string path, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await SendAsync(tenant, method, path, cancel);
            if (answer.Status != StatusCodes.Status503ServiceUnavailable || tries == Tries)
                return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(100 << Math.Min(tries, 5)), cancel);
        }
    }

    private async Task<(int Status, string Text)> SendAsync(string tenant, string method, string path, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancel };
        (http.Request.Method, http.Request.Scheme, http.Request.Host, http.Request.Path) = (method, "http", new HostString("localhost"), path);
        if (method != HttpMethods.Get)
            (http.Request.ContentType, http.Request.ContentLength, http.Request.Body) = ("application/json", 2, new MemoryStream("{}"u8.ToArray()));
        http.Response.Body = body;
        http.Features.Set(new Unmetered());
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new("sub", CanaryTenants.User), new("tenant", tenant), new("roles", "admin")], "probe", "sub", "roles"));
        await (_pipeline ?? throw new InvalidOperationException("The host has no pipeline yet."))(http);
        await http.Response.CompleteAsync();
        return (http.Response.StatusCode, Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length));
    }

    private async Task<Dictionary<Guid, long>> VersionsAsync(Canary foreign, CancellationToken cancel)
    {
        var versions = new Dictionary<Guid, long>();
        foreach (var stream in foreign.Streams)
            versions[stream] = (await store.QuerySession(foreign.TenantId).Events.FetchStreamStateAsync(stream, cancel))?.Version ?? 0;
        return versions;
    }
}
