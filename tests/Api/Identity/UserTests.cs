namespace Platform.Api.Tests.Identity;

public sealed class UserTests(SharedApp shared) : PeopleOverHttp(shared)
{
    [Fact]
    public async Task A_suspended_user_is_kept_from_everything_until_they_are_resumed()
    {
        var user = await RegisterAsync("ann");
        var ann = SignIn("ann", "admin");
        (await ann.AskAsync("/api/me")).ShouldBe(200);
        (await Admin.PostAsync($"/api/users/{user}/suspend")).ShouldBe(200);
        await UntilAsync(() => ann.AskAsync("/api/me"), 403);
        (await ann.AskAsync("/api/content")).ShouldBeProblem(403, "forbidden");
        (await ann.PostAsync("/api/sites", new { name = "x", domain = "x.example.org" })).ShouldBeProblem(403, "forbidden");
        (await Admin.PostAsync($"/api/users/{user}/suspend")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await Admin.PostAsync($"/api/users/{user}/resume")).ShouldBe(200);
        await UntilAsync(() => ann.AskAsync("/api/content"), 200);
        await RefusedAsync(() => ann.PostAsync($"/api/users/{user}/suspend"), 409, "conflict");
    }

    [Fact]
    public async Task Names_are_sealed_shown_to_who_may_read_them_found_and_erased()
    {
        var registered = (await Admin.PostAsync("/api/users", new { subject = "ann", name = "Ann Example", email = "ann@example.org" })).ShouldBe(201);
        var user = registered.Receipt.StreamId;
        var shown = await UntilHasAsync(() => Admin.AskAsync($"/api/users/{user}"), "Ann Example");
        shown.Json.GetProperty("email").GetString().ShouldBe("ann@example.org");
        (await Admin.AskAsync("/api/users?subject=ann")).ShouldBe(200).Items.Single().GetProperty("name").GetString().ShouldBe("Ann Example");
        (await As("auditor").AskAsync($"/api/users/{user}")).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("[hidden]");
        (await Admin.PostAsync("/api/users/find", new { email = "ANN@example.org" })).ShouldBe(200).Items.Single().GetProperty("id").GetGuid().ShouldBe(user);
        (await As("auditor").PostAsync("/api/users/find", new { email = "ann@example.org" })).ShouldBeProblem(403, "forbidden");
        (await Admin.PostAsync("/api/users/find", new { email = "ann@example.org", name = "Ann" })).ShouldBeProblem(422, "invalid", "name");
        await using (var command = Owner.CreateCommand($"select count(*) from public.mt_events where tenant_id = '{Tenant}' and data::text like '%Ann Example%'"))
            (await command.ExecuteScalarAsync()).ShouldBe(0L);
        var person = shown.Json.GetProperty("personId").GetGuid();
        (await Admin.PostAsync($"/api/privacy/subjects/{person}/erase", new { cause = "subject" })).ShouldBe(200);
        await UntilHasAsync(() => Admin.AskAsync($"/api/users/{user}"), "[erased]");
        (await Admin.AskAsync($"/api/users/{user}")).Json.GetProperty("status").GetString().ShouldBe("active");
    }

    [Fact]
    public async Task An_invited_user_is_linked_to_a_subject_that_is_nobody_elses()
    {
        await RegisterAsync("ann");
        var invited = (await Admin.PostAsync("/api/users", new { name = "Bea", email = "bea@example.org" })).ShouldBe(201).Receipt.StreamId;
        (await Admin.AskAsync($"/api/users/{invited}")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("invited");
        await GrantAsync(invited, "editor");
        await RefusedAsync(() => Admin.PostAsync($"/api/users/{invited}/link", new { subject = "ann" }), 409, "conflict", "subject");
        (await Admin.PostAsync($"/api/users/{invited}/link", new { subject = "auth0|bea/Größe 🌍" })).ShouldBe(200);
        var bea = SignIn("auth0|bea/Größe 🌍");
        await UntilAsync(() => bea.AskAsync("/api/content"), 200);
        await RefusedAsync(() => Admin.PostAsync($"/api/users/{invited}/link", new { subject = "other" }), 409, "conflict");
    }

    [Fact]
    public async Task Nobody_links_an_invited_user_to_their_own_subject()
    {
        var invited = (await Admin.PostAsync("/api/users", new { name = "Me", email = "me@example.org" })).ShouldBe(201).Receipt.StreamId;
        await GrantAsync(invited, "editor");
        await RefusedAsync(() => SignIn("second-admin", "admin").PostAsync($"/api/users/{invited}/link", new { subject = "second-admin" }), 403, "forbidden");
        (await Admin.AskAsync($"/api/users/{invited}")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("invited");
    }

    [Fact]
    public async Task Who_links_a_user_has_what_the_user_was_granted()
    {
        (await Admin.PostAsync("/api/roles", new { name = "registrar", permissions = new[] { "users.manage", "users.read" } })).ShouldBe(201);
        var invited = (await Admin.PostAsync("/api/users", new { name = "Bea", email = "bea@example.org" })).ShouldBe(201).Receipt.StreamId;
        await GrantAsync(invited, "editor");
        var registrar = SignIn("registrar", "registrar");
        await UntilAsync(() => registrar.AskAsync("/api/users"), 200);
        await UntilAsync(() => registrar.PostAsync($"/api/users/{invited}/link", """{"subject":""}"""), 422);
        await RefusedAsync(() => registrar.PostAsync($"/api/users/{invited}/link", new { subject = "mine" }), 403, "forbidden");
    }

    [Theory]
    [InlineData("""{"name":"Ann"}""", "subject")]
    [InlineData("""{"subject":"","name":"Ann"}""", "subject")]
    [InlineData("""{"subject":"client:1","name":"Ann"}""", "subject")]
    [InlineData("""{"subject":"a\u0007b","name":"Ann"}""", "subject")]
    [InlineData("""{"subject":"ann"}""", "name")]
    [InlineData("""{"subject":"ann","name":"Ann","email":"nowhere"}""", "email")]
    public async Task What_can_be_no_user_is_refused_at_its_place(string body, string field) => await RefusedAsync(() => Admin.PostAsync("/api/users", body), 422, "invalid", field);

    [Fact]
    public async Task Texts_that_are_too_long_are_refused()
    {
        await RefusedAsync(() => Admin.PostAsync("/api/users", new { subject = new string('x', 256), name = "Ann" }), 422, "invalid", "subject");
        await RefusedAsync(() => Admin.PostAsync("/api/users", new { subject = "ann", name = new string('x', 201) }), 422, "invalid", "name");
        await RefusedAsync(() => Admin.PostAsync("/api/users", new { subject = "ann", name = "Ann", email = $"{new string('x', 320)}@example.org" }), 422, "invalid", "email");
    }

    [Fact]
    public async Task A_subject_is_one_user_and_free_in_another_tenant()
    {
        await RegisterAsync("ann");
        await RefusedAsync(() => Admin.PostAsync("/api/users", new { subject = "ann", name = "Another" }), 409, "conflict", "subject");
        (await Stranger().PostAsync("/api/users", new { subject = "ann", name = "Another" })).ShouldBe(201);
    }

    private static async Task<Answer> UntilHasAsync(Func<Task<Answer>> ask, string text)
    {
        for (var n = 0; ; n++)
        {
            var answer = await ask();
            if (answer.Text.Contains(text, StringComparison.Ordinal) || n == 200)
            {
                answer.Text.ShouldContain(text);
                return answer;
            }
            await Task.Delay(100);
        }
    }
}
