namespace Platform.Api.Tests.Identity;

public sealed class RoleTests(SharedApp shared) : PeopleOverHttp(shared)
{
    private Task<Answer> DefineAsync(object body) => Admin.PostAsync("/api/roles", body);

    [Fact]
    public async Task A_role_of_the_tenants_own_is_defined_changed_and_retired_and_tokens_that_name_it_follow()
    {
        var writer = SignIn("writer", "writer");
        (await writer.AskAsync("/api/content")).ShouldBeProblem(403, "forbidden");
        var defined = (await DefineAsync(new { name = "writer", permissions = new[] { "content.read" } })).ShouldBe(201);
        await UntilAsync(() => writer.AskAsync("/api/content"), 200);
        (await Admin.AskAsync(defined.Header("Location")!)).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("writer");

        (await Admin.PutAsync("/api/roles/writer", new { inherits = new[] { "analyst" } })).ShouldBe(200).Receipt.Events.Select(e => e.Type)
            .ShouldBe(["identity.role-permissions-changed", "identity.role-inheritance-changed"]);
        await UntilAsync(() => writer.AskAsync("/api/analytics/tables"), 200);
        (await Admin.AskAsync("/api/roles/writer?asOf=1")).Json.GetProperty("permissions").GetArrayLength().ShouldBe(1);

        (await Admin.PostAsync("/api/roles/writer/retire")).ShouldBe(200);
        await UntilAsync(() => writer.AskAsync("/api/content"), 403);
        (await Admin.PostAsync("/api/roles/writer/retire")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await DefineAsync(new { name = "writer", permissions = new[] { "content.read" } })).ShouldBe(201);
    }

    [Theory]
    [InlineData("""{"name":"x","permissions":["content.read","content.fly"]}""", "permissions[1]")]
    [InlineData("""{"name":"x","permissions":[null]}""", "permissions[0]")]
    [InlineData("""{"name":"x","permissions":["tenants.read"]}""", "permissions[0]")]
    [InlineData("""{"name":"x","inherits":["editor","nobody"]}""", "inherits[1]")]
    [InlineData("""{"name":"x","inherits":["x"]}""", "inherits[0]")]
    [InlineData("""{"name":"x"}""", "permissions")]
    [InlineData("""{"name":"editor","permissions":["content.read"]}""", "name")]
    [InlineData("""{"name":"Größe","permissions":["content.read"]}""", "name")]
    [InlineData("""{"name":"\ud83d","permissions":["content.read"]}""", "$", 400)]
    public async Task What_can_be_no_role_is_refused_at_its_place(string body, string field, int status = 422) =>
        await RefusedAsync(() => Admin.PostAsync("/api/roles", body), status, status == 400 ? "malformed" : "invalid", status == 400 ? null : field);

    [Fact]
    public async Task A_name_that_is_too_long_and_lists_that_are_too_long_are_refused()
    {
        await RefusedAsync(() => DefineAsync(new { name = new string('x', 64), permissions = new[] { "content.read" } }), 422, "invalid", "name");
        await RefusedAsync(() => DefineAsync(new { name = "x", permissions = Enumerable.Repeat("content.read", 201) }), 422, "invalid", "permissions");
        await RefusedAsync(() => DefineAsync(new { name = "x", inherits = Enumerable.Repeat("editor", 17) }), 422, "invalid", "inherits");
    }

    [Fact]
    public async Task Roles_that_would_inherit_from_each_other_are_refused()
    {
        (await DefineAsync(new { name = "a", permissions = new[] { "content.read" } })).ShouldBe(201);
        (await DefineAsync(new { name = "b", inherits = new[] { "a" } })).ShouldBe(201);
        (await DefineAsync(new { name = "c", inherits = new[] { "b" } })).ShouldBe(201);
        await RefusedAsync(() => Admin.PutAsync("/api/roles/a", new { inherits = new[] { "c" } }), 422, "invalid", "inherits[0]");
    }

    [Fact]
    public async Task Of_two_changes_at_once_that_would_close_a_circle_one_is_refused()
    {
        (await DefineAsync(new { name = "a", permissions = new[] { "content.read" } })).ShouldBe(201);
        (await DefineAsync(new { name = "b", permissions = new[] { "content.read" } })).ShouldBe(201);
        var answers = await Task.WhenAll(
            Admin.PutAsync("/api/roles/a", new { inherits = new[] { "b" } }), Admin.PutAsync("/api/roles/b", new { inherits = new[] { "a" } }));
        answers.Select(a => a.Status).Order().ShouldBe([200, 422]);
    }

    [Fact]
    public async Task Nobody_makes_a_role_of_what_they_do_not_have()
    {
        (await DefineAsync(new { name = "roles-only", permissions = new[] { "roles.manage", "roles.read" } })).ShouldBe(201);
        var somebody = SignIn("somebody", "roles-only");
        await UntilAsync(() => somebody.AskAsync("/api/roles"), 200);
        var refused = await RefusedAsync(() => somebody.PostAsync("/api/roles", new { name = "mine", permissions = new[] { "content.publish" } }), 403, "forbidden");
        refused.Json.GetProperty("detail").GetString()!.ShouldContain("content.publish");
        await RefusedAsync(() => somebody.PostAsync("/api/roles", new { name = "mine", inherits = new[] { "editor" } }), 403, "forbidden");
        (await somebody.PostAsync("/api/roles", new { name = "mine", permissions = new[] { "roles.read" } })).ShouldBe(201);
    }

    [Fact]
    public async Task A_role_that_came_to_inherit_from_more_than_a_hundred_is_given_to_nobody()
    {
        var branches = Enumerable.Range(0, 7).Select(n => $"branch-{n}").ToList();
        foreach (var branch in branches)
        {
            (await DefineAsync(new { name = branch, permissions = new[] { "content.read" } })).ShouldBe(201);
            foreach (var n in Enumerable.Range(0, 16))
                (await DefineAsync(new { name = $"{branch}-{n}", permissions = new[] { n == 15 ? "privacy.read" : "content.read" } })).ShouldBe(201);
        }
        (await DefineAsync(new { name = "tree", inherits = branches })).ShouldBe(201);
        foreach (var branch in branches)
            (await Admin.PutAsync($"/api/roles/{branch}", new { inherits = Enumerable.Range(0, 16).Select(n => $"{branch}-{n}") })).ShouldBe(200);
        var user = await RegisterAsync("ann");
        await RefusedAsync(() => Admin.PostAsync("/api/grants", new { userId = user, role = "tree" }), 409, "conflict");
        var many = new { name = "many", grants = branches.Select(branch => new { role = branch }) };
        (await Admin.PostAsync("/api/clients", many)).ShouldBe(201);
    }

    [Fact]
    public async Task Built_in_roles_are_not_changed_and_those_of_others_are_not_there()
    {
        await RefusedAsync(() => Admin.PutAsync("/api/roles/editor", new { permissions = new[] { "content.read" } }), 409, "conflict");
        await RefusedAsync(() => Admin.PostAsync("/api/roles/editor/retire"), 409, "conflict");
        (await Admin.AskAsync("/api/roles/editor")).ShouldBe(200).Json.GetProperty("builtIn").GetBoolean().ShouldBeTrue();
        var role = (await DefineAsync(new { name = "mine", permissions = new[] { "content.read" } })).ShouldBe(201).Receipt.StreamId;
        foreach (var name in new[] { "mine", role.ToString() })
            (await Stranger().AskAsync($"/api/roles/{name}")).ShouldBeProblem(404, "not-found");
        (await Stranger().PutAsync("/api/roles/mine", new { permissions = new[] { "content.read" } })).ShouldBeProblem(404, "not-found");
        (await Stranger().PostAsync("/api/roles/mine/retire")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_platform_wide_permission_is_not_inherited_from_the_operator_either()
    {
        await RefusedAsync(() => DefineAsync(new { name = "x", inherits = new[] { "operator" }, permissions = new[] { "projections.operate" } }), 422, "invalid", "permissions[0]");
        (await DefineAsync(new { name = "x", inherits = new[] { "operator" } })).ShouldBe(201);
        var somebody = SignIn("somebody", "x");
        await UntilAsync(() => somebody.AskAsync("/api/analytics/tables"), 200);
        (await somebody.AskAsync("/api/tenants")).ShouldBeProblem(403, "forbidden");
    }
}
