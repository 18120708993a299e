using System.Globalization;
using Platform.Api.Analytics;
using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>Questions are answered as pictures.</summary>
public sealed class ChartOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private const string Days = "from=2020-01-01&to=2020-01-10";

    [Fact]
    public async Task A_line_has_every_day_and_is_told_in_words()
    {
        var site = await VisitedAsync();
        var answer = (await ChartAsync(site, $"type=line&{Days}&metrics=page_views&dimensions=day&title=%3CWeek%3E")).ShouldBe(200);
        (answer.Header("Content-Type"), answer.Header("Content-Security-Policy"), answer.Header("X-Content-Type-Options"), answer.Header("Cache-Control"))
            .ShouldBe(("image/svg+xml; charset=utf-8", "default-src 'none'; style-src 'unsafe-inline'", "nosniff", "no-cache, private"));
        var picture = answer.Text.ShouldBePicture();
        picture.Said().ShouldBe("1 Jan – 10 Jan 2020 · Etc/UTC. Page views: 6 in all, highest 4 (2 Jan 2020), lowest 0 (3 Jan 2020).");
        picture.Elements().First().Value.ShouldBe("<Week>");
        var tag = answer.Header("ETag")!;
        (await Admin.AskAsync($"/api/analytics/chart.svg?siteId={site}&type=line&{Days}&metrics=page_views&dimensions=day&title=%3CWeek%3E", ("If-None-Match", tag))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task Values_of_a_second_dimension_are_lines_and_days_before_are_dashed()
    {
        var site = await VisitedAsync();
        var picture = (await ChartAsync(site, "type=line&from=2020-01-02&to=2020-01-02&metrics=page_views&dimensions=hour,country&compare=previous")).ShouldBe(200).Text.ShouldBePicture();
        picture.Texts().ShouldContain("AT");
        picture.Texts().ShouldNotContain("DE", "of the day before alone");
        picture.Said().ShouldContain("AT: 4 in all");
        picture.Said().ShouldContain("before that, 1 Jan 2020: 1.");
        picture.All("path").ShouldContain(path => path.Attribute("stroke-dasharray") != null);
    }

    [Fact]
    public async Task Bars_are_as_many_as_rows_says_and_the_rest_is_one()
    {
        var site = await VisitedAsync();
        var picture = (await ChartAsync(site, $"type=bar&{Days}&metrics=page_views&dimensions=page&rows=1&language=de")).ShouldBe(200).Text.ShouldBePicture();
        picture.Texts().ShouldBe(["Seitenaufrufe nach Seite", "1. Jan. – 10. Jan. 2020 · Etc/UTC", "/", "5", "Übrige (1)", "1"]);
        (await ChartAsync(site, $"type=bar&{Days}&dimensions=page&rows=1")).ShouldBe(200).Text.ShouldBePicture().Texts().ShouldContain("… 1 more", "visitors of two pages may be the same");
    }

    [Fact]
    public async Task Steps_are_bars_with_their_share_of_the_first()
    {
        var site = await VisitedAsync();
        var picture = (await ChartAsync(site, $"type=funnel&{Days}&step=page_view&step=page_view:/&title=Way")).ShouldBe(200).Text.ShouldBePicture();
        picture.Texts().ShouldContain("Way");
        picture.Texts().ShouldContain("page_view /");
        picture.Said().ShouldContain("page_view: ");
        picture.Said().ShouldContain("100% of the first step");
        (await ChartAsync(site, $"type=funnel&{Days}&step=page_view")).ShouldBeProblem(422, "invalid", "step");
    }

    [Fact]
    public async Task Sites_are_called_by_their_domains_now_and_before()
    {
        var (one, two) = (await VisitedAsync(), await VisitedAsync());
        var domains = new[] { one, two }.Select(async site => (await Admin.AskAsync($"/api/sites/{site}")).ShouldBe(200).Json.GetProperty("domain").GetString()!).Select(domain => domain.Result).ToList();
        foreach (var question in new[] { "type=bar&dimensions=site", "type=line&dimensions=day,site", "type=line&dimensions=site,day" })
        {
            var picture = (await Admin.AskAsync($"/api/analytics/chart.svg?{question}&from=2020-01-02&to=2020-01-02&metrics=page_views&compare=previous")).ShouldBe(200).Text.ShouldBePicture();
            picture.ToString().ShouldContain(domains[0]);
            picture.ToString().ShouldContain(domains[1]);
            picture.ToString().ShouldNotContain(one.ToString());
            if (question.Contains("line", StringComparison.Ordinal))
                picture.Said().ShouldContain("before that, 1 Jan 2020: 2.");
            else
                picture.All("rect").Count(rect => rect.Attribute("stroke-dasharray") is not null).ShouldBe(3, "the sample and two bars");
        }
    }

    [Fact]
    public async Task Hours_of_the_week_are_a_map_and_a_sparkline_is_small()
    {
        var site = await VisitedAsync();
        (await ChartAsync(site, $"type=heatmap&{Days}&metrics=page_views&dimensions=hour_of_day,weekday")).ShouldBe(200).Text.ShouldBePicture().Said().ShouldContain("highest 4 (Thu 10:00), lowest 0 (Mon 00:00)");
        var sparkline = (await ChartAsync(site, $"type=sparkline&{Days}&metrics=page_views&dimensions=day&width=80&height=20")).ShouldBe(200).Text.ShouldBePicture();
        (sparkline.Attribute("width")!.Value, sparkline.Texts().Count()).ShouldBe(("80", 0));
        (await ChartAsync(site, "type=bar&from=2019-01-01&to=2019-01-02&dimensions=page")).ShouldBe(200).Text.ShouldBePicture().Texts().ShouldContain("No data");
    }

    [Fact]
    public async Task Days_to_come_are_no_zeros()
    {
        var (site, now) = (await VisitedAsync(), DateTime.UtcNow);
        await Admin.ReplayAsync(App, Tenant, site, PastVisits.View("ann", At(now)), PastVisits.View("ann", At(now.AddDays(-1))), PastVisits.View("bob", At(now.AddDays(-1))));
        var question = string.Create(CultureInfo.InvariantCulture, $"type=line&from={now.AddDays(-1):yyyy-MM-dd}&to={now.AddDays(5):yyyy-MM-dd}&dimensions=day&metrics=page_views");
        (await ChartAsync(site, question)).ShouldBe(200).Text.ShouldBePicture().Said().ShouldContain($"highest 2 ({ChartWords.English.DayOf(DateOnly.FromDateTime(now.AddDays(-1)), true)}), lowest 1 (");

        static string At(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_site_is_drawn_in_its_own_colour()
    {
        var site = await VisitedAsync();
        var set = (await Admin.PostAsync($"/api/sites/{site}/config/set", new { values = new Dictionary<string, string> { ["brand.color-primary"] = "#005a3c", ["locale.default"] = "de-AT" } })).ShouldBe(200).Receipt;
        (await Admin.AskAsync($"/api/sites/{site}/brand?after={set.Events[^1].Sequence}")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await ChartAsync(site, $"type=line&{Days}&metrics=page_views&dimensions=day")).Text.Contains("Seitenaufrufe", StringComparison.Ordinal));
        (await ChartAsync(site, $"type=line&{Days}&metrics=page_views&dimensions=day")).Text.ShouldContain("stroke=\"#005a3c\"");
        (await Admin.AskAsync($"/api/analytics/chart.svg?type=line&{Days}&metrics=page_views&dimensions=day")).ShouldBe(200).Text.ShouldContain($"stroke=\"{ChartColours.Palette.First}\"");
    }

    [Theory]
    [InlineData("dimensions=day", "type")]
    [InlineData("type=pie&dimensions=day", "type")]
    [InlineData("type=line&dimensions=day&metrics=unknown", "metrics")]
    [InlineData("type=line&dimensions=day&metrics=visitors,bounce_rate", "metrics")]
    [InlineData("type=line&dimensions=day,country&metrics=visitors,visits", "metrics")]
    [InlineData("type=bar&dimensions=country&metrics=visitors,visits", "metrics")]
    [InlineData("type=line", "dimensions")]
    [InlineData("type=line&dimensions=country", "dimensions")]
    [InlineData("type=line&dimensions=day,weekday&metrics=visitors", "dimensions")]
    [InlineData("type=bar&dimensions=day", "dimensions")]
    [InlineData("type=bar", "dimensions")]
    [InlineData("type=heatmap&dimensions=weekday", "dimensions")]
    [InlineData("type=heatmap&dimensions=day,weekday", "dimensions")]
    [InlineData("type=sparkline&dimensions=day,country", "dimensions")]
    [InlineData("type=heatmap&dimensions=hour_of_day,weekday&compare=previous", "compare")]
    [InlineData("type=line&dimensions=day&width=319", "width")]
    [InlineData("type=line&dimensions=day&height=2001", "height")]
    [InlineData("type=sparkline&dimensions=day&width=720", "width")]
    [InlineData("type=line&dimensions=day&language=xx", "language")]
    public Task What_cannot_be_drawn_is_refused_by_the_field_that_is_wrong(string question, string field) =>
        RefusedAsync(() => Admin.AskAsync($"/api/analytics/chart.svg?{question}"), 422, "invalid", field);

    [Fact]
    public async Task Another_tenants_site_is_not_drawn()
    {
        var site = await VisitedAsync();
        using var stranger = Stranger();
        (await stranger.AskAsync($"/api/analytics/chart.svg?siteId={site}&type=bar&{Days}&metrics=page_views&dimensions=page")).Text.ShouldNotContain("/news");
    }

    private async Task<Guid> VisitedAsync()
    {
        var site = await Admin.SiteAsync($"www.{Guid.NewGuid():n}.example");
        await Admin.ReplayAsync(
            App, Tenant, site, PastVisits.View("ann", "2020-01-01T10:00"), PastVisits.View("bob", "2020-01-01T10:00", country: "DE"), PastVisits.View("cid", "2020-01-02T10:00"), PastVisits.View("cid", "2020-01-02T10:01", "/news"),
            PastVisits.View("dan", "2020-01-02T10:00"), PastVisits.View("eve", "2020-01-02T10:59"));
        return site;
    }

    private Task<Answer> ChartAsync(Guid site, string question) => Admin.AskAsync($"/api/analytics/chart.svg?siteId={site}&{question}");
}
