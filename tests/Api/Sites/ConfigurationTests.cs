using System.Text.Json;
using Platform.Processors;

namespace Platform.Api.Tests.Sites;

/// <summary>Configuration over HTTP: set, inherited, locked, explained, as it was, rolled back, changed at many sites.</summary>
public sealed class ConfigurationTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_value_is_inherited_until_a_level_below_overrides_it_and_again_once_it_is_reset()
    {
        var (top, below) = await TreeAsync();
        (await Admin.PostAsync("/api/tenant/config/set", Values("""{"timezone":"Europe/Vienna"}"""))).ShouldBe(200).Receipt.Events.Single().Type.ShouldBe("sites.configuration-values-set");
        await SetAsync(top, """{"seo.title-suffix":" | Top","content.page-size":50}""");
        var own = await SetAsync(below, """{"content.page-size":10}""");
        var config = await EffectiveAsync(below, own);
        (Text(config, "timezone"), Text(config, "seo.title-suffix"), Value(config, "content.page-size").GetInt32(), Text(config, "locale.default")).ShouldBe(("Europe/Vienna", " | Top", 10, "en"));
        config.GetProperty("version").GetInt64().ShouldBe(1);

        var reset = (await Admin.PostAsync($"/api/sites/{below}/config/reset", """{"keys":["content.page-size"]}""", ("If-Match", "\"1\""))).ShouldBe(200).Receipt;
        Value(await EffectiveAsync(below, reset), "content.page-size").GetInt32().ShouldBe(50);
        (await Admin.PostAsync($"/api/sites/{below}/config/reset", """{"keys":["content.page-size"]}""", ("If-Match", "\"1\""))).ShouldBeProblem(412, "stale-version");
    }

    [Fact]
    public async Task A_lock_refuses_overrides_below_leaves_those_that_are_there_without_effect_and_says_so()
    {
        var (top, below) = await TreeAsync();
        await SetAsync(below, """{"seo.index":false}""");
        await SetAsync(top, """{"seo.index":true}""");
        var locked = (await Admin.PostAsync($"/api/sites/{top}/config/lock", """{"keys":["seo.index"]}""")).ShouldBe(200).Receipt;
        Value(await EffectiveAsync(below, locked), "seo.index").GetBoolean().ShouldBeTrue();

        var refused = await RefusedAsync(() => Admin.PostAsync($"/api/sites/{below}/config/set", Values("""{"seo.index":false,"timezone":"Europe/Rome"}""")), 409, "conflict", "values.seo.index");
        refused.Json.GetProperty("detail").GetString().ShouldBe($"The key 'seo.index' is locked at site {top}.");

        var explained = Explained(await EffectiveAsync(below, locked, "&explain=true"), "seo.index");
        (explained.GetProperty("from").GetProperty("siteId").GetGuid(), explained.GetProperty("from").GetProperty("by").GetString()).ShouldBe((top, "test-admin"));
        explained.GetProperty("lock").GetProperty("level").GetString().ShouldBe("master");
        explained.GetProperty("overrides").EnumerateArray().Select(o => (o.GetProperty("from").GetProperty("level").GetString(), o.GetProperty("value").GetBoolean(), o.GetProperty("reason").GetString()))
            .ShouldBe([("site", false, $"The key is locked at site {top}."), ("default", true, $"It's overridden at site {top}.")]);

        var unlocked = (await Admin.PostAsync($"/api/sites/{top}/config/unlock", """{"keys":["seo.index"]}""")).ShouldBe(200).Receipt;
        Value(await EffectiveAsync(below, unlocked), "seo.index").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task The_platform_configures_all_tenants_and_locks_them()
    {
        var operators = As("operator");
        var site = await Admin.SiteAsync("platform.example.org");
        var set = (await operators.PostAsync("/api/platform/config/set", Values("""{"analytics.sample-rate":0.5}"""))).ShouldBe(200).Receipt;
        var locked = (await operators.PostAsync("/api/platform/config/lock", """{"keys":["analytics.sample-rate"]}""")).ShouldBe(200).Receipt;
        try
        {
            Value(await EffectiveAsync(site, locked), "analytics.sample-rate").GetDouble().ShouldBe(0.5);
            await RefusedAsync(() => Admin.PostAsync("/api/tenant/config/set", Values("""{"analytics.sample-rate":1}""")), 409, "conflict", "values.analytics.sample-rate");
            await RefusedAsync(() => Admin.PostAsync("/api/platform/config/set", Values("""{"analytics.sample-rate":1}""")), 403, "forbidden");
            (await operators.AskAsync("/api/platform/config")).ShouldBe(200).Json.GetProperty("level").GetString().ShouldBe("platform");
        }
        finally
        {
            (await operators.PostAsync("/api/platform/config/rollback", new { version = set.Version })).ShouldBe(200);
            (await operators.PostAsync("/api/platform/config/reset", """{"keys":["analytics.sample-rate"]}""")).ShouldBe(200);
        }
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_nobody_elses_sites_are_there()
    {
        var site = await Admin.SiteAsync("wrong.example.org");
        var path = $"/api/sites/{site}/config";
        await RefusedAsync(() => Admin.PostAsync($"{path}/set", Values("""{"no.such":1}""")), 422, "invalid", "values.no.such");
        await RefusedAsync(() => Admin.PostAsync($"{path}/set", Values("""{"seo.index":"yes"}""")), 422, "invalid", "values.seo.index");
        await RefusedAsync(() => Admin.PostAsync($"{path}/set", Values("""{"content.page-size":201}""")), 422, "invalid", "values.content.page-size");
        await RefusedAsync(() => Admin.PostAsync($"{path}/set", Values($$"""{"seo.title-suffix":"{{new string('x', 20_000)}}"}""")), 422, "invalid", "values.seo.title-suffix");
        await RefusedAsync(() => Admin.PostAsync($"{path}/lock", """{"keys":["no.such"]}"""), 422, "invalid", "keys[0]");
        await RefusedAsync(() => Admin.PostAsync($"{path}/rollback", """{"version":7}"""), 422, "invalid", "version");
        await RefusedAsync(() => As("editor").PostAsync($"{path}/set", Values("""{"seo.index":false}""")), 403, "forbidden");
        (await Stranger().AskAsync(path)).ShouldBeProblem(404, "not-found");
        (await Stranger().PostAsync($"{path}/set", Values("""{"seo.index":false}"""))).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"{path}/versions")).ShouldBeProblem(404, "not-found");
        (await Admin.AskAsync($"{path}?asOf=1")).ShouldBeProblem(422, "invalid", "asOf");
        (await Admin.AskAsync("/api/platform/config")).ShouldBeProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_tenant_has_keys_of_its_own()
    {
        const string currency = """{"key":"shop.currency","type":"enum","rules":{"allowed":["EUR","USD"]},"default":"EUR","description":"What prices are in."}""";
        var declared = (await Admin.PostAsync("/api/config/keys", currency)).ShouldBe(201);
        (await Admin.AskAsync(declared.Header("Location")!)).ShouldBe(200).Json.GetProperty("default").GetString().ShouldBe("EUR");
        await RefusedAsync(() => Admin.PostAsync("/api/config/keys", currency), 409, "conflict", "key");
        await RefusedAsync(() => Admin.PostAsync("/api/config/keys", """{"key":"shop.code","type":"text","rules":{"pattern":"(?=a)b"},"default":"","description":"A code."}"""), 422, "invalid", "rules.pattern");

        var site = await Admin.SiteAsync("shop.example.org");
        var set = await SetAsync(site, """{"shop.currency":"USD"}""");
        Text(await EffectiveAsync(site, set), "shop.currency").ShouldBe("USD");
        (await Admin.AskAsync("/api/config/keys?limit=200")).ShouldBe(200).Items.Select(k => k.GetProperty("name").GetString()).ShouldContain("shop.currency");
        (await Stranger().AskAsync("/api/config/keys?limit=200")).ShouldBe(200).Text.ShouldNotContain("shop.currency");
    }

    [Fact]
    public async Task A_site_that_moves_is_configured_by_its_new_parent_and_the_past_stays_as_it_was()
    {
        var (vienna, rome) = (await Admin.SiteAsync("vienna.example.org"), await Admin.SiteAsync("rome.example.org"));
        var site = await Admin.SiteAsync("moves.example.org", vienna);
        await SetAsync(rome, """{"timezone":"Europe/Rome"}""");
        var set = await SetAsync(vienna, """{"timezone":"Europe/Vienna"}""");
        Text(await EffectiveAsync(site, set), "timezone").ShouldBe("Europe/Vienna");
        var moved = (await Admin.PutAsync($"/api/sites/{site}", new { name = "moves", domain = "moves.example.org", parentId = rome })).ShouldBe(200).Receipt;
        Text(await EffectiveAsync(site, moved), "timezone").ShouldBe("Europe/Rome");
        await RefusedAsync(() => Admin.PutAsync($"/api/sites/{rome}", new { name = "rome", domain = "rome.example.org", parentId = site }), 422, "invalid", "parentId");
        Text((await Admin.AskAsync($"/api/sites/{site}/config?asOf={set.Timestamp:O}".Replace("+", "%2B"))).ShouldBe(200).Json, "timezone").ShouldBe("Europe/Vienna");
        Text((await Admin.AskAsync($"/api/sites/{site}/config?asOf={set.Timestamp.AddMicroseconds(-1):O}".Replace("+", "%2B"))).ShouldBe(200).Json, "timezone").ShouldBe("Etc/UTC");
        (await Admin.AskAsync($"/api/sites/{site}/config?asOf=2001-01-01T00:00:00Z")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Versions_are_listed_compared_and_rolled_back_to()
    {
        var site = await Admin.SiteAsync("versions.example.org");
        await SetAsync(site, """{"timezone":"Europe/Vienna","seo.index":false}""");
        await SetAsync(site, """{"timezone":"Europe/Rome","content.page-size":5}""");
        (await Admin.PostAsync($"/api/sites/{site}/config/lock", """{"keys":["timezone"]}""")).ShouldBe(200);
        var path = $"/api/sites/{site}/config";
        var first = (await Admin.AskAsync($"{path}/versions?limit=2")).ShouldBe(200);
        first.Items.Select(v => v.GetProperty("version").GetInt64()).ShouldBe([1, 2]);
        (await Admin.AskAsync($"{path}/versions?limit=2&cursor={first.Next}")).ShouldBe(200).Items.Single().GetProperty("locked")[0].GetString().ShouldBe("timezone");

        var diff = (await Admin.AskAsync($"{path}/diff?from=1")).ShouldBe(200);
        diff.Json.GetProperty("values").EnumerateArray().Select(d => d.GetProperty("key").GetString()).ShouldBe(["content.page-size", "timezone"]);
        diff.Json.GetProperty("locked")[0].GetString().ShouldBe("timezone");
        (await Admin.AskAsync($"{path}/diff?from=1&to=9")).ShouldBeProblem(404, "not-found");

        var back = (await Admin.PostAsync($"{path}/rollback", """{"version":1}""", ("If-Match", "\"3\""))).ShouldBe(200).Receipt;
        (back.Version, back.Events.Single().Type).ShouldBe((4, "sites.configuration-rolled-back"));
        var config = await EffectiveAsync(site, back);
        (Text(config, "timezone"), Value(config, "content.page-size").GetInt32()).ShouldBe(("Europe/Vienna", 20));
        (await Admin.AskAsync($"{path}/diff?from=1&to=4")).Json.GetProperty("values").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_has_a_tag_that_changes_with_it()
    {
        var (top, below) = await TreeAsync();
        var set = await SetAsync(top, """{"seo.index":false}""");
        var answer = (await Admin.AskAsync($"/api/sites/{below}/config?after={set.Events[0].Sequence}")).ShouldBe(200);
        (await Admin.AskAsync($"/api/sites/{below}/config", ("If-None-Match", answer.Header("ETag")!))).Status.ShouldBe(304);
        var next = await SetAsync(top, """{"seo.index":true}""");
        (await Admin.AskAsync($"/api/sites/{below}/config?after={next.Events[0].Sequence}", ("If-None-Match", answer.Header("ETag")!))).ShouldBe(200);
    }

    [Fact]
    public async Task Many_sites_change_as_previewed_or_not_at_all()
    {
        var (top, below) = await TreeAsync();
        var other = await Admin.SiteAsync("other.example.org");
        var own = await SetAsync(below, """{"content.page-size":10}""");
        object Body(string? token) => new { sites = new[] { top, other }, values = new Dictionary<string, object> { ["content.page-size"] = 50, ["seo.index"] = false }, token };

        var preview = (await Admin.PostAsync($"/api/config/changes/preview?after={own.Events[0].Sequence}", Body(null))).ShouldBe(200).Json;
        (preview.GetProperty("changed").GetInt32(), preview.GetProperty("shielded").GetInt32()).ShouldBe((3, 1));
        var shielded = preview.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("siteId").GetGuid() == below);
        shielded.GetProperty("shielded")[0].GetProperty("reason").GetString().ShouldBe($"It's overridden at site {below}.");
        shielded.GetProperty("changes").EnumerateArray().Single().GetProperty("to").GetBoolean().ShouldBeFalse();
        var token = preview.GetProperty("token").GetString();
        await RefusedAsync(() => Admin.PostAsync("/api/config/changes", Body(null)), 422, "invalid", "token");

        await SetAsync(other, """{"timezone":"Europe/Rome"}""");
        await RefusedAsync(() => Admin.PostAsync("/api/config/changes", Body(token)), 409, "conflict", "token");
        await RefusedAsync(() => Admin.PostAsync("/api/config/changes/preview", new { sites = new[] { top, Guid.NewGuid() }, values = new { timezone = "Europe/Rome" } }), 404, "not-found");

        var again = (await Admin.PostAsync("/api/config/changes/preview", Body(null))).ShouldBe(200).Json.GetProperty("token").GetString();
        var applied = (await Admin.PostAsync("/api/config/changes", Body(again))).ShouldBe(201);
        (await Admin.AskAsync(applied.Header("Location")!)).ShouldBe(200).Json.GetProperty("sites").GetArrayLength().ShouldBe(2);
        var config = await EffectiveAsync(below, applied.Receipt);
        (Value(config, "content.page-size").GetInt32(), Value(config, "seo.index").GetBoolean()).ShouldBe((10, false));
    }

    private async Task<(Guid Top, Guid Below)> TreeAsync()
    {
        var top = await Admin.SiteAsync("top.example.org");
        return (top, await Admin.SiteAsync("below.example.org", top));
    }

    private async Task<Receipt> SetAsync(Guid site, string values) => (await Admin.PostAsync($"/api/sites/{site}/config/set", Values(values))).ShouldBe(200).Receipt;

    private async Task<JsonElement> EffectiveAsync(Guid site, Receipt after, string more = "") =>
        (await Admin.AskAsync($"/api/sites/{site}/config?after={after.Events[^1].Sequence}{more}")).ShouldBe(200).Json;

    private static string Values(string values) => $$"""{"values":{{values}}}""";

    private static JsonElement Value(JsonElement config, string key) => config.GetProperty("values").GetProperty(key);

    private static string Text(JsonElement config, string key) => Value(config, key).GetString()!;

    private static JsonElement Explained(JsonElement config, string key) => config.GetProperty("explained").EnumerateArray().Single(e => e.GetProperty("key").GetString() == key);
}
