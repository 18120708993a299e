using System.Net;

namespace Platform.Api.Tests.Identity;

/// <summary>The provider that is built in for development.</summary>
public sealed class DevelopmentProviderTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task One_signs_in_as_whom_one_says_one_is()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        var form = await FormAsync(browser);
        form.Header("Content-Security-Policy")!.ShouldContain("default-src 'none'");
        var answer = (await browser.SubmitAsync(form, new() { ["sub"] = "<ann>", ["name"] = "Ann", ["email"] = "ann@example.org", ["groups"] = "staff editors" })).ShouldBe(302);
        (await browser.AskAsync(answer.Message.Headers.Location!.PathAndQuery)).ShouldBe(302);
        var me = (await browser.AskAsync("/api/me")).ShouldBe(200).Json;
        (me.GetProperty("subject").GetString(), me.GetProperty("roles")[0].GetString()).ShouldBe(("oidc:dev|<ann>", "editor"));
    }

    [Fact]
    public async Task It_leads_to_no_other_host_and_takes_no_half_form()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        var asked = (await browser.AskAsync($"/api/sign-in/{Tenant}")).Message.Headers.Location!.PathAndQuery;
        (await browser.AskAsync(asked.Replace("127.0.0.1", "evil.example", StringComparison.Ordinal))).ShouldBeProblem(400, "malformed");
        (await browser.AskAsync(asked.Replace("S256", "plain", StringComparison.Ordinal))).ShouldBeProblem(400, "malformed");
        (await browser.SubmitAsync(await FormAsync(browser), [])).ShouldBeProblem(400, "malformed");
        (await browser.SubmitAsync(await FormAsync(browser), new() { ["sub"] = "" })).ShouldBeProblem(400, "malformed");
    }

    [Fact]
    public async Task A_code_is_worth_something_once_and_to_whoever_began_alone()
    {
        await ConfigureAsync();
        using var browser = new Browser(App.Url);
        var answer = await browser.SubmitAsync(await FormAsync(browser), new() { ["sub"] = "ann" });
        var code = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(answer.Message.Headers.Location!.Query)["code"].ToString();
        (await Nobody().SendAsync(HttpMethod.Post, "/dev/provider/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = "platform",
            ["redirect_uri"] = $"{App.Url.GetLeftPart(UriPartial.Authority)}/api/sign-in/{Tenant}/dev/callback",
            ["code_verifier"] = "another",
        }))).ShouldBe((int)HttpStatusCode.BadRequest);
        // Tried with a wrong verifier it's gone.
        (await browser.AskAsync(answer.Message.Headers.Location!.PathAndQuery)).ShouldBeProblem(403, "forbidden");
    }

    private async Task<Answer> FormAsync(Browser browser) => (await browser.AskAsync((await browser.AskAsync($"/api/sign-in/{Tenant}")).ShouldBe(302).Message.Headers.Location!.AbsoluteUri)).ShouldBe(200);

    private async Task ConfigureAsync()
    {
        (await Admin.PostAsync("/api/sign-in-providers", new
        {
            name = "dev",
            issuer = $"{App.Url.GetLeftPart(UriPartial.Authority)}/dev/provider",
            clientId = "platform",
            admits = "everyone",
            roles = new[] { new { claim = "groups", value = "editors", role = "editor" } },
        })).ShouldBe(201);
        using var browser = new Browser(App.Url);
        await Until.HoldsAsync(async () => (await browser.AskAsync($"/api/sign-in/{Tenant}")).Status == 302);
    }
}
