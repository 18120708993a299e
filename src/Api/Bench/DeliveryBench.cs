using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Api.Bench;

/// <summary>
/// Pages as visitors are shown them, over HTTP at a steady rate, beside requests that do nothing at the same rate. What a request waits is counted from when it was due, so that whoever comes behind a slow one
/// isn't left out.
/// </summary>
internal sealed class DeliveryBench(BenchDatabase database, int rounds, double seconds, CancellationToken cancel)
{
    private const string Tenant = "benchdeliver", Host = "www.delivery.example";
    private const int Sites = 10, RulesASite = 100, Pages = 100, Visitors = 1_000, ActsAVisitor = 20, Rate = 1_000, ActsASecond = 50, Goal = 10;
    private static readonly string[] Topics = ["sport", "news", "arts", "travel", "money"], RulesOn = ["/page-*"], RecommendsOn = ["/home"];

    private readonly List<Guid> _items = [];
    private readonly Guid[] _cookies = [.. Enumerable.Range(0, Visitors).Select(_ => Guid.NewGuid())];

    public async Task RunAsync()
    {
        await using var app = await BenchHost.StartAsync(database, Tenant, cancel);
        using var client = BenchHost.Client(app, Tenant);
        await PrepareAsync(app, client);
        (string Name, Func<int, HttpRequestMessage> Request, bool Act)[] questions =
        [
            ("floor: requests that do nothing", _ => new(HttpMethod.Get, "/health/live"), false),
            ("nobody is known", n => Page(n, null), false),
            ($"{Visitors:#,##0} visitors of whom {ActsAVisitor} acts are known", n => Page(n, _cookies[n % Visitors]), false),
            ("the same with five recommended items", n => Page(n, _cookies[n % Visitors], "/home"), false),
            ($"{Visitors:#,##0} visitors, of whom some act", n => Page(n, _cookies[n % Visitors]), true),
        ];
        var rows = new List<string[]>();
        foreach (var (name, request, act) in questions)
        {
            using var acts = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var acting = act ? ActAsync(app, acts.Token) : Task.FromResult(0.0);
            // Before the clock starts all is in memory, and every path has been compiled.
            await SendAsync(client, request, Math.Max(seconds, Math.Min(10, 10 * seconds)));
            var (p50, p99, most, rate, refusals) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 0);
            for (var round = 0; round < rounds; round++)
            {
                BenchReport.Progress($"delivery: {name}, round {round + 1} of {rounds}");
                var (waits, perSecond, refused) = await SendAsync(client, request, seconds);
                refusals += refused;
                p50.Add(Round.At(waits, 0.5));
                p99.Add(Round.At(waits, 0.99));
                most.Add(Round.At(waits, 1));
                rate.Add(perSecond);
            }
            await acts.CancelAsync();
            var told = act ? $"{name}, {BenchReport.Number(await acting)} a second" : name;
            rows.Add([told, BenchReport.Number(Round.Middle(rate)), BenchReport.Number(Round.Middle(p50)), BenchReport.Number(Round.Middle(p99)), BenchReport.Number(Round.Middle(most)), $"{refusals}", rows.Count == 0 ? "" : $"{Goal}"]);
        }
        BenchReport.Table(
            $"GET /api/delivery at {Rate:#,##0} requests/s, {Sites * RulesASite:#,##0} rules of {Sites} inherited sites, {Pages} pages, an experiment; ms (median of {rounds} rounds of {seconds} s; client, host and database on this machine)",
            ["", "answered/s", "p50", "p99", "most", "refused", "goal p99"], rows);
        await app.StopAsync(cancel);
    }

    private static HttpRequestMessage Page(int n, Guid? cookie, string? path = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/delivery/{Host}{path ?? $"/page-{n % Pages}"}?locale=en");
        if (cookie is { } visitor) request.Headers.Add("X-Visitor", visitor.ToString());
        request.Headers.Add("X-Country", n % 2 == 0 ? "AT" : "DE");
        return request;
    }

    /// <summary>Milliseconds each; how many were answered a second; and how many of those with a refusal, because too many waited.</summary>
    private async Task<(double[] Waits, double PerSecond, int Refused)> SendAsync(HttpClient client, Func<int, HttpRequestMessage> request, double length)
    {
        var all = (int)(Rate * length);
        var (waits, refused, started) = (new double[all], 0, Stopwatch.GetTimestamp());
        var sent = new Task[all];
        // On a thread of its own: timers of the pool come late while it's busy.
        await Task.Factory.StartNew(Send, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(sent);
        var perSecond = all / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (waits, perSecond, refused);

        void Send()
        {
            for (var n = 0; n < all; n++)
            {
                var due = started + (long)(n * (double)Stopwatch.Frequency / Rate);
                while (Stopwatch.GetTimestamp() < due)
                    Thread.Sleep(1);
                var (number, at) = (n, due);
                sent[n] = Task.Run(() => AskAsync(number, at), cancel);
            }
        }

        async Task AskAsync(int n, long due)
        {
            using var message = request(n);
            using var answer = await client.SendAsync(message, cancel);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) Interlocked.Increment(ref refused);
            else answer.EnsureSuccessStatusCode();
            waits[n] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        }
    }

    private async Task PrepareAsync(WebApplication app, HttpClient client)
    {
        var store = app.Services.GetRequiredService<DocumentStore>();
        var sites = new List<Guid>();
        for (var n = 0; n < Sites; n++)
            sites.Add(await MakeAsync(client, "/api/sites", new { name = $"Site {n}", domain = $"{n}.delivery.example", parentId = n == 0 ? (Guid?)null : sites[^1] }));
        var site = sites[^1];
        await BenchHost.ClaimAsync(app, Host, Tenant, site, cancel);
        await MakeAsync(client, "/api/content-types", new { name = "post", fields = new[] { new { name = "title", type = "text" }, new { name = "body", type = "text" } } });
        for (var n = 0; n <= Pages; n++)
        {
            var slug = n == Pages ? "home" : $"page-{n}";
            _items.Add(await MakeAsync(client, "/api/content", new { siteId = site, type = "post", locale = "en", slug, fields = new { title = $"Page {n}", body = string.Join(' ', Enumerable.Repeat(Topics[n % Topics.Length], 100)) } }));
            await DoAsync(client, $"/api/content/{_items[^1]}/publish");
        }
        for (var n = 0; n < Sites * RulesASite; n++)
        {
            BenchReport.Progress($"delivery: rule {n + 1:#,##0} of {Sites * RulesASite:#,##0}");
            var condition = JsonSerializer.SerializeToElement(RuleBench.ConditionOf(n % RulesASite));
            var rule = await MakeAsync(client, "/api/personalization/rules", new
            {
                siteId = sites[n / RulesASite],
                key = $"rule-{n}",
                name = "Rule",
                priority = n % 10,
                condition,
                actions = new[] { new { kind = "slot", name = $"slot-{n % 4}", itemId = _items[n % Pages] } },
                pages = RulesOn,
            });
            await DoAsync(client, $"/api/personalization/rules/{rule}/publish");
        }
        var recommends = await MakeAsync(client, "/api/personalization/rules", new { siteId = site, key = "recommends", name = "Recommends", actions = new[] { new { kind = "recommend", name = "more" } }, pages = RecommendsOn });
        await DoAsync(client, $"/api/personalization/rules/{recommends}/publish");
        var experiment = await MakeAsync(client, "/api/experiments", new
        {
            key = "headline",
            name = "Headline",
            control = "old",
            metric = new { name = "reads", kind = "count", @event = "page_view" },
            variants = new object[] { new { key = "old", name = "Old", weight = 0.5 }, new { key = "new", name = "New", weight = 0.5, actions = new[] { new { kind = "attribute", name = "headline", value = "large" } } } },
        });
        await DoAsync(client, $"/api/experiments/{experiment}/start");
        await TrackAsync(app);
        BenchReport.Progress("delivery: read models");
        foreach (var model in ReadModels.All)
            await store.QuerySession(Tenant).WaitForAllAsync(model.Name, TimeSpan.FromMinutes(10), cancel);
    }

    private async Task TrackAsync(WebApplication app)
    {
        using var page = BenchHost.Browser(app, Host);
        foreach (var (n, some) in _cookies.Chunk(20).Index())
        {
            BenchReport.Progress($"delivery: visitors {n * 20:#,##0} of {Visitors:#,##0}");
            using var answer = await page.PostAsJsonAsync("/api/track", some.SelectMany(visitor => Enumerable.Range(0, ActsAVisitor).Select(_ => ViewOf(visitor))).ToArray(), cancel);
            answer.EnsureSuccessStatusCode();
        }
    }

    // One after the other: what isn't answered in time makes those fewer that come after it. How many a second it came to.
    private async Task<double> ActAsync(WebApplication app, CancellationToken until)
    {
        var (acts, started) = (0, Stopwatch.GetTimestamp());
        using var page = BenchHost.Browser(app, Host);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ActsASecond));
        try
        {
            while (await timer.WaitForNextTickAsync(until))
            {
                using var answer = await page.PostAsJsonAsync("/api/track", ViewOf(_cookies[Random.Shared.Next(Visitors)]), until);
                answer.EnsureSuccessStatusCode();
                acts++;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The rounds are over.
        }
        return acts / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private object ViewOf(Guid visitor)
    {
        var of = Random.Shared.Next(Pages);
        return new { id = Guid.CreateVersion7(), name = "page_view", url = $"https://{Host}/page-{of}", visitor, props = new { topic = Topics[of % Topics.Length], item = _items[of] } };
    }

    private Task<Guid> MakeAsync(HttpClient client, string path, object body) => BenchHost.MakeAsync(client, path, body, cancel);

    private Task DoAsync(HttpClient client, string path) => BenchHost.DoAsync(client, path, new { }, cancel);
}
