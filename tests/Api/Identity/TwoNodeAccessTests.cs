using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Platform.Api.Hosting;

namespace Platform.Api.Tests.Identity;

/// <summary>A second host on the same database, which only answers requests: what is decided on the first counts there too.</summary>
public sealed class TwoNodeAccessTests(SharedApp shared) : PeopleOverHttp(shared), IAsyncLifetime
{
    private WebApplication? _second;

    public async ValueTask InitializeAsync()
    {
        _second = PlatformHost.Build(
            new HostOptions(App.Database.Connections, "http://127.0.0.1:0", NodeRoles.Api, App.DataDirectory, App.DataDirectory), builder => builder.Logging.SetMinimumLevel(LogLevel.None));
        await PlatformHost.StartAsync(_second, null);
    }

    public async ValueTask DisposeAsync()
    {
        await _second!.StopAsync();
        await _second.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_revoked_on_one_node_is_refused_on_the_other()
    {
        var user = await RegisterAsync("ann");
        var grant = await GrantAsync(user, "editor");
        using var there = new HttpClient { BaseAddress = new Uri(_second!.Urls.First()) };
        there.DefaultRequestHeaders.Authorization = new("Bearer", App.Issuer.Issue("ann", Tenant, [], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        await UntilAsync(() => there.AskAsync("/api/content"), 200);

        (await Admin.PostAsync($"/api/grants/{grant}/revoke")).ShouldBe(200);
        var since = Stopwatch.StartNew();
        await UntilAsync(() => there.AskAsync("/api/content"), 403);
        TestContext.Current.TestOutputHelper?.WriteLine($"Refused on the other node {since.ElapsedMilliseconds} ms after the revocation was answered.");

        await GrantAsync(user, "editor");
        await UntilAsync(() => there.AskAsync("/api/content"), 200);
        (await Admin.PostAsync($"/api/users/{user}/suspend")).ShouldBe(200);
        await UntilAsync(() => there.AskAsync("/api/me"), 403);
    }
}
