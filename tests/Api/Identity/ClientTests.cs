namespace Platform.Api.Tests.Identity;

/// <summary>Clients of the tenant: their keys, what they may, and how that ends.</summary>
public sealed class ClientTests(SharedApp shared) : PeopleOverHttp(shared)
{
    private static readonly object[] Editor = [new { role = "editor" }];

    private async Task<(Guid Id, string Key)> RegisterAsync(object body)
    {
        var answer = (await Admin.PostAsync("/api/clients", body)).ShouldBe(201);
        answer.Header("Cache-Control").ShouldBe("no-store");
        return (answer.Receipt.StreamId, answer.Json.GetProperty("key").GetString()!);
    }

    private HttpClient ByHeader(string key)
    {
        var client = Nobody();
        client.DefaultRequestHeaders.Add("X-Api-Key", key);
        return client;
    }

    [Fact]
    public async Task A_key_lets_in_as_bearer_and_as_header_and_stands_nowhere()
    {
        var (id, key) = await RegisterAsync(new { name = "Importer", grants = Editor });
        key.ShouldMatch($"^pk_{Tenant}[a-z2-7]{{8}}_[A-Za-z0-9_-]{{43}}$");
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        (await ByHeader(key).AskAsync("/api/content")).ShouldBe(200);
        var me = (await WithKey(key).AskAsync("/api/me")).ShouldBe(200).Json;
        me.GetProperty("clientId").GetGuid().ShouldBe(id);
        me.GetProperty("subject").GetString().ShouldBe($"client:{id}");
        var site = await Admin.ArticleSiteAsync();
        var item = await WithKey(key).ArticleAsync(site);
        (await Admin.AskAsync($"/api/content/{item}/history")).Items[0].GetProperty("user").GetString().ShouldBe($"client:{id}");
        await using var command = Owner.CreateCommand($"select count(*) from public.mt_events where data::text like '%{key[^43..]}%'");
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
        (await Admin.AskAsync("/api/clients")).ShouldBe(200).Text.ShouldNotContain(key[^43..]);
    }

    [Fact]
    public async Task A_request_that_is_sent_again_gets_its_receipt_without_the_key()
    {
        var body = new { name = "Importer", grants = Editor };
        var first = (await Admin.PostAsync("/api/clients", body, ("Idempotency-Key", "k"))).ShouldBe(201);
        var again = (await Admin.PostAsync("/api/clients", body, ("Idempotency-Key", "k"))).ShouldBe(201);
        again.Receipt.StreamId.ShouldBe(first.Receipt.StreamId);
        again.Json.TryGetProperty("key", out _).ShouldBeFalse();
        (await Admin.AskAsync($"/api/clients/{first.Receipt.StreamId}")).ShouldBe(200);
    }

    [Fact]
    public async Task Scopes_narrow_what_is_granted()
    {
        var (_, key) = await RegisterAsync(new { name = "Reader", grants = Editor, scopes = new[] { "content.read", "analytics.read" } });
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        (await WithKey(key).AskAsync("/api/sites")).ShouldBeProblem(403, "forbidden");
        (await WithKey(key).AskAsync("/api/analytics/tables")).ShouldBeProblem(403, "forbidden");
        (await WithKey(key).AskAsync("/api/me/explain?permission=sites.read")).Json.GetProperty("reasons")[0].GetProperty("effect").GetString().ShouldBe("out-of-scope");
    }

    [Fact]
    public async Task A_key_is_followed_by_another_with_and_without_overlap()
    {
        var (id, first) = await RegisterAsync(new { name = "Importer", grants = Editor });
        await UntilAsync(() => WithKey(first).AskAsync("/api/content"), 200);
        var second = (await Admin.PostAsync($"/api/clients/{id}/rotate", new { previousUntil = DateTimeOffset.UtcNow.AddSeconds(3) })).ShouldBe(200).Json.GetProperty("key").GetString()!;
        await UntilAsync(() => WithKey(second).AskAsync("/api/content"), 200);
        (await WithKey(first).AskAsync("/api/content")).Status.ShouldBeOneOf(200, 401);
        await UntilAsync(() => WithKey(first).AskAsync("/api/content"), 401);
        var third = (await Admin.PostAsync($"/api/clients/{id}/rotate")).ShouldBe(200).Json.GetProperty("key").GetString()!;
        await UntilAsync(() => WithKey(third).AskAsync("/api/content"), 200);
        (await WithKey(second).AskAsync("/api/content")).ShouldBeProblem(401, "unauthenticated");
        await RefusedAsync(() => Admin.PostAsync($"/api/clients/{id}/rotate", new { previousUntil = DateTimeOffset.UtcNow.AddDays(31) }), 422, "invalid", "previousUntil");
        (await Admin.AskAsync($"/api/clients/{id}")).Json.GetProperty("client").GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("prefix").GetString()!)
            .ShouldBe([third[3..^44], second[3..^44]]);
    }

    [Fact]
    public async Task A_client_ends_by_revocation_and_by_itself()
    {
        var (id, key) = await RegisterAsync(new { name = "Importer", grants = Editor });
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        (await Admin.PostAsync($"/api/clients/{id}/revoke")).ShouldBe(200);
        var refused = await UntilAsync(() => WithKey(key).AskAsync("/api/me"), 401);
        refused.ShouldBeProblem(401, "unauthenticated");
        await RefusedAsync(() => Admin.PostAsync($"/api/clients/{id}/rotate"), 409, "conflict");
        var (_, brief) = await RegisterAsync(new { name = "Brief", grants = Editor, expiresAt = DateTimeOffset.UtcNow.AddSeconds(2) });
        await UntilAsync(() => WithKey(brief).AskAsync("/api/content"), 200);
        await UntilAsync(() => WithKey(brief).AskAsync("/api/content"), 401);
    }

    [Fact]
    public async Task Keys_that_are_wrong_or_two_are_401_and_those_of_another_tenant_see_nothing_of_this_one()
    {
        var (_, key) = await RegisterAsync(new { name = "Importer", grants = Editor });
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        var wrong = key[..^1] + (key[^1] == 'A' ? 'E' : 'A');
        foreach (var text in new[] { wrong, "pk_", "pk_x_y", $"pk_{new string('a', 20)}_{new string('b', 43)}", key + "x", key.ToUpperInvariant() })
            (await ByHeader(text).AskAsync("/api/me")).ShouldBeProblem(401, "unauthenticated");
        (await WithKey(wrong).AskAsync("/api/me")).ShouldBeProblem(401, "unauthenticated");
        (await Admin.AskAsync("/api/me", ("X-Api-Key", key))).ShouldBeProblem(401, "unauthenticated");
        var item = await Stranger().ArticleAsync();
        (await WithKey(key).AskAsync($"/api/content/{item}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task What_a_client_is_granted_is_granted_as_to_a_user()
    {
        await RefusedAsync(() => Admin.PostAsync("/api/clients", new { name = "x", grants = new[] { new { role = "editor" }, new { role = "emperor" } } }), 422, "invalid", "grants[1].role");
        await RefusedAsync(() => Admin.PostAsync("/api/clients", new { name = "x", scopes = new[] { "content.read", "content.fly" } }), 422, "invalid", "scopes[1]");
        await RefusedAsync(() => Admin.PostAsync("/api/clients", new { name = new string('x', 201) }), 422, "invalid", "name");
        await RefusedAsync(() => Admin.PostAsync("/api/clients", new { name = "x", expiresAt = "2020-01-01T00:00:00Z" }), 422, "invalid", "expiresAt");
        var (id, key) = await RegisterAsync(new { name = "Admin", grants = new[] { new { role = "admin" } } });
        await UntilAsync(() => WithKey(key).AskAsync("/api/me"), 200);
        (await WithKey(key).AskAsync("/api/content")).ShouldBeProblem(403, "forbidden");
        var grant = (await Admin.AskAsync($"/api/grants?grantee={id}")).ShouldBe(200).Items.Single().GetProperty("id").GetGuid();
        (await SignIn("second-admin", "admin").PostAsync($"/api/grants/{grant}/approve")).ShouldBe(200);
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        // A program has no eyes of its own.
        var other = await GrantAsync((await Admin.PostAsync("/api/users", new { subject = "ann", name = "Ann" })).ShouldBe(201).Receipt.StreamId, "admin");
        await RefusedAsync(() => WithKey(key).PostAsync($"/api/grants/{other}/approve"), 403, "forbidden");
    }

    [Fact]
    public async Task Who_gets_a_clients_new_key_has_what_the_client_was_granted()
    {
        (await Admin.PostAsync("/api/roles", new { name = "keeper", permissions = new[] { "clients.manage", "clients.read" } })).ShouldBe(201);
        var (id, key) = await RegisterAsync(new { name = "Importer", grants = Editor });
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        var keeper = SignIn("keeper", "keeper");
        await UntilAsync(() => keeper.AskAsync("/api/clients"), 200);
        await RefusedAsync(() => keeper.PostAsync($"/api/clients/{id}/rotate"), 403, "forbidden");
        foreach (var path in new[] { $"/api/clients/{id}/rotate", $"/api/clients/{id}/revoke" })
            (await Stranger().PostAsync(path)).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"/api/clients/{id}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task That_a_client_called_is_noted_once_an_hour()
    {
        var (id, key) = await RegisterAsync(new { name = "Importer", grants = Editor });
        for (var n = 0; n < 20; n++)
            await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        var used = await UntilAsync(async () => await Admin.AskAsync($"/api/clients/{id}") is var answer && answer.Json.TryGetProperty("lastUsedAt", out _) ? answer : await Admin.AskAsync("/nowhere"), 200);
        used.Json.GetProperty("lastUsedKey").GetString().ShouldBe(key[3..^44]);
        await using var command = Owner.CreateCommand($"select count(*) from public.mt_events where tenant_id = '{Tenant}' and type = 'identity.client-used'");
        (await command.ExecuteScalarAsync()).ShouldBe(1L);
    }

    [Fact]
    public async Task A_token_of_the_issuer_is_no_clients() =>
        (await SignIn($"client:{Guid.CreateVersion7()}", "admin").AskAsync("/api/me")).ShouldBeProblem(401, "unauthenticated");
}
