namespace Platform.Api.Tests.Http;

/// <summary>Requests that reach no endpoint, and headers that no request should have.</summary>
public sealed class RouteTests(SharedApp shared) : OverHttp(shared)
{
    private string Token => Admin.DefaultRequestHeaders.Authorization!.Parameter!;

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/api/content/not-an-id")]
    [InlineData("/api/content/../../etc/passwd")]
    public async Task An_unknown_route_is_a_404_problem(string path)
    {
        (await Admin.AskAsync(path)).ShouldBeProblem(404, "not-found");
        (await Nobody().AskAsync(path)).ShouldBeProblem(404, "not-found");
    }

    [Theory]
    [InlineData("DELETE", "/api/content", "GET, POST")]
    [InlineData("PUT", "/api/content-types", "GET, POST")]
    [InlineData("DELETE", "/api/sites/0198c5a0-0000-7000-8000-000000000001", "GET, PUT")]
    [InlineData("GET", "/api/content/0198c5a0-0000-7000-8000-000000000001/publish", "POST")]
    [InlineData("PATCH", "/api/me", "GET")]
    public async Task A_wrong_method_is_a_405_problem_that_says_which_are_right(string method, string path, string allowed)
    {
        var answer = await RefusedAsync(() => Admin.SendAsync(new HttpMethod(method), path, (object?)null), 405, "method-not-allowed");
        answer.Header("Allow")!.Split(", ").Order().ShouldBe(allowed.Split(", "));
    }

    [Fact]
    public async Task Events_can_be_deleted_by_no_route()
    {
        var item = await Admin.ArticleAsync();
        foreach (var path in new[] { $"/api/content/{item}", $"/api/content/{item}/history" })
            await RefusedAsync(() => Admin.SendAsync(HttpMethod.Delete, path, (object?)null), 405, "method-not-allowed");
    }

    [Fact]
    public async Task A_url_of_7_kilobytes_is_an_unknown_route_and_one_of_9_is_refused_by_the_server()
    {
        (await Admin.AskAsync($"/api/{new string('a', 7 * 1024)}")).ShouldBeProblem(404, "not-found");
        (await RawHttp.SendAsync(App.Url, Token, $"GET /api/{new string('a', 9 * 1024)} HTTP/1.1", [])).ShouldBe(414).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_query_of_7_kilobytes_is_answered()
    {
        await RefusedAsync(() => Admin.AskAsync($"/api/content?type={new string('a', 7 * 1024)}"), 422, "invalid", "type");
        await RefusedAsync(() => Admin.AskAsync($"/api/content?cursor={new string('a', 7 * 1024)}"), 422, "invalid", "cursor");
    }

    [Fact]
    public async Task Headers_of_more_than_32_kilobytes_are_refused_by_the_server() =>
        (await RawHttp.SendAsync(App.Url, Token, "GET /api/me HTTP/1.1", [$"X-Long: {new string('a', 33 * 1024)}"])).ShouldBe(431).Text.ShouldBeEmpty();

    [Fact]
    public async Task Hundreds_of_headers_are_refused_by_the_server() =>
        (await RawHttp.SendAsync(App.Url, Token, "GET /api/me HTTP/1.1", [.. Enumerable.Range(0, 200).Select(n => $"X-Many: {n}")])).ShouldBe(431).Text.ShouldBeEmpty();

    [Theory]
    [InlineData("If-Match", "\"1\"")]
    [InlineData("Idempotency-Key", "k")]
    [InlineData("X-Correlation-Id", "c")]
    public async Task A_repeated_header_of_a_command_is_400(string name, string value) => await RefusedAsync(
        () => RawHttp.SendAsync(App.Url, Token, "POST /api/content-types HTTP/1.1", [.. Enumerable.Repeat($"{name}: {value}", 20)], """{"name":"article"}"""),
        400, "malformed", name);

    [Fact]
    public async Task Two_authorizations_are_401() => await RefusedAsync(
        () => RawHttp.SendAsync(App.Url, Token, "POST /api/content-types HTTP/1.1", [$"Authorization: Bearer {Token}"], """{"name":"article"}"""), 401, "unauthenticated");

    [Theory]
    [InlineData("with space")]
    [InlineData("<script>")]
    public async Task A_malformed_correlation_id_is_422(string id) => await RefusedAsync(
        () => Admin.PostAsync("/api/content-types", """{"name":"article"}""", ("X-Correlation-Id", id)), 422, "invalid", "X-Correlation-Id");

    [Theory]
    [InlineData("/api/content-types/%00")]
    [InlineData("/api/content-types/a%00b")]
    public async Task A_nul_character_in_the_path_is_refused_by_the_server(string path) =>
        (await RawHttp.SendAsync(App.Url, Token, $"GET {path} HTTP/1.1", [])).Status.ShouldBeInRange(400, 404);
}
