using System.Text.Json;
using Json.Schema;
using Platform.Api.Tests.Samples;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Experiments;

/// <summary>Flags, and what they are for somebody: asked by hand, and by OpenFeature's own client.</summary>
public sealed class FlagsOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private const string Flags = "/api/flags", Evaluate = "/api/ofrep/v1/evaluate/flags";
    private static readonly string _folder = Path.Combine(Repository.Root, "tests", "Api", "Experiments", "ofrep");
    private static readonly object _pro = new { attribute = "plan", equals = "pro" };

    [Fact]
    public async Task A_flag_is_what_its_first_rule_says_and_its_default_once_its_killed()
    {
        var id = await DefineAsync(new { key = "checkout", name = "Checkout", kind = "text", @default = "old", rules = new object[] { new { name = "pro", condition = _pro, value = "new" } } });
        await Until.AnsweredAsync(() => AskAsync("checkout", "ann", "pro"), 200);
        (await AskAsync("checkout", "ann", "pro")).ShouldBe(200).Text.ShouldBe("""{"key":"checkout","value":"new","reason":"TARGETING_MATCH","variant":"pro","metadata":{"rule":"pro"}}""");
        (await AskAsync("checkout", "ann", "free")).ShouldBe(200).Text.ShouldBe("""{"key":"checkout","value":"old","reason":"DEFAULT","variant":"default"}""");

        (await Admin.PostAsync($"{Flags}/{id}/kill", new { reason = "Payments fail." })).ShouldBe(200);
        await Until.HoldsAsync(async () => (await AskAsync("checkout", "ann", "pro")).Json.GetProperty("reason").GetString() == "DISABLED");
        (await AskAsync("checkout", "ann", "pro")).Json.GetProperty("value").GetString().ShouldBe("old");
        var shown = (await Admin.AskAsync($"{Flags}/{id}")).ShouldBe(200).Json;
        (shown.GetProperty("killedBecause").GetString(), shown.GetProperty("version").GetInt64()).ShouldBe(("Payments fail.", 2));
        (await Admin.AskAsync($"{Flags}/{id}?asOf=1")).ShouldBe(200).Json.TryGetProperty("killedBecause", out _).ShouldBeFalse();

        (await Admin.PostAsync($"{Flags}/{id}/revive", "{}")).ShouldBe(200);
        (await Admin.PostAsync($"{Flags}/{id}/archive", "{}")).ShouldBe(200);
        await Until.AnsweredAsync(() => AskAsync("checkout", "ann", "pro"), 404);
        (await Admin.AskAsync($"{Flags}/{id}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Variants_are_shared_out_for_good()
    {
        await DefineAsync(new
        {
            key = "colour",
            name = "Colour",
            kind = "json",
            @default = new { name = "grey" },
            rules = new[] { new { name = "test", variants = new[] { new { key = "a", value = new { name = "red" }, weight = 0.5 }, new { key = "b", value = new { name = "blue" }, weight = 0.5 } } } },
        });
        await Until.AnsweredAsync(() => AskAsync("colour", "v0"), 200);
        var first = new List<string>();
        for (var n = 0; n < 60; n++) first.Add(await VariantAsync(n));
        first.Distinct().Order().ShouldBe(["a", "b"]);
        for (var n = 0; n < 10; n++) (await VariantAsync(n)).ShouldBe(first[n]);
        (await AskAsync("colour", null)).ShouldBe(200).Json.GetProperty("reason").GetString().ShouldBe("DEFAULT", "without an id nobody keeps a variant");

        async Task<string> VariantAsync(int n) => (await AskAsync("colour", $"v{n}")).ShouldBe(200).Json.GetProperty("variant").GetString()!;
    }

    [Fact]
    public async Task All_flags_are_asked_at_once_and_not_told_again_while_they_are_the_same()
    {
        await DefineAsync(new { key = "b", name = "B", kind = "number", @default = 2 });
        var last = await DefineAsync(new { key = "a", name = "A", kind = "boolean", @default = true });
        await Until.AnsweredAsync(() => AskAsync("a", "ann"), 200);
        var all = (await Admin.PostAsync(Evaluate, new { context = new { targetingKey = "ann" } })).ShouldBe(200);
        all.Text.ShouldBe("""{"flags":[{"key":"a","value":true,"reason":"STATIC","variant":"default"},{"key":"b","value":2,"reason":"STATIC","variant":"default"}]}""");
        (await AgainAsync()).ShouldBe(304);
        (await Admin.PutAsync($"{Flags}/{last}", new { name = "A", kind = "boolean", @default = false })).ShouldBe(200);
        await Until.AnsweredAsync(AgainAsync, 200);

        Task<Answer> AgainAsync() => Admin.SendAsync(HttpMethod.Post, Evaluate, """{"context":{"targetingKey":"ann"}}""", ("If-None-Match", all.Header("ETag")!));
    }

    [Fact]
    public async Task What_cant_be_understood_is_said_as_a_problem_with_openfeatures_code()
    {
        await RefusedAsync("none", 404, "not-found", "FLAG_NOT_FOUND", new { targetingKey = "ann" });
        await RefusedAsync("none", 400, "malformed", "INVALID_CONTEXT", new { targetingKey = 3 });
        await RefusedAsync("none", 400, "malformed", "PARSE_ERROR", 3);
        var unreadable = await Admin.SendAsync(HttpMethod.Post, $"{Evaluate}/none", "{\"context\":");
        unreadable.ShouldBeProblem(400, "malformed");
        unreadable.Json.GetProperty("errorCode").GetString().ShouldBe("PARSE_ERROR");
        (await Nobody().PostAsync($"{Evaluate}/none", new { })).ShouldBeProblem(401, "unauthenticated");
        (await As("analyst").PostAsync($"{Evaluate}/none", new { })).ShouldBeProblem(403, "forbidden");

        async Task RefusedAsync(string key, int status, string kind, string code, object context)
        {
            var answer = await Admin.PostAsync($"{Evaluate}/{key}", new { context });
            answer.ShouldBeProblem(status, kind);
            (answer.Json.GetProperty("key").GetString(), answer.Json.GetProperty("errorCode").GetString()).ShouldBe((key, code));
        }
    }

    [Fact]
    public async Task What_is_wrong_with_a_flag_is_said_by_field_and_changes_nothing()
    {
        await RefusedAsync(() => Admin.PostAsync(Flags, new { key = "x", name = "X", kind = "boolean", @default = 1 }), 422, "invalid", "default");
        await RefusedAsync(() => Admin.PostAsync(Flags, Body(new { name = "r", value = true, condition = new { attribute = "a", matches = "(a+)\\1" } })), 422, "invalid", "rules[0].condition.matches");
        await RefusedAsync(() => Admin.PostAsync(Flags, Body(new { name = "r", variants = new[] { new { key = "a", value = true, weight = 0.6 }, new { key = "b", value = false, weight = 0.5 } } })), 422, "invalid", "rules[0].variants");
        await RefusedAsync(() => Admin.PostAsync(Flags, Body(new { name = "r", value = true, needs = new[] { new { flag = "nowhere", value = true } } })), 409, "conflict", "rules[0].needs[0].flag");
        await RefusedAsync(() => Admin.PostAsync(Flags, Body(new { name = "r", value = true, percentage = 3 })), 422, "invalid", "rules[0].percentage");

        await RefusedAsync(() => Admin.PostAsync(Flags, Body(new { name = "r", value = true, from = "2030-01-01T12:00:00" })), 422, "invalid", "rules[0].from");

        static object Body(object rule) => new { key = "x", name = "X", kind = "boolean", @default = false, rules = new[] { rule } };
    }

    [Fact]
    public async Task Stale_flags_are_listed_with_the_reason()
    {
        await DefineAsync(new { key = "done", name = "Done", kind = "boolean", @default = false, rules = new[] { new { name = "all", value = true } } });
        var last = await Admin.PostAsync(Flags, new { key = "growing", name = "Growing", kind = "boolean", @default = false, rules = new[] { new { name = "some", value = true, percent = 20 } } });
        var sequence = last.ShouldBe(201).Receipt.Events[0].Sequence;
        var stale = (await Admin.AskAsync($"{Flags}?stale=0&after={sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();
        (stale.GetProperty("key").GetString(), stale.GetProperty("staleBecause").GetString()).ShouldBe(("done", "Everybody gets what its rule all gives."));
        (await Admin.AskAsync($"{Flags}?stale=1")).ShouldBe(200).Items.ShouldBeEmpty();
        (await Admin.AskAsync(Flags)).ShouldBe(200).Items.Select(flag => flag.GetProperty("key").GetString()).ShouldBe(["done", "growing"]);
    }

    [Fact]
    public async Task The_published_schema_of_conditions_says_what_is_taken()
    {
        // Of one address, so it's read once.
        var schema = JsonSchema.FromText((await Nobody().AskAsync("/schemas/conditions.v1.json")).ShouldBe(200).Text);
        foreach (var (condition, isTaken) in new[]
        {
            ("""{"all":[{"attribute":"age","atLeast":18,"not":{"atLeast":65}},{"behaviour":{"event":"page_view","atLeast":3,"days":7}},{"not":{"segment":"0198a000-0000-7000-8000-000000000001"}}]}""", true),
            ("""{"attribute":"tags","any":{"equals":"a"},"size":{"below":4},"includesAll":[{"equals":"b"}]}""", true),
            ("""{"attribute":"cart","anyMatches":{"attribute":"sku","in":["x"],"ignoreCase":true}}""", true),
            ("""{"attribute":"age"}""", false),
            ("""{"attribute":"age","is":3}""", false),
            ("""{"all":[],"any":[]}""", false),
            ("""{"segment":3}""", false),
        })
        {
            var json = JsonElement.Parse(condition);
            schema.Evaluate(json).IsValid.ShouldBe(isTaken, condition);
            (await Admin.PostAsync(Flags, new { key = $"k{Guid.NewGuid():n}", name = "K", kind = "boolean", @default = false, rules = new[] { new { name = "r", value = true, condition = json } } })).ShouldBe(isTaken ? 201 : 422);
        }
    }

    [Fact]
    public async Task Openfeatures_own_client_gets_values_reasons_and_codes()
    {
        await DefineAsync(new { key = "new", name = "New", kind = "boolean", @default = false, rules = new[] { new { name = "pro", condition = _pro, value = true } } });
        await DefineAsync(new { key = "limit", name = "Limit", kind = "number", @default = 2.5 });
        await DefineAsync(new { key = "theme", name = "Theme", kind = "json", @default = new { dark = true } });
        await DefineAsync(new { key = "greeting", name = "Greeting", kind = "text", @default = "Grüß dich 🌍" });
        await Until.AnsweredAsync(() => AskAsync("greeting", "ann"), 200);
        if (!Directory.Exists(Path.Combine(_folder, "node_modules")))
        {
            var npm = await Script.RunAsync(_folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            Assert.SkipUnless(npm is { ExitCode: 0 }, $"not run: npm ci can't install OpenFeature's client: {npm?.Errors}");
        }
        var token = Admin.DefaultRequestHeaders.Authorization!.Parameter!;
        var script = await Script.RunAsync(
            _folder, "node", "client.mjs", $"{App.Url}api", token, "ann", "pro", "new", "boolean", "false", "limit", "number", "1", "theme", "json", "{}", "greeting", "text", "\"\"", "none", "boolean", "true", "limit", "boolean", "true");
        script.ShouldNotBeNull().ExitCode.ShouldBe(0, script.Errors);
        using var details = JsonDocument.Parse(script.Output);
        var all = details.RootElement.EnumerateArray().ToArray();
        (all[0].GetProperty("value").GetBoolean(), all[0].GetProperty("reason").GetString(), all[0].GetProperty("variant").GetString()).ShouldBe((true, "TARGETING_MATCH", "pro"));
        all[1].GetProperty("value").GetDouble().ShouldBe(2.5);
        all[2].GetProperty("value").GetProperty("dark").GetBoolean().ShouldBeTrue();
        all[3].GetProperty("value").GetString().ShouldBe("Grüß dich 🌍");
        (all[4].GetProperty("value").GetBoolean(), all[4].GetProperty("errorCode").GetString()).ShouldBe((true, "FLAG_NOT_FOUND"));
        (all[5].GetProperty("value").GetBoolean(), all[5].GetProperty("errorCode").GetString()).ShouldBe((true, "TYPE_MISMATCH"));
    }

    private async Task<Guid> DefineAsync(object body) => (await Admin.PostAsync(Flags, body)).ShouldBe(201).Receipt.StreamId;

    private Task<Answer> AskAsync(string key, string? visitor, string? plan = null) => Admin.PostAsync($"{Evaluate}/{key}", new { context = new { targetingKey = visitor, plan } });
}
