using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Platform.Api.Tests.Identity;

/// <summary>A test over HTTP as a directory sends its users and groups.</summary>
public abstract class ScimOverHttp(SharedApp shared) : PeopleOverHttp(shared)
{
    protected const string UserSchema = "urn:ietf:params:scim:schemas:core:2.0:User", GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group", PatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /// <summary>A client with a key, that provisions users: with four eyes, because what that takes is dangerous.</summary>
    protected async Task<(HttpClient Http, Guid Id)> DirectoryAsync(params string[] roles)
    {
        (await Admin.PostAsync("/api/roles", new { name = "directory", permissions = new[] { "users.manage", "users.read", "personal.read" } })).ShouldBe(201);
        var made = (await Admin.PostAsync("/api/clients", new { name = "Directory", grants = roles.Append("directory").Select(role => new { role }) })).ShouldBe(201);
        var (id, second) = (made.Receipt.StreamId, SignIn("second-admin", "admin"));
        foreach (var grant in await GrantsAsync(id))
            if (grant.GetProperty("status").GetString() == "requested")
                (await second.PostAsync($"/api/grants/{grant.GetProperty("id").GetString()}/approve")).ShouldBe(200);
        var directory = WithKey(made.Json.GetProperty("key").GetString()!);
        await UntilAsync(() => directory.AskAsync("/scim/v2/Users?count=0"), 200);
        return (directory, id);
    }

    protected static Task<Answer> ScimAsync(HttpClient client, string method, string path, object? body = null, params (string, string)[] headers) => client.SendAsync(
        new HttpMethod(method), $"/scim/v2/{path}",
        body is null ? null : new ByteArrayContent(body is string text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/scim+json") } }, headers);

    protected static Task<Answer> PatchAsync(HttpClient client, string path, params object[] operations) => ScimAsync(client, "PATCH", path, new { schemas = new[] { PatchSchema }, Operations = operations });

    protected static object User(string userName, string? externalId = null, bool active = true) => new
    {
        schemas = new[] { UserSchema },
        userName,
        externalId,
        name = new { givenName = "Ann", familyName = "Example" },
        displayName = "Ann Example",
        emails = new[] { new { value = userName, type = "work", primary = true } },
        active,
    };

    protected async Task<Guid> ProvisionAsync(string userName, HttpClient? client = null) => (await ScimAsync(client ?? Admin, "POST", "Users", User(userName))).ShouldBe(201).Json.GetProperty("id").GetGuid();

    protected async Task<Guid> GroupAsync(string name, params Guid[] members) =>
        (await ScimAsync(Admin, "POST", "Groups", new { schemas = new[] { GroupSchema }, displayName = name, members = members.Select(value => new { value }) })).ShouldBe(201).Json.GetProperty("id").GetGuid();

    /// <summary>The users, or groups, of a page.</summary>
    protected static IReadOnlyList<JsonElement> Resources(Answer answer) => [.. answer.ShouldBe(200).Json.GetProperty("Resources").EnumerateArray()];

    /// <summary>Sends what must be refused: an error of SCIM's, and nothing appended.</summary>
    protected async Task<Answer> ErrorAsync(Func<Task<Answer>> send, int status, string? type, string says)
    {
        var before = await CountEventsAsync();
        var answer = ShouldBeError(await send(), status, type, says);
        (await CountEventsAsync()).ShouldBe(before, "a refused request appended events");
        return answer;
    }

    protected static Answer ShouldBeError(Answer answer, int status, string? type, string says)
    {
        answer.ShouldBe(status);
        answer.Header("Content-Type").ShouldBe("application/scim+json");
        answer.Json.GetProperty("schemas")[0].GetString().ShouldBe("urn:ietf:params:scim:api:messages:2.0:Error");
        answer.Json.GetProperty("status").GetString().ShouldBe($"{status}");
        (answer.Json.TryGetProperty("scimType", out var given) ? given.GetString() : null).ShouldBe(type, answer.Text);
        answer.Json.GetProperty("detail").GetString()!.ShouldContain(says);
        answer.Text.ShouldNotContain("Exception");
        return answer;
    }

    private async Task<IReadOnlyList<JsonElement>> GrantsAsync(Guid client)
    {
        IReadOnlyList<JsonElement> grants = [];
        await Until.HoldsAsync(async () => (grants = (await Admin.AskAsync($"/api/grants?grantee={client}")).ShouldBe(200).Items).Count > 0);
        return grants;
    }
}
