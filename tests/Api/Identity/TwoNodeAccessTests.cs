using System.Diagnostics;

namespace Platform.Api.Tests.Identity;

/// <summary>A second host on the same database, which only answers requests: what is decided on the first counts there too.</summary>
public sealed class TwoNodeAccessTests(SharedApp shared) : PeopleOverHttp(shared), IAsyncLifetime
{
    private SecondNode? _second;

    public async ValueTask InitializeAsync() => _second = await SecondNode.StartAsync(App);

    public async ValueTask DisposeAsync()
    {
        await _second!.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_revoked_on_one_node_is_refused_on_the_other()
    {
        var user = await RegisterAsync("ann");
        var grant = await GrantAsync(user, "editor");
        var there = _second!.Client(Tenant, "ann");
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
