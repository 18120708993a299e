using Platform.Domain.Identity;

namespace Platform.Api.Tests.Identity;

/// <summary>Whom a directory provisions signs in as who is invited does; and what a session is worth afterwards.</summary>
public sealed class ScimSignInTests(SharedApp shared) : ScimOverHttp(shared)
{
    [Fact]
    public async Task A_user_who_was_provisioned_signs_in_by_their_address_and_not_once_they_are_removed()
    {
        await using var provider = await CertifiedProvider.StartAsync(App.Url, Tenant);
        (await Admin.PostAsync("/api/sign-in-providers", new { name = "corp", issuer = provider.Issuer, clientId = "platform", clientSecret = "a secret + more", admits = SignInAdmits.Invited })).ShouldBe(201);
        await Until.HoldsAsync(async () => (await Nobody().AskAsync($"/api/sign-in/{Tenant}?provider=corp")).Status != 404, 30);
        var ann = await ProvisionAsync("ann@example.org");
        (await Admin.PostAsync("/api/roles", new { name = "reader", permissions = new[] { "users.read" } })).ShouldBe(201);
        await GrantAsync(ann, "reader");
        await Until.HoldsAsync(async () => (await Admin.PostAsync("/api/users/find", new { email = "ann@example.org" })).Items.Count == 1, 30);

        using var browser = new Browser(App.Url);
        (await browser.SignInAsync(Tenant, "ann")).ShouldBe(302);
        (await browser.AskAsync("/api/me")).ShouldBe(200).Json.GetProperty("userId").GetGuid().ShouldBe(ann);
        (await browser.AskAsync("/api/users")).ShouldBe(200);
        // Programs provision: a browser's session counts for nothing there.
        ShouldBeError(await browser.AskAsync("/scim/v2/Groups"), 401, null, "Bearer");

        (await ScimAsync(Admin, "DELETE", $"Users/{ann}")).ShouldBe(204);
        await UntilAsync(() => browser.AskAsync("/api/me"), 401);
        using (var again = new Browser(App.Url))
            (await again.SignInAsync(Tenant, "ann")).ShouldBeProblem(403, "forbidden");

        var second = await ProvisionAsync("ann@example.org");
        await Until.HoldsAsync(async () => (await Admin.PostAsync("/api/users/find", new { email = "ann@example.org" })).Items.Count == 1, 30);
        using var anew = new Browser(App.Url);
        (await anew.SignInAsync(Tenant, "ann")).ShouldBe(302);
        (await UntilAsync(() => anew.AskAsync("/api/me"), 200)).Json.GetProperty("userId").GetGuid().ShouldBe(second);
        // Nor does the session of who was removed come back with them.
        (await browser.AskAsync("/api/me")).ShouldBe(401);
    }
}
