using System.Text.Json;
using Platform.Processors;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>Branding over HTTP: tokens with their contrast and origin, and the style sheets that browsers load.</summary>
public sealed class BrandTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Tokens_are_inherited_overridden_and_explained()
    {
        var (top, below) = await TreeAsync();
        await SetAsync(top, new() { ["brand.color-primary"] = "#006633", ["brand.radius"] = "0" });
        var own = await SetAsync(below, new() { ["brand.radius"] = "0.5rem", ["brand.logo"] = "/media/logo.svg", ["brand.logo-text"] = "Below" });
        var brand = await BrandAsync(below, own, "&explain=true");
        (Token(brand, "brand.color-primary"), Token(brand, "brand.radius"), Token(brand, "brand.logo-text")).ShouldBe(("#006633", "0.5rem", "Below"));
        brand.GetProperty("contrast").EnumerateArray().ShouldAllBe(pair => pair.GetProperty("isEnough").GetBoolean());
        var radius = brand.GetProperty("explained").EnumerateArray().Single(e => e.GetProperty("key").GetString() == "brand.radius");
        radius.GetProperty("from").GetProperty("siteId").GetGuid().ShouldBe(below);
        radius.GetProperty("overrides")[0].GetProperty("from").GetProperty("siteId").GetGuid().ShouldBe(top);
        brand.GetProperty("tokens").EnumerateObject().ShouldAllBe(token => token.Name.StartsWith("brand.", StringComparison.Ordinal));

        var tag = (await Admin.AskAsync($"/api/sites/{below}/brand")).ShouldBe(200).Header("ETag")!;
        (await Admin.AskAsync($"/api/sites/{below}/brand", ("If-None-Match", tag))).Status.ShouldBe(304);
        var before = (await Admin.AskAsync($"/api/sites/{below}/brand?asOf={own.Timestamp.AddMicroseconds(-1):O}".Replace("+", "%2B"))).ShouldBe(200).Json;
        Token(before, "brand.radius").ShouldBe("0");
        before.TryGetProperty("stylesheet", out _).ShouldBeFalse();

        (await Admin.PostAsync("/api/tenant/config/set", Values(new() { ["brand.spacing"] = "6px" }))).ShouldBe(200);
        var tenants = await Admin.AskAsync("/api/tenant/brand");
        tenants.ShouldBe(200).Json.GetProperty("level").GetString().ShouldBe("tenant");
        (await Stranger().AskAsync($"/api/sites/{below}/brand")).ShouldBeProblem(404, "not-found");
        (await Admin.AskAsync($"/api/sites/{below}/brand?asOf=1")).ShouldBeProblem(422, "invalid", "asOf");
    }

    [Fact]
    public async Task A_level_that_makes_colours_unseen_is_refused_and_a_change_above_is_reported_below()
    {
        var (top, below) = await TreeAsync();
        var refused = await RefusedAsync(() => TrySetAsync(below, new() { ["brand.color-on-primary"] = "#eeeeee", ["brand.color-primary"] = "#ffcc00" }), 422, "invalid", "values.brand.color-primary");
        refused.Text.ShouldContain("brand.color-on-primary (#eeeeee) on brand.color-primary (#ffcc00) has a contrast of 1.30:1; WCAG 2.2 AA asks for 4.5:1.");
        await RefusedAsync(() => TrySetAsync(below, new() { ["brand.color-link"] = "#fff" }), 422, "invalid", "values.brand.color-link");

        await SetAsync(below, new() { ["brand.color-primary"] = "#003300" });
        var above = await SetAsync(top, new() { ["brand.color-primary"] = "#ffff00", ["brand.color-on-primary"] = "#000000" });
        var failing = (await BrandAsync(below, above)).GetProperty("contrast").EnumerateArray().Single(pair => !pair.GetProperty("isEnough").GetBoolean());
        (failing.GetProperty("front").GetString(), failing.GetProperty("back").GetString(), failing.GetProperty("least").GetDouble()).ShouldBe(("brand.color-on-primary", "brand.color-primary", 4.5));
        failing.GetProperty("ratio").GetDouble().ShouldBeInRange(1, 2);
        // What isn't about that pair can still be changed below.
        await SetAsync(below, new() { ["brand.color-heading"] = "#333333" });
    }

    [Theory]
    [InlineData("a { background: url(javascript:alert(1)) }", "rule url")]
    [InlineData("a { color: red }\n@import 'x.css';", "at line 2, column 1. (rule at-rule)")]
    [InlineData("a { width: expression(alert(1)) }", "rule function")]
    [InlineData("a{}</style><script>", "rule markup")]
    public async Task Css_that_is_not_allowed_is_refused_with_key_place_and_rule(string css, string says)
    {
        var site = await Admin.SiteAsync("css.example.org");
        (await RefusedAsync(() => TrySetAsync(site, new() { ["brand.css"] = css }), 422, "invalid", "values.brand.css")).Text.ShouldContain(says);
        await RefusedAsync(() => Admin.PostAsync("/api/config/changes/preview", new { sites = new[] { site }, values = new Dictionary<string, string> { ["brand.css"] = css } }), 422, "invalid", "values.brand.css");
    }

    [Fact]
    public async Task A_style_sheet_is_public_immutable_and_leads_on_once_it_is_of_the_past()
    {
        var (top, below) = await TreeAsync();
        var set = await SetAsync(top, new() { ["brand.color-link"] = "#663399", ["brand.css"] = ".hero { margin: 0 auto }" });
        var brand = await BrandAsync(below, set);
        var path = brand.GetProperty("stylesheet").GetString()!;
        path.ShouldMatch($"^/brand/{Tenant}/{below}/[0-9a-f]{{32}}\\.css$");

        var sheet = (await Nobody().AskAsync(path)).ShouldBe(200);
        sheet.Header("Content-Type").ShouldBe("text/css; charset=utf-8");
        sheet.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        sheet.Header("X-Content-Type-Options").ShouldBe("nosniff");
        sheet.Header("Content-Security-Policy").ShouldBe("default-src 'none'; frame-ancestors 'none'");
        sheet.Text.ShouldContain("--brand-color-link: #663399;");
        sheet.Text.ShouldContain(".hero {");
        (await Nobody().AskAsync(path, ("If-None-Match", sheet.Header("ETag")!))).Status.ShouldBe(304);
        (await Nobody().SendAsync(HttpMethod.Head, path, null)).ShouldBe(200).Text.ShouldBeEmpty();

        var tokens = (await Nobody().AskAsync(brand.GetProperty("tokenSheet").GetString()!)).ShouldBe(200);
        tokens.Text.ShouldNotContain(".hero");
        sheet.Text.ShouldStartWith(tokens.Text);

        var next = await SetAsync(below, new() { ["brand.radius"] = "1px" });
        var moved = (await BrandAsync(below, next)).GetProperty("stylesheet").GetString();
        moved.ShouldNotBe(path);
        foreach (var (asked, caching) in new[] { (path, "no-store"), ($"/brand/{Tenant}/{below}/current.css", "public, max-age=60") })
        {
            var lead = (await DirectAsync(asked)).ShouldBe(302);
            (lead.Header("Location"), lead.Header("Cache-Control")).ShouldBe((moved, caching));
        }
        (await DirectAsync($"/brand/{Tenant}/{below}/tokens.css")).ShouldBe(302).Header("Location").ShouldNotBe(moved);
        // Back to what it was: the path of then is right again.
        var back = (await Admin.PostAsync($"/api/sites/{below}/config/reset", """{"keys":["brand.radius"]}""")).ShouldBe(200).Receipt;
        (await BrandAsync(below, back)).GetProperty("stylesheet").GetString().ShouldBe(path);
        (await DirectAsync(path)).ShouldBe(200);
    }

    [Fact]
    public async Task Nothing_but_the_look_shows_and_nobody_elses_sites_are_there()
    {
        var site = await Admin.SiteAsync("secret.example.org");
        var set = await SetAsync(site, new() { ["seo.title-suffix"] = "confidential", ["brand.logo-text"] = "unseen" });
        var path = (await BrandAsync(site, set)).GetProperty("stylesheet").GetString()!;
        var sheet = (await Nobody().AskAsync(path)).ShouldBe(200).Text;
        sheet.ShouldNotContain("confidential");
        sheet.ShouldNotContain("unseen");
        (await Stranger().AskAsync("/api/tenant/brand")).ShouldBe(200);
        var hash = path.Split('/')[^1];
        foreach (var asked in new[]
        {
            $"/brand/aaaaaaaaaaaa/{site}/{hash}", $"/brand/{Tenant}/{Guid.NewGuid()}/{hash}", $"/brand/{Tenant}/{site}/x.css", $"/brand/{Tenant}/{site}/{hash[..^5]}.css", $"/brand/NO/{site}/{hash}",
            $"/brand/{Tenant}/{Guid.NewGuid()}/current.css", "/brand/x/current.css",
        })
        {
            var missing = (await DirectAsync(asked)).ShouldBe(404);
            (missing.Header("Cache-Control"), missing.Text.Contains(Tenant)).ShouldBe(("no-store", false), asked);
        }
        (await Nobody().AskAsync($"/api/sites/{site}/brand")).ShouldBeProblem(401, "unauthenticated");
    }

    private async Task<(Guid Top, Guid Below)> TreeAsync()
    {
        var top = await Admin.SiteAsync("top.example.org");
        return (top, await Admin.SiteAsync("below.example.org", top));
    }

    private Task<Answer> TrySetAsync(Guid site, Dictionary<string, string> values) => Admin.PostAsync($"/api/sites/{site}/config/set", Values(values));

    private async Task<Receipt> SetAsync(Guid site, Dictionary<string, string> values) => (await TrySetAsync(site, values)).ShouldBe(200).Receipt;

    private async Task<JsonElement> BrandAsync(Guid site, Receipt after, string more = "") =>
        (await Admin.AskAsync($"/api/sites/{site}/brand?after={after.Events[^1].Sequence}{more}")).ShouldBe(200).Json;

    /// <summary>The answer itself, where it leads elsewhere.</summary>
    private async Task<Answer> DirectAsync(string path)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = App.Url };
        return await client.AskAsync(path);
    }

    private static object Values(Dictionary<string, string> values) => new { values };

    private static string Token(JsonElement brand, string key) => brand.GetProperty("tokens").GetProperty(key).GetString()!;
}
