using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Domain.Experiments;
using Platform.Processors;
using Platform.Processors.Experiments;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Experiments;

/// <summary>What visitors' events say of experiments, and what the platform decides by them.</summary>
public sealed class ExperimentResultsTests(SharedApp shared) : OverHttp(shared)
{
    private const string Experiments = "/api/experiments", Failures = "failed";
    private const int Units = 300;

    private static readonly object _guardrail = new { name = "failures", kind = "count", @event = Failures, goal = "decrease", margin = 0.5 };

    [Fact]
    public async Task Figures_are_of_what_visitors_did_after_they_first_saw_a_variant()
    {
        var site = await Admin.SiteAsync("results-1.example.org");
        var id = await StartAsync("form", metric: new { name = "spend", kind = "sum", @event = "bought", property = "amount", days = 1 }, guardrails: [_guardrail, new { name = "signups", kind = "conversion", @event = "signed_up", margin = 0.2 }]);
        (await Admin.AskAsync($"{Experiments}/{id}/results")).ShouldBe(200).Json.GetProperty("report").GetProperty("sampleRatio").GetProperty("p").GetDouble().ShouldBe(1);
        var at = DateTimeOffset.UtcNow;
        await SeeAsync(site, at,
            [
                .. Of(Units, "a", (_, visitor) => [Seen(visitor, "a"), .. Done(visitor, "signed_up", visitor.EndsWith('1') ? 2 : 0), Bought(visitor, 10)]),
                .. Of(Units, "b", (n, visitor) => [Seen(visitor, "b"), Seen(visitor, "b"), .. Done(visitor, "signed_up", n < 150 ? 1 : 0), Bought(visitor, 10), Bought(visitor, n % 2)]),
                // Before it saw anything, in both, a program, and of what is no variant.
                [Event("a-0", "bought", at.AddMilliseconds(-1), new { amount = 1e300 })],
                [Seen("both", "a"), Seen("both", "b"), Bought("both", 1e9)],
                [Event("bot", Exposure.EventName, at, new { experiment = "form", variant = "b" }, isBot: true), Bought("bot", 1e9)],
                [Seen("none", "c"), Bought("none", 1e9)],
                [Event("elsewhere", Exposure.EventName, at, new { experiment = "other", variant = "a" })],
                [Event("a-1", "bought", at, new { amount = "ten" })],
            ]);
        var results = (await Admin.AskAsync($"{Experiments}/{id}/results")).ShouldBe(200).Json;
        results.GetProperty("excludedUnits").GetInt64().ShouldBe(1);
        results.GetProperty("isBlocked").GetBoolean().ShouldBeFalse();
        results.GetProperty("variants").EnumerateArray().Select(v => (v.GetProperty("name").GetString(), v.GetProperty("units").GetInt64(), v.GetProperty("weight").GetDouble())).ShouldBe([("a", Units, 0.5), ("b", Units, 0.5)]);
        var metrics = results.GetProperty("report").GetProperty("metrics").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!, m => m);
        Means(metrics["spend"]).ShouldBe([10, 10.5]);
        Means(metrics["signups"]).ShouldBe([0.1, 0.5]);
        Means(metrics["failures"]).ShouldBe([0, 0]);
        var of = metrics["spend"].GetProperty("comparisons").EnumerateArray().Single();
        of.GetProperty("difference").GetProperty("scale").GetString().ShouldBe("difference");
        of.GetProperty("lift").GetProperty("scale").GetString().ShouldBe("lift");
        of.GetProperty("lift").GetProperty("estimate").GetDouble().ShouldBe(0.05, 1e-12);
        of.GetProperty("belief").GetProperty("chanceToWin").GetDouble().ShouldBeGreaterThan(0.99);
        metrics["signups"].GetProperty("comparisons").EnumerateArray().Single().GetProperty("guardrail").GetString().ShouldBe("holds");

        static IEnumerable<double> Means(JsonElement metric) => metric.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Ratios_what_was_before_and_what_lies_far_out_count_as_the_metric_says()
    {
        var site = await Admin.SiteAsync("results-6.example.org");
        var id = await StartAsync("form", metric: new { name = "clicks", kind = "count", @event = "click", daysBefore = 1 }, guardrails:
        [
            new { name = "rate", kind = "ratio", @event = "click", per = "page_view", daysBefore = 1, margin = 0.9 }, new { name = "price", kind = "ratio", @event = "click", property = "price", per = "page_view", margin = 0.9 },
            new { name = "capped", kind = "count", @event = "click", quantile = 0.95, margin = 0.9 },
        ]);
        var at = DateTimeOffset.UtcNow;
        var visitors = Enumerable.Range(0, 2 * Units).Select(n => (Name: $"v-{n}", Variant: n % 2 == 0 ? "a" : "b", Before: n % 5, Clicks: n % 5 + (n % 7 == 0 ? 1 : 0) + n % 2 + (n == 10 ? 50 : 0), Views: 1 + n % 3)).ToArray();
        await SeeAsync(site, at, [.. visitors.Select(v => (object[])
        [
            Seen(v.Name, v.Variant), .. Enumerable.Range(0, v.Views).Select(_ => Event(v.Name, "page_view", at, null)), Event(v.Name, "page_view", at.AddSeconds(-1), null),
            .. Enumerable.Range(0, v.Clicks).Select(_ => Event(v.Name, "click", at, new { price = 2.5 })), .. Enumerable.Range(0, v.Before).Select(_ => Event(v.Name, "click", at.AddSeconds(-1), null)),
        ])]);
        var metrics = (await Admin.AskAsync($"{Experiments}/{id}/results")).ShouldBe(200).Json.GetProperty("report").GetProperty("metrics").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!, m => m);

        var (a, b) = (visitors.Where(v => v.Variant == "a").ToArray(), visitors.Where(v => v.Variant == "b").ToArray());
        metrics.Values.Select(metric => metric.GetProperty("isAdjusted").GetBoolean()).ShouldBe([true, true, false, false]);
        Means("clicks").ShouldBe([a.Average(v => v.Clicks), b.Average(v => v.Clicks)], 1e-9);
        var (before, clicks) = (visitors.Average(v => v.Before), visitors.Average(v => v.Clicks));
        var theta = visitors.Sum(v => (v.Before - before) * (v.Clicks - clicks)) / visitors.Sum(v => (v.Before - before) * (v.Before - before));
        metrics["clicks"].GetProperty("comparisons")[0].GetProperty("difference").GetProperty("estimate").GetDouble()
            .ShouldBe(b.Average(v => v.Clicks) - a.Average(v => v.Clicks) - theta * (b.Average(v => v.Before) - a.Average(v => v.Before)), 1e-9);
        Means("rate").ShouldBe([a.Sum(v => v.Clicks) / (double)a.Sum(v => v.Views), b.Sum(v => v.Clicks) / (double)b.Sum(v => v.Views)], 1e-9);
        Means("price").ShouldBe([2.5 * a.Sum(v => v.Clicks) / a.Sum(v => v.Views), 2.5 * b.Sum(v => v.Clicks) / b.Sum(v => v.Views)], 1e-9);
        var cap = Winsorisation.Cap([.. visitors.Select(v => (double)v.Clicks)], 0.95);
        cap.ShouldBeLessThan(a.Max(v => v.Clicks));
        Means("capped").ShouldBe([a.Average(v => Math.Min(v.Clicks, cap)), b.Average(v => Math.Min(v.Clicks, cap))], 1e-9);

        IEnumerable<double> Means(string metric) => metrics[metric].GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("mean").GetDouble());
    }

    [Fact]
    public async Task Of_a_visitor_who_is_erased_nothing_is_left_in_figures()
    {
        var site = await Admin.SiteAsync("results-5.example.org");
        var id = await StartAsync("form");
        await SeeAsync(site, DateTimeOffset.UtcNow, [Seen("ann", "a"), .. Done("ann", "signed_up", 1)], [Seen("bob", "b")]);
        (await UnitsAsync()).ShouldBe([1, 1]);
        await using var command = Owner.CreateCommand($"select visitor_id from read.hits where tenant_id = '{Tenant}' and name = 'signed_up'");
        (await Admin.PostAsync($"/api/analytics/visitors/{await command.ExecuteScalarAsync()}/erase", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => await UnitsAsync() is [0, 1]);

        async Task<long[]> UnitsAsync() =>
            [.. (await Admin.AskAsync($"{Experiments}/{id}/results")).ShouldBe(200).Json.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("units").GetInt64())];
    }

    [Fact]
    public async Task Variants_that_didnt_get_their_parts_block_the_decision()
    {
        var site = await Admin.SiteAsync("results-2.example.org");
        var id = await StartAsync("form", decision: new { minimumUnits = 100, minimumDays = 0, action = "roll-out" });
        await SeeAsync(site, DateTimeOffset.UtcNow, [.. Of(Units, "a", (_, visitor) => [Seen(visitor, "a")]), .. Of(Units / 2, "b", (_, visitor) => [Seen(visitor, "b"), .. Done(visitor, "signed_up", 1)])]);
        var results = (await Admin.AskAsync($"{Experiments}/{id}/results")).ShouldBe(200).Json;
        (results.GetProperty("isBlocked").GetBoolean(), results.GetProperty("report").GetProperty("sampleRatio").GetProperty("isMismatch").GetBoolean()).ShouldBe((true, true));
        await DecideAsync();
        (await StatusAsync(id)).ShouldBe("running");
    }

    [Fact]
    public async Task A_winner_is_rolled_out_with_all_that_the_decision_rests_on_and_can_be_taken_back()
    {
        var site = await Admin.SiteAsync("results-3.example.org");
        var id = await StartAsync("form", decision: new { minimumUnits = Units, minimumDays = 0, minimumEffect = 0.1, action = "roll-out" });
        await SeeAsync(site, DateTimeOffset.UtcNow, [.. Of(Units, "a", (n, visitor) => [Seen(visitor, "a"), .. Done(visitor, "signed_up", n < 60 ? 1 : 0)]), .. Of(Units, "b", (n, visitor) => [Seen(visitor, "b"), .. Done(visitor, "signed_up", n < 150 ? 1 : 0)])]);
        await DecideAsync();
        await DecideAsync();
        await Until.HoldsAsync(async () => await StatusAsync(id) == "stopped");
        var shown = (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json;
        (shown.GetProperty("outcome").GetString(), shown.GetProperty("rolledOut").GetString(), shown.GetProperty("version").GetInt64()).ShouldBe(("winner", "b", 3));
        await Until.HoldsAsync(async () => (await Admin.PostAsync($"{Experiments}/evaluate", new { attributes = new { id = "new here" } })).ShouldBe(200).Json.GetProperty("experiments").EnumerateArray().ToArray()
            is [var given] && given.GetProperty("reason").GetString() == "rolled-out");

        var concluded = (await App.Store.QuerySession(Tenant).Events.FetchStreamAsync(id)).Select(e => e.Data).OfType<ExperimentConcluded>().Single();
        concluded.Input.Metrics[0].Moments.Select(of => (of.Count, of.Sums[0])).ShouldBe([(Units, 60d), (Units, 150d)]);
        Verdict.Of(concluded.Plan, concluded.StartedAt, concluded.Input, ExperimentReport.Of(concluded.Input), concluded.DecidedAt).ShouldBe(new Verdict(concluded.Outcome, concluded.Why, concluded.Winner));
        (await Admin.PostAsync($"{Experiments}/{id}/roll-back", new { reason = "It breaks payments." })).ShouldBe(200);
        (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json.TryGetProperty("rolledOut", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_breached_guardrail_stops_it()
    {
        var site = await Admin.SiteAsync("results-4.example.org");
        var id = await StartAsync("form", guardrails: [_guardrail], decision: new { minimumUnits = 100_000, minimumDays = 30, action = "roll-out" });
        await SeeAsync(site, DateTimeOffset.UtcNow, [.. Of(Units, "a", (n, visitor) => [Seen(visitor, "a"), .. Done(visitor, Failures, n % 2)]), .. Of(Units, "b", (n, visitor) => [Seen(visitor, "b"), .. Done(visitor, Failures, 2 + n % 2)])]);
        await DecideAsync();
        await Until.HoldsAsync(async () => await StatusAsync(id) == "stopped");
        var shown = (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json;
        (shown.GetProperty("outcome").GetString(), shown.TryGetProperty("rolledOut", out _)).ShouldBe(("guardrail", false));
        shown.GetProperty("because").GetString().ShouldBe("In variant b failures is worse by more than it may be.");
    }

    [Fact]
    public async Task Drafts_have_no_figures_and_other_tenants_no_experiment()
    {
        var id = (await Admin.PostAsync(Experiments, ExperimentsOverHttpTests.Body("draft"))).ShouldBe(201).Receipt.StreamId;
        (await Admin.AskAsync($"{Experiments}/{id}/results")).ShouldBeProblem(409, "conflict");
        (await Admin.AskAsync($"{Experiments}/{Guid.NewGuid()}/results")).ShouldBeProblem(404, "not-found");
        (await As("editor").AskAsync($"{Experiments}/{id}/results")).ShouldBeProblem(409, "conflict");
        (await As("auditor").AskAsync($"{Experiments}/{id}/results")).ShouldBeProblem(403, "forbidden");
    }

    private async Task<Guid> StartAsync(string key, object? metric = null, object[]? guardrails = null, object? decision = null)
    {
        var id = (await Admin.PostAsync(Experiments, ExperimentsOverHttpTests.Body(key, metric: metric, guardrails: guardrails, decision: decision))).ShouldBe(201).Receipt.StreamId;
        (await Admin.PostAsync($"{Experiments}/{id}/start", "{}")).ShouldBe(200);
        (await App.Store.QuerySession(Tenant).WaitForAllAsync("experiments", TimeSpan.FromSeconds(20))).ShouldBeTrue();
        return id;
    }

    private async Task<string?> StatusAsync(Guid id) => (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json.GetProperty("status").GetString();

    private Task DecideAsync() => new ExperimentWatch(App.Store, App.Services.GetRequiredService<CommandRunner>(), TimeProvider.System, NullLogger<ExperimentWatch>.Instance).RunOnceAsync(TestContext.Current.CancellationToken);

    // Whoever sees it does so at one time, and whatever they do comes with it.
    private async Task SeeAsync(Guid site, DateTimeOffset at, params object[][] visitors)
    {
        foreach (var some in visitors.SelectMany(events => events).Select(e => e is Func<DateTimeOffset, object> make ? make(at) : e).Chunk(1_000))
            (await Admin.PostAsync($"/api/sites/{site}/track", some)).ShouldBe(200);
        foreach (var model in new[] { "hits", "hits_by_day", "hits_by_quarter_hour", "visits" })
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    private static IEnumerable<object[]> Of(int units, string prefix, Func<int, string, object[]> events) => Enumerable.Range(0, units).Select(n => events(n, $"{prefix}-{n}"));

    private static Func<DateTimeOffset, object> Seen(string visitor, string variant) => at => Event(visitor, Exposure.EventName, at, new { experiment = "form", variant });

    private static Func<DateTimeOffset, object> Bought(string visitor, double amount) => at => Event(visitor, "bought", at, new { amount });

    private static IEnumerable<object> Done(string visitor, string name, int times) => Enumerable.Range(0, times).Select(_ => (object)(Func<DateTimeOffset, object>)(at => Event(visitor, name, at, null)));

    private static object Event(string visitor, string name, DateTimeOffset at, object? props, bool isBot = false) => new
    {
        id = Guid.NewGuid(),
        name,
        url = "https://a.example/",
        at,
        visitor,
        props,
        bot = isBot ? true : (bool?)null,
        userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };
}
