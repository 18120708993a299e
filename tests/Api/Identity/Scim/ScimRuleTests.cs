using System.Text.Json;

namespace Platform.Api.Tests.Identity;

/// <summary>Who may provision what, and what a user name is to the tenant.</summary>
public sealed class ScimRuleTests(SharedApp shared) : ScimOverHttp(shared)
{
    [Fact]
    public async Task Of_sixteen_who_want_a_user_name_at_once_one_gets_it()
    {
        await Admin.AskAsync("/api/me");
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => ScimAsync(Admin, "POST", "Users", User(n % 2 == 0 ? "ann@example.org" : "ANN@Example.org"))));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.Status != 201))
            ShouldBeError(answer, 409, "uniqueness", "userName: ");
        (await ScimAsync(Admin, "GET", "Users?count=0")).Json.GetProperty("totalResults").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_user_name_is_taken_in_its_tenant_alone_and_free_once_its_user_has_another()
    {
        var ann = await ProvisionAsync("ann@example.org");
        var bea = await ProvisionAsync("bea@example.org");
        await ErrorAsync(() => PatchAsync(Admin, $"Users/{bea}", new { op = "replace", path = "userName", value = "Ann@example.org" }), 409, "uniqueness", "userName: ");
        await ProvisionAsync("ann@example.org", Stranger());
        (await PatchAsync(Admin, $"Users/{ann}", new { op = "replace", path = "userName", value = "anna@example.org" })).ShouldBe(200);
        (await PatchAsync(Admin, $"Users/{bea}", new { op = "replace", path = "userName", value = "ann@example.org" })).ShouldBe(200);
        await ErrorAsync(() => ScimAsync(Admin, "POST", "Users", User("anna@example.org")), 409, "uniqueness", "userName: ");
    }

    [Fact]
    public async Task Users_and_groups_of_another_tenant_are_not_there()
    {
        var ann = await ProvisionAsync("ann@example.org");
        var group = await GroupAsync("Editors", ann);
        var stranger = Stranger();
        foreach (var path in new[] { $"Users/{ann}", $"Groups/{group}" })
        {
            await ErrorAsync(() => ScimAsync(stranger, "GET", path), 404, null, "no such");
            await ErrorAsync(() => ScimAsync(stranger, "DELETE", path), 404, null, "no such");
        }
        await ErrorAsync(() => ScimAsync(stranger, "PUT", $"Users/{ann}", User("eve@example.org")), 404, null, "no such");
        await ErrorAsync(() => PatchAsync(stranger, $"Users/{ann}", new { op = "replace", path = "active", value = false }), 404, null, "no such");
        await ErrorAsync(() => PatchAsync(stranger, $"Groups/{group}", new { op = "replace", path = "displayName", value = "Ours" }), 404, null, "no such");
        await ErrorAsync(() => ScimAsync(stranger, "PUT", $"Groups/{group}", new { schemas = new[] { GroupSchema }, displayName = "Ours" }), 404, null, "no such");
        foreach (var filter in new[] { "Users", "Users?filter=userName%20eq%20%22ann%40example.org%22", $"Users?filter=id%20eq%20%22{ann}%22", "Groups", "Groups?filter=displayName%20eq%20%22Editors%22" })
            Resources(await ScimAsync(stranger, "GET", filter)).ShouldBeEmpty();
        // Nor is a user of one tenant a member of another's group.
        await ErrorAsync(() => ScimAsync(stranger, "POST", "Groups", new { schemas = new[] { GroupSchema }, displayName = "Ours", members = new[] { new { value = ann } } }), 400, "invalidValue", "members: There is no such user");
    }

    [Fact]
    public async Task Nobody_gives_by_a_group_what_they_lack()
    {
        var (directory, _) = await DirectoryAsync();
        var ann = await ProvisionAsync("ann@example.org");
        var group = await GroupAsync("Editors");
        (await Admin.PostAsync("/api/grants", new { groupId = group, role = "editor" })).ShouldBe(201);
        await ErrorAsync(() => PatchAsync(directory, $"Groups/{group}", new { op = "add", path = "members", value = new[] { new { value = ann } } }), 403, null, "You can't give what you don't have");
        (await PatchAsync(Admin, $"Groups/{group}", new { op = "add", path = "members", value = new[] { new { value = ann } } })).ShouldBe(204);
        (await PatchAsync(directory, $"Groups/{group}", new { op = "remove", path = "members" })).ShouldBe(204);
        // Whoever has the address accepts the invitation: with it would come what was granted.
        await GrantAsync(ann, "editor");
        await ErrorAsync(() => PatchAsync(directory, $"Users/{ann}", new { op = "replace", path = "emails[type eq \"work\"].value", value = "eve@example.org" }), 403, null, "You can't give what you don't have");
        (await PatchAsync(directory, $"Users/{ann}", new { op = "replace", path = "displayName", value = "Ann" })).ShouldBe(200);
    }

    [Fact]
    public async Task Nobody_gives_themselves_anything_by_a_group()
    {
        var ann = await ProvisionAsync("ann@example.org");
        (await Admin.PostAsync($"/api/users/{ann}/link", new { subject = "ann" })).ShouldBe(200);
        var group = await GroupAsync("Admins");
        var asAnn = SignIn("ann", "admin");
        await UntilAsync(() => asAnn.AskAsync("/api/me"), 200);
        await ErrorAsync(() => PatchAsync(asAnn, $"Groups/{group}", new { op = "add", path = "members", value = new[] { new { value = ann } } }), 403, null, "Nobody puts themselves into a group");
        (await PatchAsync(Admin, $"Groups/{group}", new { op = "add", path = "members", value = new[] { new { value = ann } } })).ShouldBe(204);
        await RefusedAsync(() => asAnn.PostAsync("/api/grants", new { groupId = group, role = "editor" }), 403, "forbidden");
        var asked = (await Admin.PostAsync("/api/grants", new { groupId = group, role = "admin" })).ShouldBe(201).Receipt.StreamId;
        await RefusedAsync(() => asAnn.PostAsync($"/api/grants/{asked}/approve"), 403, "forbidden");
        (await SignIn("second-admin", "admin").PostAsync($"/api/grants/{asked}/approve")).ShouldBe(200);
    }

    [Fact]
    public async Task It_takes_a_token_or_key_the_permission_and_that_to_read_of_people()
    {
        ShouldBeError(await ScimAsync(Nobody(), "GET", "Users"), 401, null, "Bearer");
        ShouldBeError(await ScimAsync(Nobody(), "GET", "ServiceProviderConfig"), 401, null, "Bearer");
        ShouldBeError(await ScimAsync(As("editor"), "GET", "Users"), 403, null, "users.read");
        ShouldBeError(await ScimAsync(As("auditor"), "GET", "Users"), 403, null, "personal.read");
        ShouldBeError(await ScimAsync(As("auditor"), "POST", "Users", User("ann@example.org")), 403, null, "users.manage");
        (await ScimAsync(As("auditor"), "GET", "Groups")).ShouldBe(200);
        ShouldBeError(await ScimAsync(Admin, "GET", "Nothing"), 404, null, "Nothing");
        ShouldBeError(await ScimAsync(Admin, "POST", $"Users/{Guid.NewGuid()}", "{}"), 405, null, "POST");
    }

    [Fact]
    public async Task If_Match_counts_for_all_that_a_resource_shows()
    {
        var ann = await ProvisionAsync("ann@example.org");
        var before = (await ScimAsync(Admin, "GET", $"Users/{ann}")).Header("ETag")!;
        var person = (await Admin.AskAsync($"/api/users/{ann}")).Json.GetProperty("personId").GetGuid();
        // What it shows stands in two streams.
        (await Admin.PutAsync($"/api/privacy/subjects/{person}", new { name = "Anna", email = "ann@example.org", reference = "ann@example.org" })).ShouldBe(200);
        object change = new { schemas = new[] { PatchSchema }, Operations = new[] { new { op = "replace", path = "displayName", value = "Ann" } } };
        await ErrorAsync(() => ScimAsync(Admin, "PATCH", $"Users/{ann}", change, ("If-Match", before)), 412, null, "If-Match");
        await ErrorAsync(() => ScimAsync(Admin, "DELETE", $"Users/{ann}", null, ("If-Match", before)), 412, null, "If-Match");
        (await ScimAsync(Admin, "PATCH", $"Users/{ann}", change, ("If-Match", (await ScimAsync(Admin, "GET", $"Users/{ann}")).Header("ETag")!))).ShouldBe(200);

        var group = await GroupAsync("Editors");
        var empty = (await ScimAsync(Admin, "GET", $"Groups/{group}")).Header("ETag")!;
        object join = new { schemas = new[] { PatchSchema }, Operations = new[] { new { op = "add", path = "members", value = new[] { new { value = ann } } } } };
        (await ScimAsync(Admin, "PATCH", $"Groups/{group}", join, ("If-Match", empty))).ShouldBe(204);
        await ErrorAsync(() => ScimAsync(Admin, "PATCH", $"Groups/{group}", join, ("If-Match", empty)), 412, null, "If-Match");
        await ErrorAsync(() => ScimAsync(Admin, "DELETE", $"Groups/{group}", null, ("If-Match", empty)), 412, null, "If-Match");
        (await ScimAsync(Admin, "DELETE", $"Groups/{group}", null, ("If-Match", (await ScimAsync(Admin, "GET", $"Groups/{group}")).Header("ETag")!))).ShouldBe(204);
    }

    [Fact]
    public async Task Of_whom_nothing_is_kept_any_more_nothing_is_said_and_they_can_be_removed()
    {
        var ann = await ProvisionAsync("ann@example.org");
        var person = (await Admin.AskAsync($"/api/users/{ann}")).Json.GetProperty("personId").GetGuid();
        (await Admin.PostAsync($"/api/privacy/subjects/{person}/erase", new { cause = "subject" })).ShouldBe(200);
        await Until.HoldsAsync(async () => (await ScimAsync(Admin, "GET", $"Users/{ann}")).Json.GetProperty("userName").GetString() == "[erased]");
        await ErrorAsync(() => PatchAsync(Admin, $"Users/{ann}", new { op = "replace", path = "displayName", value = "Ann" }), 409, null, "erased");
        (await PatchAsync(Admin, $"Users/{ann}", new { op = "replace", path = "active", value = false })).ShouldBe(200);
        (await ScimAsync(Admin, "DELETE", $"Users/{ann}")).ShouldBe(204);
        await ProvisionAsync("ann@example.org");
    }

    [Fact]
    public async Task Users_who_came_otherwise_are_there_too_and_a_directory_takes_them_over()
    {
        var ann = await RegisterAsync("ann");
        var shown = Resources(await ScimAsync(Admin, "GET", "Users?filter=userName%20eq%20%22ann%22")).ShouldHaveSingleItem();
        shown.GetProperty("id").GetGuid().ShouldBe(ann);
        (await PatchAsync(Admin, $"Users/{ann}", new { op = "replace", path = "active", value = false })).ShouldBe(200);
        var whole = (await ScimAsync(Admin, "PUT", $"Users/{ann}", User("ann@example.org", "e-1"))).ShouldBe(200).Json;
        (whole.GetProperty("userName").GetString(), whole.GetProperty("active").GetBoolean()).ShouldBe(("ann@example.org", true));
        await ErrorAsync(() => ScimAsync(Admin, "POST", "Users", User("ann@example.org")), 409, "uniqueness", "userName: ");
    }

    [Fact]
    public async Task A_request_that_is_sent_again_makes_no_second_user()
    {
        var first = (await ScimAsync(Admin, "POST", "Users", User("ann@example.org"), ("Idempotency-Key", "k"))).ShouldBe(201);
        (await ScimAsync(Admin, "POST", "Users", User("ann@example.org"), ("Idempotency-Key", "k"))).ShouldBe(201).Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task What_there_is_is_described()
    {
        var config = (await ScimAsync(As("editor"), "GET", "ServiceProviderConfig")).ShouldBe(200).Json;
        config.GetProperty("patch").GetProperty("supported").GetBoolean().ShouldBeTrue();
        config.GetProperty("bulk").GetProperty("supported").GetBoolean().ShouldBeFalse();
        foreach (var (list, key) in new[] { ("ResourceTypes", "User"), ("ResourceTypes", "Group"), ("Schemas", UserSchema), ("Schemas", GroupSchema) })
        {
            Resources(await ScimAsync(Admin, "GET", list)).Select(one => one.GetProperty("id").GetString()).ShouldContain(key);
            (await ScimAsync(Admin, "GET", $"{list}/{key}")).ShouldBe(200).Json.GetProperty("meta").GetProperty("location").GetString()!.ShouldEndWith($"/scim/v2/{list}/{key}");
            ShouldBeError(await ScimAsync(Admin, "GET", $"{list}/Nothing"), 404, null, "");
        }
        var document = (await Nobody().AskAsync("/swagger/scim/swagger.json")).ShouldBe(200);
        var (parsed, diagnostic) = Microsoft.OpenApi.OpenApiDocument.Parse(document.Text, "json");
        diagnostic!.Errors.Select(error => error.Message).Concat(diagnostic.Warnings.Select(warning => warning.Message)).ShouldBeEmpty();
        parsed!.Paths.Keys.ShouldAllBe(path => path.StartsWith("/scim/v2/"));
        var operations = document.Json.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value).ToList();
        operations.Count.ShouldBe(17);
        operations.ShouldAllBe(operation => operation.GetProperty("description").GetString()!.Length > 0 && operation.GetProperty("security").GetArrayLength() == 2);
        foreach (var response in operations.SelectMany(operation => operation.GetProperty("responses").EnumerateObject()).Where(response => response.Value.TryGetProperty("content", out _)))
            response.Value.GetProperty("content").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("application/scim+json");
        (await Nobody().AskAsync("/swagger/v1/swagger.json")).Text.ShouldNotContain("/scim/v2");
        JsonSerializer.Serialize(operations).ShouldNotMatch(@"Platform\.[A-Z]");
    }
}
