using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Api.Hosting;
using Platform.Api.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using HostOptions = Platform.Api.Hosting.HostOptions;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>The host that a benchmark asks over HTTP, on the benchmark's own database, without limits of rate: what is refused isn't what is measured.</summary>
internal static class BenchHost
{
    /// <param name="database">The benchmark's.</param>
    /// <param name="tenant">Provisioned if there is none; null: none is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="roles">Of the node.</param>
    /// <param name="settings">Besides.</param>
    public static async Task<WebApplication> StartAsync(
        BenchDatabase database, string? tenant, CancellationToken cancel, NodeRoles roles = NodeRoles.All, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var app = PlatformHost.Build(new HostOptions(database.Connections, "http://127.0.0.1:0", roles, database.Directory, database.Directory), b =>
        {
            b.Logging.SetMinimumLevel(LogLevel.None);
            b.Configuration.AddInMemoryCollection([
                new("RateLimits:Read:PerSecond", "1000000"), new("RateLimits:Write:PerSecond", "1000000"), new("RateLimits:Expensive:PerSecond", "1000000"),
                new("RateLimits:Anonymous:PerSecond", "1000000"), new("RateLimits:Tenant:PerSecond", "1000000"), new("Isolation:ProbeMinutes", "0"), .. settings]);
        });
        await PlatformHost.StartAsync(app, demoTenant: tenant, cancel);
        return app;
    }

    /// <summary>Asks as an administrator of a tenant.</summary>
    public static HttpClient Client(WebApplication app, string tenant)
    {
        var token = app.Services.GetRequiredService<DevelopmentIssuer>().Issue("bench", tenant, ["admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
        return new HttpClient { BaseAddress = new Uri(app.Urls.First()), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    /// <summary>Asks as a site's pages do in a browser: at its host, without a token.</summary>
    public static HttpClient Browser(WebApplication app, string host)
    {
        var page = new HttpClient { BaseAddress = new Uri(app.Urls.First()), DefaultRequestHeaders = { Host = host } };
        page.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        return page;
    }

    /// <summary>The host is a site's, as if it had been verified, and the node knows it.</summary>
    public static async Task ClaimAsync(WebApplication app, string host, string tenant, Guid siteId, CancellationToken cancel)
    {
        var session = app.Services.GetRequiredService<DocumentStore>().LightweightSession(new SessionOptions(DocumentStore.PlatformTenant, "bench"));
        session.Events.Append(DomainClaim.IdOf(host), new DomainClaimed(host, tenant, siteId, DateTimeOffset.UtcNow));
        await session.SaveChangesAsync(cancel);
        while (await app.Services.GetRequiredService<SiteHosts>().FindAsync(host, cancel) is null)
            await Task.Delay(50, cancel);
    }

    /// <summary>Sends a command, and gives its receipt.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message has the problem.</exception>
    public static async Task<JsonElement> DoAsync(HttpClient client, string path, object body, CancellationToken cancel)
    {
        using var answer = await client.PostAsJsonAsync(path, body, cancel);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)
            : throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync(cancel)}");
    }

    /// <summary>Starts a stream, and gives its id.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message has the problem.</exception>
    public static async Task<Guid> MakeAsync(HttpClient client, string path, object body, CancellationToken cancel) => (await DoAsync(client, path, body, cancel)).GetProperty("streamId").GetGuid();
}
