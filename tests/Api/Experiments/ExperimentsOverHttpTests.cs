using System.Text.Json;
using Platform.Api.Tests.Http;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Experiments;

/// <summary>Experiments, and which variants somebody gets, over HTTP.</summary>
public sealed class ExperimentsOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private const string Experiments = "/api/experiments", Evaluate = "/api/experiments/evaluate";

    [Fact]
    public async Task A_visitor_gets_a_variant_while_it_runs_and_the_winner_once_its_rolled_out_until_thats_taken_back()
    {
        var id = await DeclareAsync("form", condition: new { attribute = "plan", equals = "pro" });
        (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("draft");
        (await Admin.PostAsync($"{Experiments}/{id}/start", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await GivenAsync("ann", "pro")).Length == 1);
        var variants = new List<string>();
        for (var n = 0; n < 40; n++) variants.Add((await GivenAsync($"Größe-🌍-{n}", "pro")).Single().GetProperty("variant").GetString()!);
        variants.Distinct().Order().ShouldBe(["a", "b"]);
        (await GivenAsync("Größe-🌍-7", "pro")).Single().GetProperty("variant").GetString().ShouldBe(variants[7]);
        (await GivenAsync("ann", "free")).ShouldBeEmpty();
        (await GivenAsync(null, "pro")).ShouldBeEmpty("without an id nobody keeps a variant");

        (await Admin.PostAsync($"{Experiments}/{id}/stop", new { reason = "Enough is known.", rollOut = "b" })).ShouldBe(200);
        await Until.HoldsAsync(async () => (await GivenAsync(null, "pro")) is [var only] && only.GetProperty("reason").GetString() == "rolled-out");
        var given = (await GivenAsync("ann", "pro")).Single();
        given.GetRawText().ShouldBe("""{"experiment":"form","variant":"b","value":{"colour":"blue"},"reason":"rolled-out","expose":false}""");
        (await Admin.PostAsync($"{Experiments}/{id}/roll-back", new { reason = "It breaks payments." })).ShouldBe(200);
        await Until.HoldsAsync(async () => (await GivenAsync("ann", "pro")).Length == 0);
        var shown = (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json;
        (shown.GetProperty("status").GetString(), shown.GetProperty("because").GetString(), shown.TryGetProperty("rolledOut", out _)).ShouldBe(("stopped", "It breaks payments.", false));
        (await Admin.AskAsync($"{Experiments}/{id}?asOf=3")).ShouldBe(200).Json.GetProperty("rolledOut").GetString().ShouldBe("b");

        (await Admin.PostAsync($"{Experiments}/{id}/archive", "{}")).ShouldBe(200);
        (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBeProblem(404, "not-found");
        await DeclareAsync("form");
    }

    [Fact]
    public async Task Testers_get_their_variant_also_before_it_starts_and_nobody_else_does()
    {
        var id = await DeclareAsync("form");
        (await Admin.PutAsync($"{Experiments}/{id}/overrides", new { overrides = new Dictionary<string, string> { ["tester 🌍"] = "b", ["__proto__"] = "a", ["constructor"] = "b" } })).ShouldBe(200);
        await Until.HoldsAsync(async () => (await GivenAsync("tester 🌍")).Length == 1);
        var given = (await GivenAsync("tester 🌍")).Single();
        (given.GetProperty("variant").GetString(), given.GetProperty("reason").GetString(), given.GetProperty("expose").GetBoolean()).ShouldBe(("b", "override", false));
        (await GivenAsync("__proto__")).Single().GetProperty("variant").GetString().ShouldBe("a");
        (await GivenAsync("ann")).ShouldBeEmpty();
        await RefusedAsync(() => Admin.PutAsync($"{Experiments}/{id}/overrides", new { overrides = Enumerable.Range(0, 10_001).ToDictionary(n => $"t{n}", _ => "a") }), 422, "invalid", "overrides");
        await RefusedAsync(() => Admin.PutAsync($"{Experiments}/{id}/overrides", new { overrides = new { ann = "none" } }), 422, "invalid", "overrides.ann");
    }

    [Fact]
    public async Task An_experiment_is_on_the_sites_that_it_names()
    {
        var site = await Admin.SiteAsync("experiments-1.example.org");
        var id = await DeclareAsync("form", siteIds: [site]);
        (await Admin.PostAsync($"{Experiments}/{id}/start", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await GivenAsync("ann", siteId: site)).Length == 1);
        (await GivenAsync("ann")).ShouldBeEmpty();
        (await GivenAsync("ann", siteId: Guid.NewGuid())).ShouldBeEmpty();
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("other", siteIds: [site, Guid.NewGuid()])), 422, "invalid", "siteIds[1]");
    }

    [Fact]
    public async Task What_has_started_keeps_its_weights_and_only_grows()
    {
        var id = await DeclareAsync("form", coverage: 0.5);
        (await Admin.PutAsync($"{Experiments}/{id}", Body("form", first: 0.4, coverage: 0.5))).ShouldBe(200);
        (await Admin.PostAsync($"{Experiments}/{id}/start", "{}")).ShouldBe(200);
        var changed = await Admin.PutAsync($"{Experiments}/{id}", Body("form", coverage: 0.5));
        changed.ShouldBeProblem(409, "conflict");
        changed.Json.GetProperty("detail").GetString().ShouldStartWith("The experiment has started");
        await RefusedAsync(() => Admin.PostAsync($"{Experiments}/{id}/coverage", new { coverage = 0.4 }), 409, "conflict", "coverage");
        (await Admin.PostAsync($"{Experiments}/{id}/coverage", new { coverage = 0.9 })).ShouldBe(200);
        (await Admin.PostAsync($"{Experiments}/{id}/pause", new { reason = "Payments fail." })).ShouldBe(200);
        (await Admin.PostAsync($"{Experiments}/{id}/resume", "{}")).ShouldBe(200);
        (await Admin.AskAsync($"{Experiments}/{id}")).ShouldBe(200).Json.GetProperty("coverage").GetDouble().ShouldBe(0.9);
    }

    [Fact]
    public async Task Two_that_run_at_once_share_no_part_of_a_namespace()
    {
        var first = await DeclareAsync("first", space: new { name = "checkout", start = 0, end = 0.5 });
        var second = await DeclareAsync("second", space: new { name = "checkout", start = 0.4, end = 1 });
        (await Admin.PostAsync($"{Experiments}/{first}/start", "{}")).ShouldBe(200);
        await RefusedAsync(() => Admin.PostAsync($"{Experiments}/{second}/start", "{}"), 409, "conflict", "namespace");
        (await Admin.PostAsync($"{Experiments}/{first}/stop", new { reason = "Done." })).ShouldBe(200);
        (await Admin.PostAsync($"{Experiments}/{second}/start", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await Admin.AskAsync($"{Experiments}?status=running")).ShouldBe(200).Items is [var only] && only.GetProperty("key").GetString() == "second");
    }

    [Fact]
    public async Task What_is_wrong_is_said_by_field()
    {
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("x", first: 0.6)), 422, "invalid", "variants");
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("x", control: null)), 422, "invalid", "control");
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("x", condition: new { attribute = "a", matches = "(a+)\\1" })), 422, "invalid", "condition.matches");
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("x", metric: new { name = "m", kind = "conversion", @event = "Signed Up!" })), 422, "invalid", "metric.event");
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("__proto__")), 422, "invalid", "key");
        await DeclareAsync("taken");
        await RefusedAsync(() => Admin.PostAsync(Experiments, Body("taken")), 409, "conflict", "key");
    }

    [Fact]
    public async Task A_question_has_limits_and_takes_its_permission()
    {
        await RefusedAsync(() => Admin.PostAsync(Evaluate, new { attributes = new { id = new string('x', 201) } }), 422, "invalid", "attributes.id");
        await RefusedAsync(() => Admin.PostAsync(Evaluate, new { attributes = new { id = new[] { 1 } } }), 422, "invalid", "attributes.id");
        await RefusedAsync(() => Admin.PostAsync(Evaluate, new { attributes = Enumerable.Range(0, 101).ToDictionary(n => $"a{n}", n => n) }), 422, "invalid", "attributes");
        (await Admin.PostAsync(Evaluate, new { attributes = new { id = "ann", text = new string('x', 2_000_000) } })).ShouldBeProblem(413, "too-large");
        (await Admin.SendAsync(HttpMethod.Post, Evaluate, "{\"attributes\":")).ShouldBeProblem(400, "malformed");
        (await Nobody().PostAsync(Evaluate, new { })).ShouldBeProblem(401, "unauthenticated");
        (await As("analyst").PostAsync(Evaluate, new { })).ShouldBeProblem(403, "forbidden");
        (await As("analyst").AskAsync(Experiments)).ShouldBe(200).Items.ShouldBeEmpty();
        (await As("editor").PostAsync(Experiments, Body("x"))).ShouldBeProblem(403, "forbidden");
    }

    internal static object Body(
        string key, double first = 0.5, string? control = "a", object? condition = null, Guid[]? siteIds = null, double coverage = 1, object? space = null, object? metric = null, object[]? guardrails = null, object? decision = null) => new
        {
            key,
            name = $"Experiment {key}",
            variants = new object[] { new { key = "a", name = "A", weight = first, value = new { colour = "red" } }, new { key = "b", name = "B", weight = 0.5, value = new { colour = "blue" } } }
                .Select((variant, n) => n == 1 && first == 0.4 ? new { key = "b", name = "B", weight = 0.6, value = new { colour = "blue" } } : variant),
            control,
            metric = metric ?? new { name = "signups", kind = "conversion", @event = "signed_up" },
            siteIds,
            condition,
            coverage,
            @namespace = space,
            guardrails,
            decision,
        };

    private async Task<Guid> DeclareAsync(string key, object? condition = null, Guid[]? siteIds = null, double coverage = 1, object? space = null) =>
        (await Admin.PostAsync(Experiments, Body(key, condition: condition, siteIds: siteIds, coverage: coverage, space: space))).ShouldBe(201).Receipt.StreamId;

    private async Task<JsonElement[]> GivenAsync(string? id, string? plan = null, Guid? siteId = null) =>
        [.. (await Admin.PostAsync(Evaluate, new { attributes = new { id, plan }, siteId })).ShouldBe(200).Json.GetProperty("experiments").EnumerateArray()];
}
