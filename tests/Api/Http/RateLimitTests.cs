using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Http;
using Platform.Processors.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Http;

/// <summary>A host of its own that allows little.</summary>
public sealed partial class RateLimitTests : IAsyncLifetime
{
    private readonly List<HttpClient> _clients = [];
    private PlatformApp? _app;

    private PlatformApp App => _app!;

    public async ValueTask InitializeAsync() => _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?>
    {
        // So slow that nothing comes back while a test runs.
        ["RateLimits:Write:PerSecond"] = "0.001",
        ["RateLimits:Write:Burst"] = "3",
        ["RateLimits:Expensive:PerSecond"] = "0.001",
        ["RateLimits:Expensive:Burst"] = "2",
        ["RateLimits:Anonymous:PerSecond"] = "0.001",
        ["RateLimits:Anonymous:Burst"] = "5",
    });

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_client_is_refused_what_is_too_much_and_told_when_to_come_again_and_others_are_not_concerned()
    {
        var (ann, ben, other) = (As("ann"), As("ben"), As("ann", "othertenant2"));
        for (var n = 3; n > 0; n--)
            (await WriteAsync(ann)).ShouldBe(201).Header("RateLimit").ShouldStartWith($"\"write\";r={n - 1};t=");
        var refused = await WriteAsync(ann);
        refused.ShouldBeProblem(429, "rate-limited");
        long.Parse(refused.Header("Retry-After")!, null).ShouldBeInRange(1, 1_000);
        refused.Header("RateLimit").ShouldStartWith("\"write\";r=0;t=");
        refused.Header("RateLimit-Policy").ShouldBe("\"write\";q=3;w=3000");

        (await ann.AskAsync("/api/sites")).ShouldBe(200);
        (await WriteAsync(ben)).ShouldBe(201);
        (await WriteAsync(other)).ShouldBe(201);
        for (var n = 0; n < 2; n++)
            (await ann.AskAsync("/api/content/search?q=x&locale=en")).ShouldBe(200);
        (await ann.AskAsync("/api/content/search?q=x&locale=en")).ShouldBeProblem(429, "rate-limited");
    }

    [Fact]
    public async Task Every_answer_says_what_is_left_as_structured_fields_also_those_that_are_problems()
    {
        var ann = As("ann");
        foreach (var answer in new[] { await ann.AskAsync("/api/sites"), await ann.AskAsync($"/api/sites/{Guid.CreateVersion7()}"), await ann.AskAsync("/api/tenants"), await ann.PostAsync("/api/sites", "{"), await Nobody().AskAsync("/api/sites") })
        {
            Policy().IsMatch(answer.Header("RateLimit-Policy")!).ShouldBeTrue(answer.Header("RateLimit-Policy"));
            Left().IsMatch(answer.Header("RateLimit")!).ShouldBeTrue(answer.Header("RateLimit"));
        }
        (await Nobody().AskAsync("/health/live")).Header("RateLimit").ShouldBeNull();
    }

    [Fact]
    public async Task Who_has_no_token_is_counted_by_address()
    {
        for (var n = 0; n < 5; n++)
            (await Nobody().AskAsync("/api/sites")).ShouldBeProblem(401, "unauthenticated");
        (await Nobody().AskAsync("/api/sites")).ShouldBeProblem(429, "rate-limited");
        (await As("ann").AskAsync("/api/sites")).ShouldBe(200);
        (await Nobody().AskAsync("/health/live")).ShouldBe(200);
    }

    [Fact]
    public async Task Public_routes_are_counted_by_address_whoever_comes_but_not_those_that_watch_the_node()
    {
        var ways = new Func<Task<Answer>>[]
        {
            () => TokenAsync(Nobody(), "pk_aaaaaaaaaaaa_x"), () => Nobody().AskAsync("/brand/aaaaaaaaaaaa/current.css"), () => As("ann").AskAsync("/brand/aaaaaaaaaaaa/current.css"),
            () => TokenAsync(As("ann"), "pk_aaaaaaaaaaaa_x"), () => TokenAsync(Nobody(), "?"),
        };
        foreach (var way in ways)
            (await way()).Status.ShouldBeOneOf(400, 401, 404);
        foreach (var way in ways)
            (await way()).ShouldBeProblem(429, "rate-limited");
        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics" })
            (await Nobody().AskAsync(path)).Status.ShouldNotBe(429, path);

        async Task<Answer> TokenAsync(HttpClient client, string key)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "x", ["client_secret"] = key });
            var message = await client.PostAsync(new Uri("/api/oauth/token", UriKind.Relative), form);
            return new Answer(message, await message.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_key_of_a_tenant_that_is_none_loads_nothing()
    {
        (await As("ann").AskAsync("/api/sites")).ShouldBe(200);
        var before = await KnownAsync();
        foreach (var tenant in new[] { "aaaaaaaaaaaa", "bbbbbbbbbbbb" })
            await ComeAsync(tenant);
        (await KnownAsync()).ShouldBe(before);
        await App.ProvisionAsync("othertenant2");
        await Until.HoldsAsync(async () =>
        {
            await ComeAsync("othertenant2");
            return await KnownAsync() == before + 1;
        });

        async Task ComeAsync(string tenant)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/sites");
            request.Headers.Add("X-Api-Key", $"pk_{tenant}cccccccc_{new string('A', 43)}");
            (await Nobody().SendAsync(request)).IsSuccessStatusCode.ShouldBeFalse();
        }

        async Task<int> KnownAsync() => int.Parse((await Nobody().AskAsync("/metrics")).ShouldBe(200).Text.Split("\nplatform_access_tenants ")[1].Split('\n')[0], null);
    }

    [Fact]
    public async Task A_tenants_quota_of_requests_holds_for_all_its_clients_within_a_second()
    {
        var operators = As("op", "*DEFAULT*", "operator");
        var location = (await operators.PostAsync("/api/tenants", """{"name":"Limited"}""")).ShouldBe(201).Header("Location")!;
        var tenant = (await operators.AskAsync(location)).ShouldBe(200).Json.GetProperty("tenantId").GetString()!;
        var (ann, ben) = (As("ann", tenant), As("ben", tenant));
        (await ann.AskAsync("/api/sites")).ShouldBe(200).Header("RateLimit-Policy")!.ShouldContain("\"tenant\";q=10000;w=2");
        (await operators.PutAsync($"{location}/quotas", new { requestsPerSecond = new { hard = 1 } })).ShouldBe(200);
        var models = App.Services.GetRequiredService<QuotaModels>();
        for (var n = 0; (await models.StateOfAsync(tenant, TestContext.Current.CancellationToken)).Version == 0; n++)
        {
            n.ShouldBeLessThan(600);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? ann : ben).AskAsync("/api/sites")));
        answers.ShouldContain(answer => answer.Status == 429);
        answers.First(answer => answer.Status == 429).Header("RateLimit-Policy")!.ShouldContain("\"tenant\";q=1;w=1");
        (await As("ann", "othertenant2").AskAsync("/api/sites")).ShouldBe(200);
    }

    [Fact]
    public void A_machine_that_has_been_up_for_years_counts_as_any_other()
    {
        var clock = new NanosecondClock { Now = 10L * 365 * 86_400 * 1_000_000_000 };
        var limits = new RateLimits(App.Services.GetRequiredService<RateOptions>() with { Classes = new Dictionary<RateClass, Rate> { [RateClass.Write] = new(1_000, 3) } }, App.Services.GetRequiredService<QuotaModels>(), clock);
        for (var n = 0; n < 10_000; n++)
        {
            clock.Now += 1_000_000;
            limits.Take("sometenant22", "ann", RateClass.Write)[0].Verdict.IsTaken.ShouldBeTrue();
        }
        Enumerable.Range(0, 3).Count(_ => limits.Take("sometenant22", "ann", RateClass.Write)[0].Verdict.IsTaken).ShouldBe(2);
    }

    private sealed class NanosecondClock : TimeProvider
    {
        public long Now { get; set; }
        public override long TimestampFrequency => 1_000_000_000;
        public override long GetTimestamp() => Now;
    }

    private static Task<Answer> WriteAsync(HttpClient client) => client.PostAsync("/api/sites", new { name = "Journal", domain = $"{Guid.NewGuid():n}.example" });

    private HttpClient As(string subject, string tenant = PlatformApp.DemoTenant, string role = "admin")
    {
        var client = App.ClientOf(tenant);
        _clients.Add(client);
        client.DefaultRequestHeaders.Authorization = new("Bearer", App.Issuer.Issue(subject, tenant, [role], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
        return client;
    }

    private HttpClient Nobody()
    {
        var client = new HttpClient { BaseAddress = App.Url };
        _clients.Add(client);
        return client;
    }

    // RFC 9651: a list of strings with parameters that are integers.
    [GeneratedRegex("""^"[a-z]+";q=\d+;w=\d+(, "[a-z]+";q=\d+;w=\d+)*\z""")]
    private static partial Regex Policy();

    [GeneratedRegex("""^"[a-z]+";r=\d+;t=\d+(, "[a-z]+";r=\d+;t=\d+)*\z""")]
    private static partial Regex Left();
}
