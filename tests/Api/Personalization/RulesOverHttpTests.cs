using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Platform.Api.Tests.Sites;
using Platform.Domain.Personalization;
using Platform.Tests;

namespace Platform.Api.Tests.Personalization;

/// <summary>Rules over HTTP: written, agreed to, inherited, and tried before they live.</summary>
public sealed class RulesOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private readonly string _domain = $"{Guid.NewGuid():n}.example";

    [Fact]
    public async Task A_published_rule_counts_on_its_site_and_those_below_until_one_of_them_overrides_it()
    {
        var (top, below, beside) = (await Admin.SiteAsync($"top.{_domain}"), Guid.Empty, await Admin.SiteAsync($"beside.{_domain}"));
        below = (await Admin.PostAsync("/api/sites", new { name = "Below", domain = $"below.{_domain}", parentId = top })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        var tone = await RuleAsync(top, "tone", Attribute("warm"));
        (await AttributesAsync(below)).ShouldBe("{}", "it isn't published");
        (await Admin.PostAsync($"/api/personalization/rules/{tone}/publish", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => await AttributesAsync(below) == """{"tone":"warm"}""" && await AttributesAsync(top) == """{"tone":"warm"}""");
        (await AttributesAsync(beside)).ShouldBe("{}");

        var own = await RuleAsync(below, "tone", Attribute("cool"));
        (await Admin.PostAsync($"/api/personalization/rules/{own}/publish", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => await AttributesAsync(below) == """{"tone":"cool"}""");
        (await AttributesAsync(top)).ShouldBe("""{"tone":"warm"}""");
        var rules = (await Admin.AskAsync($"/api/sites/{below}/rules")).ShouldBe(200).Json.GetProperty("rules");
        (rules[0].GetProperty("id").GetGuid(), rules[1].GetProperty("id").GetGuid(), rules[1].GetProperty("overriddenBy").GetGuid()).ShouldBe((own, tone, own));

        (await Admin.PutAsync($"/api/personalization/rules/{tone}", new { name = "Tone", actions = Attribute("warmer"), isLocked = true })).ShouldBe(200);
        (await AttributesAsync(top)).ShouldBe("""{"tone":"warm"}""", "what is written isn't published");
        (await Admin.PostAsync($"/api/personalization/rules/{tone}/publish", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => await AttributesAsync(below) == """{"tone":"warmer"}""");
        (await Admin.PostAsync($"/api/personalization/rules/{own}/withdraw", "{}")).ShouldBe(200);
        (await Admin.PostAsync($"/api/personalization/rules/{own}/publish", "{}")).ShouldBeProblem(409, "conflict", "key");
        (await Admin.PostAsync($"/api/personalization/rules/{tone}/archive", "{}")).ShouldBe(200);
        await Until.HoldsAsync(async () => await AttributesAsync(below) == "{}");
        (await Admin.AskAsync($"/api/personalization/rules/{tone}")).ShouldBeProblem(404, "not-found");
        (await Admin.AskAsync($"/api/personalization/rules/{tone}?asOf=2")).ShouldBe(200).Json.GetProperty("live").GetProperty("priority").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task With_four_eyes_somebody_else_agrees()
    {
        var site = await Admin.SiteAsync(_domain);
        (await Admin.PutAsync("/api/personalization/rule-policy", new { fourEyes = true })).ShouldBe(200);
        var rule = await RuleAsync(site, "tone", Attribute("warm"));
        (await Admin.PostAsync($"/api/personalization/rules/{rule}/publish", "{}")).ShouldBe(200);
        (await Admin.AskAsync($"/api/personalization/rules/{rule}")).Json.GetProperty("isProposed").GetBoolean().ShouldBeTrue();
        await Until.HoldsAsync(async () => (await Admin.AskAsync("/api/personalization/rules?proposed=true")).ShouldBe(200).Json.GetProperty("items").GetArrayLength() == 1);
        (await RefusedAsync(() => Admin.PostAsync($"/api/personalization/rules/{rule}/approve", "{}"), 403, "forbidden")).ShouldNotBeNull();
        (await As("editor").PostAsync($"/api/personalization/rules/{rule}/approve", "{}")).ShouldBeProblem(403, "forbidden");
        (await SomebodyElse().PostAsync($"/api/personalization/rules/{rule}/approve", "{}")).ShouldBe(200);
        var live = (await Admin.AskAsync($"/api/personalization/rules/{rule}")).Json;
        (live.GetProperty("isPublished").GetBoolean(), live.GetProperty("publishedBy").GetString()).ShouldBe((true, "somebody-else"));
    }

    [Fact]
    public async Task A_preview_says_of_each_rule_why_and_tries_one_that_isnt_live()
    {
        var site = await Admin.SiteAsync(_domain);
        var rule = await RuleAsync(site, "tone", Attribute("warm"), new { all = new object[] { new { attribute = "country", equals = "AT" }, new { not = new { attribute = "device", equals = "tv" } } } });
        var nobody = (await Admin.PostAsync($"/api/sites/{site}/rules/preview", new { page = "/", ruleId = rule })).ShouldBe(200).Json;
        nobody.GetProperty("attributes").GetRawText().ShouldBe("{}");
        var trace = nobody.GetProperty("trace")[0];
        trace.GetProperty("status").GetString().ShouldBe("does-not-hold");
        trace.GetProperty("condition").GetProperty("parts")[0].GetProperty("subject").GetString().ShouldBe("country");
        var austrian = (await Admin.PostAsync($"/api/sites/{site}/rules/preview", new { page = "/", ruleId = rule, attributes = new { country = "AT" } })).ShouldBe(200).Json;
        austrian.GetProperty("attributes").GetRawText().ShouldBe("""{"tone":"warm"}""");
        (await Admin.PostAsync($"/api/sites/{site}/rules/preview", new { page = "news" })).ShouldBeProblem(422, "invalid", "page");
        (await Admin.PostAsync($"/api/sites/{site}/rules/preview", new { page = "/", ruleId = Guid.NewGuid() })).ShouldBeProblem(422, "invalid", "ruleId");
        (await Stranger().PostAsync($"/api/sites/{site}/rules/preview", new { page = "/" })).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Rules_that_cant_be_are_refused_with_all_that_is_wrong_and_foreign_ones_arent_there()
    {
        var site = await Admin.SiteAsync(_domain);
        (await Admin.PostAsync("/api/personalization/rules", new { siteId = site, key = "a b", name = "", condition = new { attribute = "x", matches = "(" }, actions = new[] { new { kind = "slot" } } }))
            .ShouldBe(422).Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal).ShouldBe(["actions[0].itemId", "actions[0].name", "condition.matches", "key", "name"]);
        (await Admin.PostAsync("/api/personalization/rules", new { siteId = Guid.NewGuid(), key = "a", name = "A" })).ShouldBeProblem(404, "not-found");
        (await Admin.PostAsync("/api/personalization/rules", new { key = "a", name = "A" })).ShouldBeProblem(422, "invalid", "siteId");
        var rule = await RuleAsync(site, "tone", Attribute("warm"));
        (await Stranger().AskAsync($"/api/personalization/rules/{rule}")).ShouldBeProblem(404, "not-found");
        (await Stranger().PostAsync($"/api/personalization/rules/{rule}/publish", "{}")).ShouldBeProblem(404, "not-found");
        (await As("editor").PostAsync($"/api/personalization/rules/{rule}/publish", "{}")).ShouldBeProblem(403, "forbidden");
        var circle = (await Admin.PostAsync("/api/personalization/rules", new { siteId = site, key = "circle", name = "Circle", pages = new[] { "/a" }, actions = new[] { new { kind = "redirect", to = "/a" } } })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();
        (await Admin.PostAsync($"/api/personalization/rules/{circle}/publish", "{}")).ShouldBeProblem(409, "conflict", "actions");
    }

    [Fact]
    public async Task The_published_schema_of_rules_says_what_is_taken_and_a_rule_goes_back_as_it_came()
    {
        var registry = new BuildOptions { SchemaRegistry = new() };
        JsonSchema.FromText((await Nobody().AskAsync("/schemas/conditions.v1.json")).ShouldBe(200).Text, registry);
        var schema = JsonSchema.FromText((await Nobody().AskAsync("/schemas/rules.v1.json")).ShouldBe(200).Text, registry);
        var site = await Admin.SiteAsync(_domain);
        foreach (var (rest, isTaken) in new[]
        {
            ("""{"priority":5,"condition":{"attribute":"country","equals":"AT"},"actions":[{"kind":"slot","name":"hero","itemId":"0198a000-0000-7000-8000-000000000001"}],"pages":["/","/news/*"],"isLocked":true}""", true),
            ("""{"actions":[{"kind":"variant","of":"0198a000-0000-7000-8000-000000000001","itemId":"0198a000-0000-7000-8000-000000000002"},{"kind":"redirect","to":"/there"},{"kind":"attribute","name":"a","value":[1,{"b":null}]}],"from":"2030-01-01T00:00:00Z"}""", true),
            ($$"""{"actions":[{{string.Join(',', RecommendationModels.Names.Select((model, n) => $$"""{"kind":"recommend","name":"s{{n}}","count":{{n + 1}},"model":"{{model}}"}"""))}}]}""", true),
            ("""{"actions":[{"kind":"recommend","name":"more"}]}""", true),
            ("""{"actions":[{"kind":"recommend","name":"more","model":"magic"}]}""", false),
            ("""{"actions":[{"kind":"recommend","name":"more","count":21}]}""", false),
            ("""{"actions":[{"kind":"slot","name":"hero"}]}""", false),
            ("""{"actions":[{"kind":"redirect","to":"//there"}]}""", false),
            ("""{"actions":[{"kind":"dance"}]}""", false),
            ("""{"pages":["news"]}""", false),
            ("""{"priority":1001}""", false),
            ("""{"condition":{"segment":3}}""", false),
        })
        {
            var json = JsonNode.Parse(rest)!.AsObject();
            (json["siteId"], json["key"], json["name"]) = ($"{site}", $"k{Guid.NewGuid():n}", "K");
            schema.Evaluate(JsonElement.Parse(json.ToJsonString())).IsValid.ShouldBe(isTaken, rest);
            var answer = (await Admin.PostAsync("/api/personalization/rules", json)).ShouldBe(isTaken ? 201 : 422);
            if (!isTaken) continue;
            var rule = $"/api/personalization/rules/{answer.Json.GetProperty("streamId").GetGuid()}";
            var draft = JsonNode.Parse((await Admin.AskAsync(rule)).ShouldBe(200).Json.GetProperty("draft").GetRawText())!.AsObject();
            draft["name"] = "K";
            schema.Evaluate(JsonElement.Parse(draft.ToJsonString())).IsValid.ShouldBeTrue(draft.ToJsonString());
            (await Admin.PutAsync(rule, draft)).ShouldBe(200).Json.GetProperty("version").GetInt64().ShouldBe(1, "nothing is otherwise");
        }
    }

    private HttpClient SomebodyElse() => WithToken(App.Issuer.Issue("somebody-else", Tenant, ["admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));

    private static object[] Attribute(string tone) => [new { kind = "attribute", name = "tone", value = tone }];

    private async Task<Guid> RuleAsync(Guid siteId, string key, object[] actions, object? condition = null) =>
        (await Admin.PostAsync("/api/personalization/rules", new { siteId, key, name = key, actions, condition })).ShouldBe(201).Json.GetProperty("streamId").GetGuid();

    private async Task<string> AttributesAsync(Guid site) =>
        (await Admin.PostAsync($"/api/sites/{site}/rules/preview", new { page = "/" })).ShouldBe(200).Json.GetProperty("attributes").GetRawText();
}
