using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>Filters with a name, and questions that go by them.</summary>
public sealed class SegmentsOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private const string Segments = "/api/analytics/segments";

    [Fact]
    public async Task A_segments_filters_hold_beside_the_questions_own()
    {
        var site = await Admin.SiteAsync($"www.{Guid.NewGuid():n}.example");
        await Admin.ReplayAsync(
            App, Tenant, site, PastVisits.View("ann", "2020-01-01T10:00"), PastVisits.View("ann", "2020-01-01T10:01", "/news"), PastVisits.View("bob", "2020-01-01T10:00", country: "DE"), PastVisits.View("cid", "2020-01-01T10:00", country: "CH"));
        var defined = (await Admin.PostAsync(Segments, Body("Not Swiss", ("country", ["CH"], true)))).ShouldBe(201);
        var id = defined.Receipt.StreamId;
        defined.Header("Location").ShouldBe($"{Segments}/{id}");
        (await TotalAsync($"segment={id}")).ShouldBe(3);
        (await TotalAsync($"segment={id}&filter=page:/news")).ShouldBe(1);
        (await Admin.AskAsync($"/api/analytics/chart.svg?type=bar&siteId={site}&from=2020-01-01&to=2020-01-01&metrics=page_views&dimensions=country&segment={id}")).ShouldBe(200).Text.ShouldBePicture().Texts().ShouldNotContain("CH");

        (await Admin.PutAsync($"{Segments}/{id}", Body("German", ("country", ["DE"], false)))).ShouldBe(200);
        (await TotalAsync($"segment={id}")).ShouldBe(1);
        (await Admin.PostAsync($"{Segments}/{id}/archive", "{}")).ShouldBe(200);
        await RefusedAsync(() => Admin.AskAsync($"/api/analytics/query?segment={id}"), 422, "invalid", "segment");
        await RefusedAsync(() => Admin.AskAsync($"/api/analytics/chart.svg?type=line&dimensions=day&segment={id}"), 422, "invalid", "segment");

        async Task<double> TotalAsync(string question) =>
            (await Admin.AskAsync($"/api/analytics/query?siteId={site}&from=2020-01-01&to=2020-01-01&metrics=page_views&{question}")).ShouldBe(200).Json.GetProperty("totals")[0].GetDouble();
    }

    [Fact]
    public async Task A_segments_conditions_are_of_what_visitors_did_before_the_end_of_the_questions_days()
    {
        var (site, other) = (await Admin.SiteAsync($"www.{Guid.NewGuid():n}.example"), await Admin.SiteAsync($"www.{Guid.NewGuid():n}.example"));
        await Admin.ReplayAsync(
            App, Tenant, site, PastVisits.View("ann", "2020-01-01T10:00"), PastVisits.View("ann", "2020-01-03T10:00", "/news"), PastVisits.View("bob", "2020-01-03T10:00"),
            PastVisits.View("cid", "2020-01-03T10:00"), PastVisits.View("cid", "2020-01-04T10:00"));
        await Admin.ReplayAsync(App, Tenant, other, PastVisits.View("bob", "2020-01-02T10:00"));
        var often = await DefineAsync("Often", new { @event = "page_view", atLeast = 2 });
        (await TotalsAsync(often, "2020-01-03")).ShouldBe([3, 2], "Ann came twice by then, and so did Bob, once elsewhere");
        (await TotalsAsync(often, "2020-01-04")).ShouldBe([5, 3]);
        (await TotalsAsync(await DefineAsync("Often here", new { siteId = site, atLeast = 2 }), "2020-01-03", "visits")).ShouldBe([2]);
        (await TotalsAsync(await DefineAsync("Lately", new { atLeast = 2, days = 1 }), "2020-01-04", "visitors")).ShouldBe([0]);
        (await TotalsAsync(await DefineAsync("Twice in two days", new { atLeast = 2, days = 2 }), "2020-01-04", "visitors")).ShouldBe([1]);
        (await TotalsAsync(await DefineAsync("News", new { page = "/news" }), "2020-01-04", "visitors")).ShouldBe([1]);
        (await TotalsAsync(await DefineAsync("Not the news", new { page = "/news", atLeast = 0, atMost = 0 }), "2020-01-04", "visitors")).ShouldBe([2]);

        var gone = await DefineAsync("Gone", new { atLeast = 0, atMost = 0, days = 1 });
        (await SizeAsync(gone, "2020-01-04T09:59:59Z")).ShouldBe(0);
        (await SizeAsync(gone, "2020-01-04T10:00:00Z")).ShouldBe(2, "what happened at the moment is before it");
        (await SizeAsync(gone, "2020-01-06T10:00:01Z")).ShouldBe(3);
        (await SizeAsync(often, "2020-01-03T09:00:00Z")).ShouldBe(0);
        (await SizeAsync(often, "2020-01-05T00:00:00Z")).ShouldBe(3);
        (await Admin.AskAsync($"{Segments}/{often}/visitors?siteId={other}&at=2020-01-05T00:00:00Z")).ShouldBe(200).Json.GetProperty("visitors").GetInt64().ShouldBe(1);
        (await Admin.AskAsync($"/api/analytics/funnel?siteId={site}&from=2020-01-01&to=2020-01-04&step=page_view&step=page_view:/news&segment={often}")).ShouldBe(200)
            .Json.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("count").GetInt64()).ShouldBe([3, 1]);

        await RefusedAsync(() => Admin.AskAsync($"{Segments}/{often}/visitors?at=yesterday"), 422, "invalid", "at");
        await RefusedAsync(() => Admin.PostAsync(Segments, new { name = "a", conditions = new[] { new { days = 732 } } }), 422, "invalid", "conditions[0].days");
        (await Stranger().AskAsync($"{Segments}/{often}/visitors")).ShouldBeProblem(404, "not-found");
        (await Admin.PostAsync($"{Segments}/{often}/archive", "{}")).ShouldBe(200);
        (await Admin.AskAsync($"{Segments}/{often}/visitors")).ShouldBeProblem(404, "not-found");

        async Task<Guid> DefineAsync(string name, object condition) => (await Admin.PostAsync(Segments, new { name, conditions = new[] { condition } })).ShouldBe(201).Receipt.StreamId;
        async Task<IEnumerable<double>> TotalsAsync(Guid segment, string to, string metrics = "page_views,visitors") =>
            (await Admin.AskAsync($"/api/analytics/query?siteId={site}&from=2020-01-01&to={to}&metrics={metrics}&segment={segment}")).ShouldBe(200).Json.GetProperty("totals").EnumerateArray().Select(total => total.GetDouble());
        async Task<long> SizeAsync(Guid segment, string at) => (await Admin.AskAsync($"{Segments}/{segment}/visitors?at={at}")).ShouldBe(200).Json.GetProperty("visitors").GetInt64();
    }

    [Fact]
    public async Task Those_who_may_ask_see_them_and_others_may_not_change_them()
    {
        var receipt = (await Admin.PostAsync(Segments, Body("Phones", ("device", ["mobile"], false)))).ShouldBe(201).Receipt;
        var analyst = As("analyst");
        (await analyst.AskAsync($"{Segments}/{receipt.StreamId}")).ShouldBe(200).Json.GetProperty("filters")[0].ToString().ShouldBe("""{"dimension":"device","values":["mobile"],"isNegated":false}""");
        (await analyst.AskAsync($"{Segments}?after={receipt.Events[^1].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe("Phones");
        var editor = As("editor");
        await RefusedAsync(() => editor.PostAsync(Segments, Body("Desks", ("device", ["desktop"], false))), 403, "forbidden");
        (await Stranger().AskAsync($"{Segments}/{receipt.StreamId}")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"/api/analytics/query?segment={receipt.StreamId}")).ShouldBeProblem(422, "invalid", "segment");
        await RefusedAsync(() => Admin.PostAsync(Segments, Body("PHONES", ("device", ["mobile"], false))), 409, "conflict", "name");
    }

    [Fact]
    public async Task Of_several_at_once_one_gets_the_name()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Admin.PostAsync(Segments, Body("Phones", ("device", ["mobile"], false)))));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 409).ShouldBe(5);
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        await RefusedAsync(() => Admin.PostAsync(Segments, Body("", ("colour", ["red"], false))), 422, "invalid", "filters[0].dimension");
        await RefusedAsync(() => Admin.PostAsync(Segments, Body("By day", ("day", ["2020-01-01"], false))), 422, "invalid", "filters[0].dimension");
        await RefusedAsync(() => Admin.PostAsync(Segments, """{"name":"a","filters":[null]}"""), 422, "invalid", "filters[0].dimension");
        await RefusedAsync(() => Admin.PostAsync(Segments, """{"name":"a"}"""), 422, "invalid", "filters");
        await RefusedAsync(() => Admin.AskAsync("/api/analytics/query?segment=x"), 422, "invalid", "segment");
        var pages = (await Admin.PostAsync(Segments, Body("News", ("page", ["/news"], false)))).ShouldBe(201).Receipt.StreamId;
        await RefusedAsync(() => Admin.AskAsync($"/api/analytics/query?metrics=visits&segment={pages}"), 422, "invalid", "metrics");
    }

    private static object Body(string name, params (string Dimension, string[] Values, bool Negated)[] filters) =>
        new { name, filters = filters.Select(filter => new { dimension = filter.Dimension, values = filter.Values, negated = filter.Negated }) };
}
