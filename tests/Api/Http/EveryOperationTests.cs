using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Identity;

namespace Platform.Api.Tests.Http;

/// <summary>What holds for each operation that the document describes, also for those to come.</summary>
public sealed class EveryOperationTests(SharedApp shared) : OverHttp(shared)
{
    private const int BodiesEach = 50;

    [Fact]
    public async Task Without_a_token_it_is_401()
    {
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => !o.IsPublic))
            await RefusedAsync(() => SendAsync(Nobody(), operation, operation.IsCommand ? "{}" : null), 401, "unauthenticated");
    }

    [Fact]
    public async Task It_asks_for_the_permission_that_it_names_and_refuses_a_role_without()
    {
        var asked = Operation.Endpoints(App).ToDictionary(e => (e.Method, e.Path), e => e.Permission);
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => o.Permission is not null))
        {
            asked[(operation.Method, operation.Path)].ShouldBe(operation.Permission, operation.Id);
            var roles = BuiltInRoles.All.Values.Where(role => !role.Permissions.Contains(operation.Permission!)).ToList();
            roles.ShouldNotBeEmpty(operation.Id);
            foreach (var role in roles)
                (await RefusedAsync(() => SendAsync(As(role.Name), operation, operation.IsCommand ? "{}" : null), 403, "forbidden"))
                    .Json.GetProperty("detail").GetString()!.ShouldContain(operation.Permission!);
        }
    }

    [Fact]
    public async Task It_refuses_malformed_json()
    {
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => o.IsCommand))
            foreach (var body in new[] { "{", "}", "{\"a\":", "[", "\u0001", "{\"a\":\"\\u0000\"}" })
                await RefusedAsync(() => SendAsync(Allowed(operation), operation, body), 400, "malformed");
    }

    [Fact]
    public async Task It_never_fails_over_a_random_body()
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site);
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => o.IsCommand))
        {
            var client = Allowed(operation);
            foreach (var body in RandomJson.Objects(site.ToString(), item.ToString()).Sample(BodiesEach, 8))
            {
                var answer = await SendAsync(client, operation, body, operation.Path.StartsWith("/api/sites", StringComparison.Ordinal) ? site : item);
                answer.Status.ShouldBeLessThan(500, $"{operation.Id} {body} {answer.Text}");
                answer.Status.ShouldNotBe(403, operation.Id);
            }
        }
    }

    [Fact]
    public async Task It_never_fails_over_a_random_query()
    {
        var item = await Admin.ArticleAsync();
        foreach (var operation in (await Operation.AllAsync(Nobody())).Where(o => !o.IsCommand))
        {
            var client = Allowed(operation);
            foreach (var name in operation.ParameterNames("query").Where(name => name != "wait"))
                foreach (var value in RandomJson.Texts().Sample(15, 8))
                {
                    var answer = await client.AskAsync($"{operation.Url(item)}?{name}={Uri.EscapeDataString(value)}&wait=0");
                    (answer.Status < 500 || answer.Status == 503 && name == "after").ShouldBeTrue($"{operation.Id} {name}={value} {answer.Text}");
                }
        }
    }

    private HttpClient Allowed(Operation operation) =>
        As(operation.Permission is { } permission ? BuiltInRoles.All.Values.First(role => role.Permissions.Contains(permission)).Name : "admin");

    private static Task<Answer> SendAsync(HttpClient client, Operation operation, string? body, Guid? id = null) =>
        client.SendAsync(new HttpMethod(operation.Method), operation.Url(id), body);
}
