using System.Globalization;
using System.Text.Json;
using Json.Schema;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Tests.Analytics;
using Platform.Api.Tests.Collaboration;
using Platform.Api.Tests.Sites;
using Platform.Domain.Personalization;
using Platform.Processors.Personalization;

namespace Platform.Api.Tests.Personalization;

/// <summary>A recommendation service on this machine ranks for a tenant; whatever it does, there are recommendations.</summary>
public sealed class RecommendationServiceOverHttpTests(SharedApp shared) : OverVisitedSite(shared)
{
    private const string Service = "/api/recommendations/service", Credential = "s3cret-of-the-service";

    // By itself the newest first: the last of these.
    private readonly List<Guid> _items = [];
    private Receiver _service = null!;

    public override async ValueTask InitializeAsync()
    {
        (await Admin.PostAsync("/api/content-types", Examples.Article)).ShouldBe(201);
        await base.InitializeAsync();
        _service = await Receiver.StartAsync();
        _service.Answer = (_, _, _) => 200;
        foreach (var slug in new[] { "one", "two", "three", "four", "five" })
        {
            var item = await Admin.ArticleAsync(Site, slug, new { title = slug });
            (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200);
            _items.Add(item);
        }
        await Until.HoldsAsync(async () => Ids(await AskAsync()).Length == _items.Count);
    }

    public override async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task It_ranks_first_under_the_sites_rules_and_the_local_model_fills_up()
    {
        (await Admin.PutAsync($"/api/sites/{Site}/recommendation-rules", new { pinned = new[] { _items[3] }, excluded = new[] { _items[1] } })).ShouldBe(200);
        AnswerWith(_ => [(_items[0].ToString(), 5), (_items[2].ToString(), 9), (_items[1].ToString(), 100), (Guid.NewGuid().ToString(), 50), ("sku-7", 70)]);
        await SetAsync(new { url = _service.Url, credential = Credential, cacheSeconds = 3600, timeoutMilliseconds = 2000 });
        OutcomeOf(await AskAsync()).ShouldBe("answered");
        var told = await AskAsync();
        Ids(told).ShouldBe([_items[3], _items[2], _items[0], _items[4]]);
        OutcomeOf(told).ShouldBe("cached");
        told.Json.GetProperty("service").GetProperty("model").GetString().ShouldBe("remote");
        var items = told.Json.GetProperty("items");
        items[1].GetProperty("because").GetString().ShouldBe("recommended by the remote service");
        items[3].GetProperty("because").GetString().ShouldBe("new");
        (await Admin.AskAsync($"/api/sites/{Site}/recommendations")).Json.GetProperty("service").EnumerateObject().Select(member => member.Name).ShouldBe(["model"]);
        // Whoever asks for one model gets that one.
        (await Admin.AskAsync($"/api/sites/{Site}/recommendations?model=trending")).Json.TryGetProperty("service", out _).ShouldBeFalse();

        var asked = _service.All.Last();
        asked.Headers["authorization"].ShouldBe($"Bearer {Credential}");
        (await SchemaAsync("question")).Evaluate(asked.Json).IsValid.ShouldBeTrue(asked.Body);
        asked.Json.TryGetProperty("visitor", out _).ShouldBeFalse();
        asked.Json.GetProperty("candidates").EnumerateArray().Select(id => id.GetGuid()).ShouldBe([.. _items.Where(item => item != _items[1]).Order()]);
        (await SchemaAsync("ranking")).Evaluate(JsonElement.Parse(Ranking((_items[0].ToString(), 5)))).IsValid.ShouldBeTrue();

        // Another question isn't answered by what is kept of this one, the same one is.
        var before = _service.All.Count;
        await AskAsync();
        _service.All.Count.ShouldBe(before);
        OutcomeOf(await AskAsync("limit=3")).ShouldBe("answered");
        _service.All.Count.ShouldBe(before + 1);
        var metrics = (await Nobody().AskAsync("/metrics")).Text;
        foreach (var outcome in new[] { "answered", "cached" })
            metrics.ShouldContain($"platform_recommender_remote_duration_seconds_count{{platform_outcome=\"{outcome}\"}}");
    }

    [Fact]
    public async Task The_credential_is_told_to_nobody_and_the_service_to_no_other_tenant()
    {
        AnswerWith(_ => [(_items[0].ToString(), 1)]);
        (await Admin.AskAsync(Service)).ShouldBe(200).Json.EnumerateObject().Select(member => member.Name).ShouldBe(["version"]);
        var receipt = await SetAsync(new { url = _service.Url, credential = Credential, siteIds = new[] { Site }, timeoutMilliseconds = 2000 });
        var shown = (await As("analyst").AskAsync(Service)).ShouldBe(200);
        (shown.Json.GetProperty("url").GetString(), shown.Json.GetProperty("hasCredential").GetBoolean()).ShouldBe((_service.Url, true));
        foreach (var text in new[] { shown.Text, receipt.Text, (await Admin.AskAsync("/api/audit?limit=50")).Text })
            text.ShouldNotContain(Credential);
        OutcomeOf(await AskAsync()).ShouldBe("answered");

        var stranger = Stranger();
        (await stranger.AskAsync(Service)).ShouldBe(200).Json.GetProperty("version").GetInt32().ShouldBe(0);
        (await stranger.PutAsync(Service, new { url = _service.Url, siteIds = new[] { Site } })).ShouldBeProblem(422, "invalid", "siteIds[0]");
        var (own, count) = (await stranger.SiteAsync(), _service.All.Count);
        (await stranger.AskAsync($"/api/sites/{own}/recommendations?explain=true")).ShouldBe(200).Json.TryGetProperty("service", out _).ShouldBeFalse();
        // Nor is it asked for a site that it isn't for.
        var other = await Admin.SiteAsync();
        (await Admin.AskAsync($"/api/sites/{other}/recommendations?explain=true")).ShouldBe(200).Json.TryGetProperty("service", out _).ShouldBeFalse();
        _service.All.Count.ShouldBe(count);

        // Whoever says where it is doesn't get what it was given.
        (await As("editor").PutAsync(Service, new { url = "https://elsewhere.example.org/" })).ShouldBeProblem(422, "invalid", "credential");
        await SetAsync(new { });
        (await AskAsync()).Json.TryGetProperty("service", out _).ShouldBeFalse();
        (await Admin.AskAsync(Service)).Json.TryGetProperty("url", out _).ShouldBeFalse();
        (await Admin.AskAsync($"{Service}?asOf=1")).ShouldBe(200).Json.GetProperty("url").GetString().ShouldBe(_service.Url);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_visitors_number_is_sent_and_after_an_erasure_nothing_of_them_nor_what_was_answered_for_them(bool isErased)
    {
        var (cookie, read) = (Guid.NewGuid(), _items[0]);
        AnswerWith(asked => asked.Json.TryGetProperty("visitor", out _) ? [(_items[2].ToString(), 2), (_items[1].ToString(), 1)] : [(_items[1].ToString(), 2), (_items[2].ToString(), 1)]);
        (await Page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{Host}/sea", visitor = cookie, props = new { item = read, topic = "sea" } })).ShouldBe(200);
        var visitor = (await Page.PostAsync("/api/track/visitor", new { visitor = cookie })).ShouldBe(200).Json.GetProperty("visitor").GetGuid();
        await SetAsync(new { url = _service.Url, cacheSeconds = 3600, timeoutMilliseconds = 2000 });
        await Until.HoldsAsync(async () => Ids(await AskAsync($"visitor={visitor}"))[0] == _items[2]);
        var told = _service.All.Last(asked => asked.Json.TryGetProperty("visitor", out _));
        told.Json.GetProperty("visitor").GetProperty("recent").EnumerateArray().Select(id => id.GetGuid()).ShouldBe([read]);
        told.Json.GetProperty("visitor").GetProperty("affinities").EnumerateArray().Select(one => (one.GetProperty("dimension").GetString(), one.GetProperty("value").GetString()))
            .ShouldBe([("topic", "sea"), ("section", "sea")]);
        (await SchemaAsync("question")).Evaluate(told.Json).IsValid.ShouldBeTrue(told.Body);

        (await (isErased
            ? Page.PostAsync("/api/track/erase", new { visitor = cookie })
            : Page.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "consent", url = $"https://{Host}/", visitor = cookie, props = new { analytics = false } }))).ShouldBe(200);
        // Their answer would be kept for an hour.
        await Until.HoldsAsync(async () => Ids(await AskAsync($"visitor={visitor}"))[0] == _items[1]);
        var asked = _service.All.Count;
        Ids(await AskAsync($"visitor={visitor}&limit=4"))[0].ShouldBe(_items[1]);
        foreach (var after in _service.All.Skip(asked))
            (after.Json.TryGetProperty("visitor", out _), after.Body.Contains(read.ToString(), StringComparison.Ordinal) && after.Json.GetProperty("candidates").GetArrayLength() < _items.Count).ShouldBe((false, false));
        foreach (var any in _service.All)
            (any.Body.Contains(visitor.ToString(), StringComparison.OrdinalIgnoreCase), any.Body.Contains(cookie.ToString(), StringComparison.OrdinalIgnoreCase)).ShouldBe((false, false));
    }

    [Fact]
    public async Task A_service_that_fails_is_left_alone_for_a_while_and_the_local_model_answers()
    {
        _service.Answer = (_, _, _) => 500;
        var local = Ids(await AskAsync());
        await SetAsync(new { url = _service.Url, timeoutMilliseconds = 2000 });
        await Until.HoldsAsync(async () =>
        {
            var answer = await AskAsync();
            Ids(answer).ShouldBe(local);
            answer.Json.GetProperty("service").GetProperty("model").GetString().ShouldBe("local");
            OutcomeOf(answer).ShouldBeOneOf("failed", "open");
            return OutcomeOf(answer) == "open";
        });
        var count = _service.All.Count;
        count.ShouldBeGreaterThanOrEqualTo(5);
        OutcomeOf(await AskAsync()).ShouldBe("open");
        _service.All.Count.ShouldBe(count);
        // What is set anew is tried anew.
        _service.Answer = (_, _, _) => 200;
        AnswerWith(_ => [(_items[0].ToString(), 1)]);
        await SetAsync(new { url = _service.Url, timeoutMilliseconds = 1999 });
        Ids(await AskAsync())[0].ShouldBe(_items[0]);
    }

    [Fact]
    public async Task What_is_no_answer_is_a_failure_and_the_local_model_answers()
    {
        var local = Ids(await AskAsync());
        var good = $$"""{"id":"{{_items[0]}}","score":1}""";
        foreach (var (body, n) in new[]
        {
            $$"""{"items":[{{good}}],"padding":"{{new string('a', 1_000_000)}}"}""",
            $$"""{"items":[{{string.Join(',', Enumerable.Repeat(good, 10_000))}}]}""",
            $$"""{"items":[{"id":"{{_items[0]}}","score":NaN}]}""",
            "<html>",
        }.Select((body, n) => (body, n)))
        {
            _service.Write = (_, http) => http.Response.WriteAsync(body);
            // Each of them alone, or the breaker has seen enough.
            await SetAsync(new { url = _service.Url, timeoutMilliseconds = 2000 - n });
            var answer = await AskAsync();
            (OutcomeOf(answer), Ids(answer).SequenceEqual(local)).ShouldBe(("failed", true), body[..Math.Min(80, body.Length)]);
        }
        _service.Write = (_, http) => http.Response.WriteAsync($$"""{"items":[{{good}}]}""");
        _service.Answer = (_, _, http) =>
        {
            http.Response.Headers.Location = _service.Url;
            return 307;
        };
        OutcomeOf(await AskAsync()).ShouldBe("failed", "elsewhere isn't where the tenant said");
        _service.Answer = (_, _, _) => 200;
        OutcomeOf(await AskAsync()).ShouldBe("answered");
    }

    [Fact]
    public async Task A_slow_service_is_not_waited_for()
    {
        var local = Ids(await AskAsync());
        _service.Write = async (_, http) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }
            catch (OperationCanceledException)
            {
            }
        };
        await SetAsync(new { url = _service.Url, timeoutMilliseconds = 50 });
        var answer = await AskAsync();
        (OutcomeOf(answer), answer.Json.GetProperty("service").GetProperty("model").GetString(), Ids(answer).SequenceEqual(local)).ShouldBe(("timeout", "local", true));
    }

    [Fact]
    public async Task An_equal_question_at_the_same_time_is_sent_once()
    {
        var answers = new TaskCompletionSource();
        _service.Write = async (_, http) =>
        {
            await answers.Task;
            await http.Response.WriteAsync(Ranking((_items[0].ToString(), 1)));
        };
        await SetAsync(new { url = _service.Url, cacheSeconds = 0, timeoutMilliseconds = 2000 });
        var service = (await App.Store.QuerySession(Tenant).Events.AggregateStreamAsync<RecommendationService>(RecommendationService.Id)).State;
        var recommender = App.Services.GetRequiredService<RemoteRecommender>();
        var question = new ServiceQuestion(ServiceQuestion.CurrentVersion, Site, 5, []);
        // Each is under way when the next is asked.
        var asked = Enumerable.Range(0, 5).Select(_ => recommender.RankAsync(Tenant, service, question, CancellationToken.None)).ToList();
        await _service.WaitAsync(1);
        answers.SetResult();
        var rankings = await Task.WhenAll(asked);
        rankings.Select(ranking => ranking.Outcome).ShouldBe([RemoteOutcome.Answered, .. Enumerable.Repeat(RemoteOutcome.Cached, 4)]);
        rankings.ShouldAllBe(ranking => ranking.Scores!.ContainsKey(_items[0]));
        _service.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_days_budget_is_of_all_nodes_and_what_is_beyond_it_is_the_local_models()
    {
        AnswerWith(_ => [(_items[0].ToString(), 1)]);
        await SetAsync(new { url = _service.Url, cacheSeconds = 0, requestsPerDay = 1, timeoutMilliseconds = 2000 });
        OutcomeOf(await AskAsync()).ShouldBe("answered");
        OutcomeOf(await AskAsync()).ShouldBe("budget");
        Ids(await AskAsync())[0].ShouldBe(_items[4], "the newest, by itself");
        await using (var node = await SecondNode.StartAsync(App))
            (await node.Client(Tenant, "ann", "admin").AskAsync($"/api/sites/{Site}/recommendations?explain=true")).ShouldBe(200).Json.GetProperty("service").GetProperty("outcome").GetString().ShouldBe("budget");
        _service.All.Count.ShouldBe(1);
        await SetAsync(new { url = _service.Url, cacheSeconds = 0, requestsPerDay = 1_000, requestsPerMinute = 2, timeoutMilliseconds = 2000 });
        OutcomeOf(await AskAsync()).ShouldBe("answered");
        // One was asked before; the minute may be over in between.
        await Until.HoldsAsync(async () => OutcomeOf(await AskAsync()) == "budget");
    }

    private void AnswerWith(Func<Received, (string Id, double Score)[]> items) => _service.Write = (asked, http) => http.Response.WriteAsync(Ranking(items(asked)));

    private static string Ranking(params (string Id, double Score)[] items) =>
        $$"""{"items":[{{string.Join(',', items.Select(item => string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{item.Id}}","score":{{item.Score}}}""")))}}]}""";

    // Until this node's recommender has it, which it's asked without asking the service.
    private async Task<Answer> SetAsync(object body)
    {
        var receipt = (await Admin.PutAsync(Service, body)).ShouldBe(200);
        (await Admin.AskAsync($"/api/sites/{Site}/recommendations?model=trending&after={receipt.Json.GetProperty("events")[0].GetProperty("sequence").GetInt64()}")).ShouldBe(200);
        return receipt;
    }

    private async Task<JsonSchema> SchemaAsync(string name)
    {
        var text = (await Nobody().AskAsync($"/schemas/recommendation-{name}.v1.json")).ShouldBe(200).Text;
        return JsonSchema.FromText(text, new BuildOptions { SchemaRegistry = new SchemaRegistry() });
    }

    private async Task<Answer> AskAsync(string question = "") => (await Admin.AskAsync($"/api/sites/{Site}/recommendations?explain=true&diversity=0&{question}")).ShouldBe(200);

    private static string? OutcomeOf(Answer answer) => answer.Json.TryGetProperty("service", out var service) ? service.GetProperty("outcome").GetString() : null;

    private static Guid[] Ids(Answer answer) => [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("itemId").GetGuid())];
}
