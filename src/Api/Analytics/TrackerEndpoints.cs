using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using Platform.Api.Http;
using Platform.Api.Identity;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Api.Analytics;

/// <summary>The tracker's script, and what stands in pages to load it.</summary>
/// <param name="Snippet">For pages that are written once: always the newest script.</param>
/// <param name="Url">Of the newest script, asked for again every hour.</param>
/// <param name="PinnedUrl">Of this script, kept by browsers for good.</param>
/// <param name="Integrity">For pages that are written anew with each version: with PinnedUrl the attribute of that name.</param>
/// <param name="Bytes">As it is.</param>
/// <param name="BrotliBytes">Packed by brotli.</param>
/// <param name="GzipBytes">Packed by gzip.</param>
public sealed record TrackerBody(string Snippet, string Url, string PinnedUrl, string Integrity, int Bytes, int BrotliBytes, int GzipBytes);

/// <summary>
/// The tracker as browsers load it, without a token, at any host. <c>/tracker.js</c> is asked for again every hour; a path with the fingerprint says the same for good, and one with another fingerprint,
/// as pages of before an upgrade have it, leads to what is served now: measured by another version is better than not at all.
/// </summary>
public static partial class TrackerEndpoints
{
    private const string Path = "/tracker.js", Kept = "public, max-age=31536000, immutable", Refreshed = "public, max-age=3600";

    public static void MapTrackerScript(this IEndpointRouteBuilder app)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        app.MapMethods(Path, methods, (HttpContext http) => Serve(http, Refreshed)).WithMetadata(new PublicEndpoint()).ExcludeFromDescription();
        app.MapMethods("/tracker.{fingerprint}.js", methods, (HttpContext http, string fingerprint) => Pinned(http, fingerprint)).WithMetadata(new PublicEndpoint()).ExcludeFromDescription();
    }

    public static void MapTracker(this RouteGroupBuilder api) =>
        api.MapGet("/analytics/tracker", GetAsync).WithTags("Analytics").Requires(Permission.AnalyticsRead).Answers<TrackerBody>()
            .Describe("GetTracker", "The script for pages", "What to put into pages, where the script is, its integrity value, and how large it is. The same for all sites: which one a page is of is said by its host.");

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, SignInOptions options)
    {
        Reading.Index(http, await store.QuerySession(Caller.Of(http).TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var origin = options.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return Results.Json(
            new TrackerBody($"<script defer src=\"{origin}{Path}\"></script>", origin + Path, $"{origin}/tracker.{Tracker.Fingerprint}.js", Tracker.Integrity, Tracker.Script.Length, Tracker.Brotli.Length, Tracker.Gzip.Length),
            AnalyticsBodies.Default.TrackerBody);
    }

    private static IResult Pinned(HttpContext http, string fingerprint)
    {
        if (fingerprint == Tracker.Fingerprint)
            return Serve(http, Kept);
        AllowPages(http);
        http.Response.Headers.CacheControl = "no-store";
        // Not to the newest fingerprint: during an upgrade two nodes would send a browser to and fro.
        return Hash().IsMatch(fingerprint) ? Results.Redirect(Path) : new Problem(ProblemKind.NotFound, "There is no such script.");
    }

    private static IResult Serve(HttpContext http, string caching)
    {
        AllowPages(http);
        var headers = http.Response.Headers;
        headers.CacheControl = caching;
        headers.Vary = HeaderNames.AcceptEncoding;
        // Weak: packed or not it's the same script.
        headers.ETag = $"W/\"{Tracker.Fingerprint}\"";
        if (Reading.Has(http, $"\"{Tracker.Fingerprint}\""))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        var (encoding, bytes) = Accepts(http, "br") ? ("br", Tracker.Brotli) : Accepts(http, "gzip") ? ("gzip", Tracker.Gzip) : (null, Tracker.Script);
        headers.ContentEncoding = encoding;
        return Results.Bytes(bytes, "text/javascript; charset=utf-8");
    }

    // Pages of sites are on other hosts than this, and look at the integrity of what they load.
    private static void AllowPages(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.XContentTypeOptions = "nosniff";
    }

    private static bool Accepts(HttpContext http, string encoding) =>
        http.Request.GetTypedHeaders().AcceptEncoding.Any(one => one.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);

    [GeneratedRegex(@"^[0-9a-f]{32}\z")]
    private static partial Regex Hash();
}
