using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Sites;
using Platform.Api.Tests.Sites;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Visitors' events come in by the host of their site, are kept once and can be asked for.</summary>
public sealed class TrackOverHttpTests(SharedApp shared) : IAsyncLifetime
{
    private readonly string _tenant = TenantEndpoints.NewId();
    private readonly string _host = $"www.{Guid.NewGuid():n}.example";
    private HttpClient _admin = null!;
    private HttpClient _visitor = null!;
    private Guid _site;

    public async ValueTask InitializeAsync()
    {
        _admin = shared.App.Client("admin", _tenant);
        _site = await _admin.SiteAsync(_host);
        await shared.App.ClaimAsync(_host, _tenant, _site);
        _visitor = new HttpClient { BaseAddress = _admin.BaseAddress };
        _visitor.DefaultRequestHeaders.Host = _host;
        _visitor.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    }

    public ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _visitor.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_a_visitor_does_is_in_one_stream_of_the_sites_tenant_and_counted()
    {
        (await TrackAsync(View("/"), View("/news", at: 5), Own("signed_up", at: 9))).ShouldBe((3, 0));
        var streams = await SqlAsync($"select count(distinct stream_id), count(*) from public.mt_events where tenant_id = '{_tenant}' and type in ('analytics.page-viewed', 'analytics.event-tracked')");
        streams.ShouldBe("1|3");
        (await QueryAsync("metrics=visitors,visits,page_views,events,bounces")).ShouldBe([1, 1, 2, 3, 0]);
        (await QueryAsync("metrics=page_views&filter=page:/news")).ShouldBe([1]);
        var rows = (await AskAsync("metrics=events&dimensions=event")).GetProperty("rows").EnumerateArray().Select(row => row.ToString());
        rows.ShouldBe(["""{"dimensions":["page_view"],"metrics":[2]}""", """{"dimensions":["signed_up"],"metrics":[1]}"""]);
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_kept_once()
    {
        var (first, second) = (View("/"), View("/news", at: 1));
        (await TrackAsync(first, first)).ShouldBe((1, 1));
        (await TrackAsync(first, second)).ShouldBe((1, 1));
        (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TrackAsync(View("/race", id: new Guid(first.GetProperty("id").GetGuid().ToByteArray().Reverse().ToArray())))))).Sum(one => one.Accepted).ShouldBe(1);
        (await QueryAsync("metrics=page_views")).ShouldBe([3]);
    }

    [Fact]
    public async Task A_page_of_the_site_may_send_to_another_host_of_the_platform()
    {
        using var elsewhere = new HttpClient { BaseAddress = _admin.BaseAddress };
        (await elsewhere.PostAsync("/api/track", View("/"), ("Origin", $"https://{_host}"))).ShouldBe(200).Header("Access-Control-Allow-Origin").ShouldBe("*");
        (await elsewhere.PostAsync("/api/track", View("/"))).ShouldBeProblem(404, "not-found");
        (await elsewhere.PostAsync("/api/track", View("/"), ("Origin", "https://forged.example"))).ShouldBeProblem(404, "not-found");
        (await elsewhere.PostAsync("/api/track", View("/"), ("Host", "forged.example"))).ShouldBeProblem(404, "not-found");
        var foreign = new Dictionary<string, object> { ["id"] = Guid.NewGuid(), ["name"] = "page_view", ["url"] = "https://forged.example/" };
        (await _visitor.PostAsync("/api/track", foreign)).ShouldBeProblem(422, "invalid", "url");
    }

    [Fact]
    public async Task What_is_refused_can_be_read_from_pages_of_another_host()
    {
        using var elsewhere = new HttpClient { BaseAddress = _admin.BaseAddress };
        foreach (var body in new[] { "{", """{"id":1}""", $$"""{"id":"{{Guid.NewGuid()}}","name":"page_view","url":"https://{{_host}}/{{new string('a', 1_100)}}"}""" })
        {
            var answer = await elsewhere.PostAsync("/api/track", body, ("Origin", $"https://{_host}"));
            answer.Status.ShouldBeInRange(400, 422);
            answer.Header("Access-Control-Allow-Origin").ShouldBe("*", body);
        }
    }

    [Fact]
    public async Task Neither_address_nor_user_agent_nor_cookie_is_kept()
    {
        var cookie = Guid.NewGuid();
        (await _visitor.PostAsync("/api/track", new { id = Guid.NewGuid(), name = "page_view", url = $"https://{_host}/?email=ann@example.org", visitor = cookie, referrer = "https://a.example/?q=ann" })).ShouldBe(200);
        (await _admin.PostAsync($"/api/sites/{_site}/track", new { id = Guid.NewGuid(), name = "page_view", url = "https://a.example/", at = "2020-01-01T00:00:00Z", address = "198.51.100.7", userAgent = "Mozilla/5.0 (X11; Linux x86_64)", visitor = "ann@example.org" })).ShouldBe(200);
        var kept = await SqlAsync($"select string_agg(data::text || headers::text, ' ') from public.mt_events where tenant_id = '{_tenant}' and type = 'analytics.page-viewed'");
        kept.ShouldContain("a.example");
        foreach (var text in new[] { "127.0.0.1", "198.51.100", "Mozilla", "ann", cookie.ToString() })
            kept.ShouldNotContain(text);
    }

    [Fact]
    public async Task A_row_of_events_has_its_visits_however_few_rows_are_asked_for()
    {
        // Many views of a page by one visit, few of others by many: by views the first comes first, by visits it's the last.
        object[] events =
        [
            .. Enumerable.Range(0, 9).Select(n => Past("ann", n, "one.example")), .. Enumerable.Range(0, 3).Select(n => Past($"b{n}", n, "two.example")), .. Enumerable.Range(0, 4).Select(n => Past($"c{n}", n, "three.example")),
        ];
        (await _admin.PostAsync($"/api/sites/{_site}/track", events)).ShouldBe(200);
        var row = (await AskAsync("from=2020-01-01&to=2020-01-01&metrics=page_views,visits&dimensions=referrer&rows=1")).GetProperty("rows").EnumerateArray().ShouldHaveSingleItem();
        row.ToString().ShouldBe("""{"dimensions":["one.example"],"metrics":[9,1]}""");

        object Past(string visitor, int second, string from) => new { id = Guid.NewGuid(), name = "page_view", url = "https://a.example/", at = $"2020-01-01T00:00:0{second}Z", visitor, referrer = $"https://{from}/", userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
    }

    [Fact]
    public async Task Whoever_does_not_want_to_be_tracked_is_not()
    {
        foreach (var header in new[] { "DNT", "Sec-GPC" })
            (await _visitor.PostAsync("/api/track", View("/"), (header, "1"))).ShouldBe(200).Text.ShouldBe("""{"accepted":0,"duplicates":0,"ignored":1}""");
        (await SqlAsync($"select count(*) from public.mt_events where tenant_id = '{_tenant}' and type like 'analytics.page%'")).ShouldBe("0");
    }

    [Fact]
    public async Task Limits_hold_and_nothing_of_a_bad_batch_is_kept()
    {
        var long_ = new Dictionary<string, object> { ["id"] = Guid.NewGuid(), ["name"] = "page_view", ["url"] = $"https://{_host}/{new string('a', 1_100)}" };
        (await _visitor.PostAsync("/api/track", long_)).ShouldBeProblem(413, "too-large");
        (await _visitor.PostAsync("/api/track", new object[] { View("/"), long_ })).ShouldBeProblem(413, "too-large", "[1]");
        (await _visitor.PostAsync("/api/track", Enumerable.Range(0, 1_001).Select(n => View($"/{n}")))).ShouldBeProblem(422, "invalid", "$");
        (await _visitor.PostAsync("/api/track", new object[] { View("/"), new { id = Guid.NewGuid(), name = "engagement", url = $"https://{_host}/", engaged = -1, scroll = 101 } }))
            .ShouldBeProblem(422, "invalid", "[1].engaged");
        (await _visitor.PostAsync("/api/track", """[{"id":"0198c0de-0000-7000-8000-000000000001","name":"page_view","url":"x","colour":1}]""")).ShouldBeProblem(422, "invalid", "[0].colour");
        (await _visitor.PostAsync("/api/track", """{"id":1}""")).ShouldBeProblem(422, "invalid", "id");
        (await _visitor.PostAsync("/api/track", "[]")).ShouldBeProblem(422, "invalid", "$");
        (await _visitor.PostAsync("/api/track", "[1]")).ShouldBeProblem(422, "invalid", "[0]");
        (await _visitor.PostAsync("/api/track", """{"value":NaN}""")).ShouldBeProblem(400, "malformed");
        (await SqlAsync($"select count(*) from public.mt_events where tenant_id = '{_tenant}' and type like 'analytics.page%'")).ShouldBe("0");
    }

    [Fact]
    public async Task Gzip_is_understood_and_a_bomb_is_not_unpacked()
    {
        (await _visitor.SendAsync(HttpMethod.Post, "/api/track", Gzip(JsonSerializer.SerializeToUtf8Bytes(new[] { View("/"), View("/2") })))).ShouldBe(200).Json.GetProperty("accepted").GetInt32().ShouldBe(2);
        (await _visitor.SendAsync(HttpMethod.Post, "/api/track", Gzip(new byte[64 << 20]))).ShouldBeProblem(413, "too-large");
        var torn = Gzip([1, 2, 3]);
        torn = new ByteArrayContent([1, 2, 3, 4]) { Headers = { ContentType = torn.Headers.ContentType, ContentEncoding = { "gzip" } } };
        (await _visitor.SendAsync(HttpMethod.Post, "/api/track", torn)).ShouldBeProblem(400, "malformed");
        var other = new ByteArrayContent([1]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json"), ContentEncoding = { "br" } } };
        (await _visitor.SendAsync(HttpMethod.Post, "/api/track", other)).ShouldBeProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_beacon_sends_plain_text()
    {
        var beacon = new StringContent(JsonSerializer.Serialize(View("/")), Encoding.UTF8, "text/plain");
        (await _visitor.SendAsync(HttpMethod.Post, "/api/track", beacon)).ShouldBe(200);
        (await _visitor.SendAsync(HttpMethod.Post, "/api/track", new StringContent("{}", Encoding.UTF8, "text/css"))).ShouldBeProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task Events_of_the_past_keep_their_times_for_those_who_may_bring_them_in()
    {
        object Past(string visitor, string at, string path) => new { id = Guid.NewGuid(), name = "page_view", url = $"https://old.example{path}", at, visitor, userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", country = "BR" };
        object[] events = [Past("ann", "2016-03-27T00:30:00Z", "/a"), Past("ann", "2016-03-27T01:00:00Z", "/b"), Past("ann", "2016-03-27T01:30:01Z", "/c"), Past("bob", "2016-03-27T23:30:00Z", "/a")];
        (await _admin.PostAsync($"/api/sites/{_site}/track", events)).ShouldBe(200).Text.ShouldBe("""{"accepted":4,"duplicates":0,"ignored":0}""");
        (await _admin.PostAsync($"/api/sites/{_site}/track", events)).ShouldBe(200).Text.ShouldBe("""{"accepted":0,"duplicates":4,"ignored":0}""");
        (await QueryAsync("from=2016-03-01&to=2016-03-31&metrics=visitors,visits,bounces,page_views&filter=country:BR")).ShouldBe([2, 3, 2, 4]);
        // The night in which the clocks go forward in Vienna: 23:30 UTC is the next day.
        var days = (await AskAsync("from=2016-03-01&to=2016-03-31&metrics=page_views&dimensions=day&timezone=Europe/Vienna")).GetProperty("rows").EnumerateArray().Select(row => row.ToString());
        days.ShouldBe(["""{"dimensions":["2016-03-27"],"metrics":[3]}""", """{"dimensions":["2016-03-28"],"metrics":[1]}"""]);
        using var editor = shared.App.Client("editor", _tenant);
        (await editor.PostAsync($"/api/sites/{_site}/track", events)).ShouldBeProblem(403, "forbidden");
        (await _admin.PostAsync($"/api/sites/{Guid.NewGuid()}/track", events)).ShouldBeProblem(404, "not-found");
        (await _admin.PostAsync($"/api/sites/{_site}/track", new { id = Guid.NewGuid(), name = "page_view", url = "https://old.example/", at = "2100-01-01T00:00:00Z", country = "brazil" }))
            .ShouldBeProblem(422, "invalid", "country");
    }

    [Theory]
    [InlineData("metrics=unknown", "metrics")]
    [InlineData("dimensions=colour", "dimensions")]
    [InlineData("from=2016-01-01&to=2026-01-01", "to")]
    [InlineData("from=2026-01-02&to=2026-01-01", "to")]
    [InlineData("from=yesterday", "from")]
    [InlineData("timezone=Mars/Olympus", "timezone")]
    [InlineData("metrics=visits&dimensions=page", "metrics")]
    [InlineData("filter=colour:red", "filter")]
    [InlineData("filter=country", "filter")]
    [InlineData("filter=day:2026-01-01", "filter")]
    [InlineData("dimensions=hour&from=2026-01-01&to=2026-06-01", "dimensions to")]
    [InlineData("rows=0", "rows")]
    [InlineData("siteId=x", "siteId")]
    public async Task A_question_that_has_no_answer_is_refused(string question, string fields) =>
        (await _admin.AskAsync($"/api/analytics/query?{question}")).ShouldBeProblem(422, "invalid", fields.Split(' ')[^1]);

    [Fact]
    public async Task Metrics_from_elsewhere_are_recorded_or_each_wrong_one_is_named()
    {
        (await _admin.PostAsync("/api/analytics/metrics", """{"page_views":150,"load_time":420}""")).ShouldBe(200);
        (await _admin.PostAsync("/api/analytics/metrics", new { siteId = _site, page_views = 3 })).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("analytics.metrics-recorded");
        (await _admin.PostAsync("/api/analytics/metrics", """{"page_views":"abc","load_time":-1}""")).ShouldBeProblem(422, "invalid", "load_time");
        (await _admin.PostAsync("/api/analytics/metrics", new { siteId = Guid.NewGuid(), page_views = 3 })).ShouldBeProblem(422, "invalid", "siteId");
        (await _admin.PostAsync("/api/analytics/metrics", """{"queue_length":3}""")).ShouldBeProblem(422, "invalid", "queue_length");
        (await _admin.PostAsync("/api/analytics/metric-definitions", new { name = "queue_length", kind = "count" })).ShouldBe(201);
        (await _admin.PostAsync("/api/analytics/metrics", """{"queue_length":3}""")).ShouldBe(200);
        await Until.HoldsAsync(async () => await SqlAsync($"select count(*) from read.tenant_analytics where tenant_id = '{_tenant}'") == "4");
    }

    [Fact]
    public async Task A_collector_that_is_full_says_when_to_come_again()
    {
        var full = new BehaviourCollector(shared.App.Services.GetRequiredService<IDocumentStore>(), new OpenVisits(), mostWaiting: 2);
        var hit = new Hit(Guid.NewGuid(), _site, Guid.NewGuid(), DateTimeOffset.UtcNow, "/", "mobile");
        await Should.ThrowAsync<CollectorFullException>(() => full.AddAsync(new SessionOptions(_tenant), [new PageViewed(hit), new PageViewed(hit with { EventId = Guid.NewGuid() })]));
        (await full.AddAsync(new SessionOptions(_tenant), [new PageViewed(hit)])).ShouldBe(new Collected(1, 0));
    }

    private async Task<(int Accepted, int Duplicates)> TrackAsync(params JsonElement[] events)
    {
        var answer = (await _visitor.PostAsync("/api/track", events)).ShouldBe(200).Json;
        return (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicates").GetInt32());
    }

    private async Task<JsonElement> AskAsync(string question)
    {
        foreach (var model in new[] { "hits", "visits" })
            (await shared.App.Services.GetRequiredService<IDocumentStore>().QuerySession(_tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        return (await _admin.AskAsync($"/api/analytics/query?siteId={_site}&{question}")).ShouldBe(200).Json;
    }

    private async Task<IEnumerable<double>> QueryAsync(string question) => (await AskAsync(question)).GetProperty("totals").EnumerateArray().Select(total => total.GetDouble());

    private async Task<string> SqlAsync(string sql)
    {
        await using var command = shared.Owner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue));
    }

    private JsonElement View(string path, int at = 0, Guid? id = null) => JsonSerializer.SerializeToElement(
        new { id = id ?? Guid.NewGuid(), name = "page_view", url = $"https://{_host}{path}", at = DateTimeOffset.UtcNow.AddSeconds(at - 60), sent = DateTimeOffset.UtcNow });

    private JsonElement Own(string name, int at) => JsonSerializer.SerializeToElement(
        new { id = Guid.NewGuid(), name, url = $"https://{_host}/", at = DateTimeOffset.UtcNow.AddSeconds(at - 60), sent = DateTimeOffset.UtcNow, props = new { plan = "free" } });

    private static ByteArrayContent Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(body);
        return new ByteArrayContent(packed.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json"), ContentEncoding = { "gzip" } } };
    }
}
