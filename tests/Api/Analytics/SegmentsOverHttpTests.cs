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
