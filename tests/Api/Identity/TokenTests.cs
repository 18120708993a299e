using System.Net.Http.Headers;
using System.Text;

namespace Platform.Api.Tests.Identity;

/// <summary>Tokens for programs by OAuth 2.0 client credentials: how they are got, what they may, and how that ends.</summary>
public sealed class TokenTests(SharedApp shared) : PeopleOverHttp(shared)
{
    private async Task<(Guid Id, string Key)> ClientAsync(params string[] scopes)
    {
        var answer = (await Admin.PostAsync("/api/clients", new { name = "Importer", grants = new[] { new { role = "editor" } }, scopes = scopes.Length == 0 ? null : scopes })).ShouldBe(201);
        var (id, key) = (answer.Receipt.StreamId, answer.Json.GetProperty("key").GetString()!);
        await UntilAsync(() => WithKey(key).AskAsync("/api/content"), 200);
        return (id, key);
    }

    private Task<Answer> AskAsync(params (string Name, string Value)[] form) =>
        Nobody().SendAsync(HttpMethod.Post, "/api/oauth/token", new FormUrlEncodedContent(form.Select(member => KeyValuePair.Create(member.Name, member.Value))));

    private static void ShouldBeRefused(Answer answer, int status, string error)
    {
        answer.ShouldBe(status).Json.GetProperty("error").GetString().ShouldBe(error);
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    [Fact]
    public async Task A_token_is_got_by_header_or_form_and_lets_in_as_the_client()
    {
        var (id, key) = await ClientAsync();
        var answer = (await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key))).ShouldBe(200);
        answer.Header("Cache-Control").ShouldBe("no-store");
        answer.Json.GetProperty("token_type").GetString().ShouldBe("Bearer");
        answer.Json.GetProperty("expires_in").GetInt64().ShouldBeInRange(590, 600);
        var token = answer.Json.GetProperty("access_token").GetString()!;
        (await WithToken(token).AskAsync("/api/me")).ShouldBe(200).Json.GetProperty("clientId").GetGuid().ShouldBe(id);
        (await WithToken(token).AskAsync("/api/content")).ShouldBe(200);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/oauth/token") { Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{key}")));
        using var byHeader = await Nobody().SendAsync(request);
        ((int)byHeader.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task A_token_is_held_to_the_scopes_that_were_asked_for()
    {
        var (id, key) = await ClientAsync("content.read", "sites.read");
        var answer = (await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key), ("scope", "content.read"))).ShouldBe(200);
        answer.Json.GetProperty("scope").GetString().ShouldBe("content.read");
        using var held = WithToken(answer.Json.GetProperty("access_token").GetString()!);
        (await held.AskAsync("/api/content")).ShouldBe(200);
        (await held.AskAsync("/api/sites")).ShouldBeProblem(403, "forbidden");
        (await WithKey(key).AskAsync("/api/sites")).ShouldBe(200);
        foreach (var scope in new[] { "content.edit", "no.such", "*" })
            ShouldBeRefused(await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key), ("scope", scope)), 400, "invalid_scope");
    }

    [Fact]
    public async Task A_token_ends_with_its_key_and_with_its_client()
    {
        async Task<HttpClient> TokenAsync(Guid id, string key) =>
            WithToken((await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key))).ShouldBe(200).Json.GetProperty("access_token").GetString()!);

        var (id, key) = await ClientAsync();
        using var first = await TokenAsync(id, key);
        (await first.AskAsync("/api/content")).ShouldBe(200);
        var next = (await Admin.PostAsync($"/api/clients/{id}/rotate")).ShouldBe(200).Json.GetProperty("key").GetString()!;
        await UntilAsync(() => first.AskAsync("/api/content"), 401);
        await UntilAsync(() => WithKey(next).AskAsync("/api/content"), 200);
        using var second = await TokenAsync(id, next);
        (await second.AskAsync("/api/content")).ShouldBe(200);
        (await Admin.PostAsync($"/api/clients/{id}/revoke")).ShouldBe(200);
        await UntilAsync(() => second.AskAsync("/api/content"), 401);
        ShouldBeRefused(await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", next)), 401, "invalid_client");
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_the_standards_names_and_forged_tokens_let_nobody_in()
    {
        var (id, key) = await ClientAsync();
        ShouldBeRefused(await AskAsync(("client_id", $"{id}"), ("client_secret", key)), 400, "invalid_request");
        ShouldBeRefused(await AskAsync(("grant_type", "password"), ("client_id", $"{id}"), ("client_secret", key)), 400, "unsupported_grant_type");
        ShouldBeRefused(await AskAsync(("grant_type", "client_credentials")), 400, "invalid_request");
        ShouldBeRefused(await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key), ("client_secret", key)), 400, "invalid_request");
        ShouldBeRefused(await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{Guid.CreateVersion7()}"), ("client_secret", key)), 401, "invalid_client");
        ShouldBeRefused(await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key[..^1] + (key[^1] == 'A' ? 'E' : 'A'))), 401, "invalid_client");
        ShouldBeRefused(await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", new string('x', 20_000))), 400, "invalid_request");
        (await Nobody().PostAsync("/api/oauth/token", new { grant_type = "client_credentials" })).ShouldBeProblem(415, "unsupported-media-type");
        var token = (await AskAsync(("grant_type", "client_credentials"), ("client_id", $"{id}"), ("client_secret", key))).ShouldBe(200).Json.GetProperty("access_token").GetString()!;
        foreach (var forged in new[] { token[..^2], token + "A", token.Replace("pt_", "pt_A", StringComparison.Ordinal), "pt_" })
            (await WithToken(forged).AskAsync("/api/content")).ShouldBeProblem(401, "unauthenticated");
        using var asKey = Nobody();
        asKey.DefaultRequestHeaders.Add("X-Api-Key", token);
        (await asKey.AskAsync("/api/content")).ShouldBeProblem(401, "unauthenticated");
    }
}
