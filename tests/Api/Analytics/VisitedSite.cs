using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Platform.Api.Tests.Analytics;

/// <summary>
/// A site's own server: pages under a policy that lets nothing inline run, and the tracker at the site's host, handed on to the platform. It notes what browsers send, and refuses on demand.
/// </summary>
internal sealed class VisitedSite : IAsyncDisposable
{
    private const string Page = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Page</title><script defer src="SCRIPT"></script><script defer src="/page.js"></script></head>
        <body><h1>First light</h1><p id="shift"></p><button id="slow">Slow</button><a id="next" href="/next">Next</a><div id="tall"></div></body></html>
        """;

    // What pages do: three screens high, something that moves late, and a button that takes its time.
    private const string PageScript = """
        document.getElementById('tall').style.height = 3 * innerHeight + 'px';
        if (location.pathname !== '/still') setTimeout(() => document.getElementById('shift').style.height = '200px', 300);
        document.getElementById('slow').onclick = () => { for (const end = performance.now() + 60; performance.now() < end;); };
        """;

    private readonly WebApplication _server;
    private readonly HttpClient _platform;
    private readonly string _host;
    private readonly ConcurrentQueue<int> _refusals = new();
    private readonly ConcurrentQueue<Request> _sent = new();

    private VisitedSite(WebApplication server, Uri platform, string host) =>
        (_server, _host, _platform) = (server, host, new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = platform });

    /// <summary>A request of the tracker.</summary>
    internal sealed record Request(byte[] Body)
    {
        /// <summary>How it was answered; 0: it isn't yet.</summary>
        public int Status { get; set; }
    }

    /// <summary>What pages load the tracker from.</summary>
    public string Script { get; set; } = "/tracker.js";

    /// <summary>What browsers sent.</summary>
    public IReadOnlyList<Request> Sent => [.. _sent];

    /// <summary>The events in all of it, in order, as often as they were sent.</summary>
    public IReadOnlyList<JsonElement> Events => [.. Sent.SelectMany(request => JsonElement.Parse(request.Body).EnumerateArray())];

    public static async Task<VisitedSite> StartAsync(Uri platform, string host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var site = new VisitedSite(server, platform, host);
        server.Run(site.AnswerAsync);
        await server.StartAsync();
        return site;
    }

    /// <summary>Of a page, by the site's name.</summary>
    public string Url(string path) => $"http://{_host}:{new Uri(_server.Urls.First()).Port}{path}";

    /// <summary>The next requests of the tracker are answered so, one each.</summary>
    public void Refuse(params int[] statuses)
    {
        foreach (var status in statuses)
            _refusals.Enqueue(status);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _platform.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case "/api/track":
                await TrackAsync(http);
                break;
            case "/tracker.js":
                http.Response.ContentType = "text/javascript";
                await http.Response.WriteAsync(await _platform.GetStringAsync("/tracker.js"));
                break;
            case "/page.js":
                http.Response.ContentType = "text/javascript";
                await http.Response.WriteAsync(PageScript);
                break;
            case "/favicon.ico":
                http.Response.StatusCode = 404;
                break;
            default:
                http.Response.ContentType = "text/html; charset=utf-8";
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self' http://platform.example:*; connect-src 'self' http://platform.example:*; style-src 'unsafe-inline'";
                await http.Response.WriteAsync(Page.Replace("SCRIPT", Script));
                break;
        }
    }

    private async Task TrackAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var sent = new Request(body.ToArray());
        _sent.Enqueue(sent);
        if (_refusals.TryDequeue(out var status))
        {
            http.Response.StatusCode = sent.Status = status;
            return;
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/track") { Content = new ByteArrayContent(sent.Body) };
        request.Headers.Host = http.Request.Host.Host;
        foreach (var name in new[] { "User-Agent", "DNT", "Sec-GPC" })
            if (http.Request.Headers[name].ToString() is { Length: > 0 } value)
                request.Headers.TryAddWithoutValidation(name, value);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        using var answer = await _platform.SendAsync(request);
        http.Response.StatusCode = sent.Status = (int)answer.StatusCode;
        await http.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
    }
}
