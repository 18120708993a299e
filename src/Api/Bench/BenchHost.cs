using System.Net.Http.Headers;
using Platform.Api.Hosting;
using Platform.Api.Identity;
using HostOptions = Platform.Api.Hosting.HostOptions;

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
}
