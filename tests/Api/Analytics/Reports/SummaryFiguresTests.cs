using System.Text.Json;
using System.Xml.Linq;

namespace Platform.Api.Tests.Analytics;

/// <summary>What a summary says of its day, in every form.</summary>
public sealed class SummaryFiguresTests(ReportHost host) : IClassFixture<ReportHost>
{
    [Fact]
    public async Task A_day_has_its_figures_beside_those_of_the_day_and_the_week_before()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var report = await tenant.ScheduleAsync();
        await tenant.ReplayAsync(
            // Half past eleven in the evening of the day before, and just after midnight of the day, in Vienna.
            PastVisits.View("ann", "2026-04-01T21:30"), PastVisits.View("ann", "2026-04-01T22:10", "/news"), PastVisits.View("ann", "2026-04-01T22:20", "/news"),
            PastVisits.View("bob", "2026-04-02T10:00", "/about", "DE"), PastVisits.View("cat", "2026-03-26T10:00"), PastVisits.View("dan", "2026-04-03T10:00"));
        var made = (await tenant.MakeAsync(report, "2026-04-02")).Receipt;
        var run = await tenant.RunAsync(report, "2026-04-02");
        var summary = run.GetProperty("summary");
        (summary.GetProperty("date").GetString(), summary.GetProperty("timeZone").GetString(), summary.GetProperty("schema").GetString(), summary.GetProperty("schemaVersion").GetInt32())
            .ShouldBe(("2026-04-02", "Europe/Vienna", "platform.daily-summary", 1));
        (summary.GetProperty("from").GetDateTimeOffset(), summary.GetProperty("to").GetDateTimeOffset()).ShouldBe((At("2026-04-01T22:00Z"), At("2026-04-02T22:00Z")));
        Figures(summary, "day").ShouldBe((3, 2));
        Figures(summary, "dayBefore").ShouldBe((1, 1));
        Figures(summary, "weekBefore").ShouldBe((1, 1));
        Counts(summary, "pages").ShouldBe(["/news 2", "/about 1"]);
        Counts(summary, "countries").ShouldBe(["AT 1", "DE 1"]);
        summary.GetProperty("hours").EnumerateArray().Where(hour => hour.GetProperty("pageViews").GetInt64() > 0).Select(hour => (hour.GetProperty("hour").GetInt32(), hour.GetProperty("pageViews").GetInt64())).ShouldBe([(0, 2), (12, 1)]);
        summary.GetProperty("countedUntil").GetInt64().ShouldBeGreaterThan(0);
        run.GetProperty("eventId").GetGuid().ShouldBe(made.Events[0].Id);
        // It was made: what comes later changes nothing, and nobody makes it again.
        await tenant.ReplayAsync(PastVisits.View("eve", "2026-04-02T11:00"));
        (await tenant.MakeAsync(report, "2026-04-02")).Receipt.Events.ShouldBeEmpty();
        (await tenant.RunAsync(report, "2026-04-02")).GetProperty("summary").GetProperty("day").GetProperty("pageViews").GetInt64().ShouldBe(3);
        (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/preview?date=2026-04-02")).ShouldBe(200).Json.GetProperty("day").GetProperty("pageViews").GetInt64().ShouldBe(4);
    }

    [Theory]
    // 2 is left out.
    [InlineData("Europe/Vienna", "2026-03-29", 23, 23)]
    // 2 comes twice, and stands once.
    [InlineData("Europe/Vienna", "2026-10-25", 25, 24)]
    [InlineData("America/New_York", "2026-03-08", 23, 23)]
    [InlineData("America/New_York", "2026-10-25", 24, 24)]
    [InlineData("Asia/Kathmandu", "2026-03-29", 24, 24)]
    [InlineData("Asia/Kathmandu", "2026-10-25", 24, 24)]
    public async Task A_day_on_which_clocks_are_changed_has_all_of_its_hours(string zone, string date, int length, int hours)
    {
        await using var tenant = await ReportTenant.StartAsync(host, zone);
        var report = await tenant.ScheduleAsync();
        var start = new DateTimeOffset(DateTime.SpecifyKind(DateTime.Parse(date, null), DateTimeKind.Unspecified), TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(DateTime.Parse(date, null)));
        // One view each hour of three days, by a clock that nobody changes.
        var views = Enumerable.Range(-24, 24 * 3).Select(n => PastVisits.View($"v{n}", $"{start.AddHours(n).AddMinutes(30).UtcDateTime:yyyy-MM-ddTHH:mm}")).ToArray();
        await tenant.ReplayAsync(views);
        await tenant.MakeAsync(report, date);
        var summary = (await tenant.RunAsync(report, date)).GetProperty("summary");
        (summary.GetProperty("to").GetDateTimeOffset() - summary.GetProperty("from").GetDateTimeOffset()).TotalHours.ShouldBe(length);
        summary.GetProperty("from").GetDateTimeOffset().ShouldBe(start);
        summary.GetProperty("day").GetProperty("pageViews").GetInt64().ShouldBe(length);
        summary.GetProperty("hours").GetArrayLength().ShouldBe(hours);
        summary.GetProperty("hours").EnumerateArray().Sum(hour => hour.GetProperty("pageViews").GetInt64()).ShouldBe(length);
    }

    [Fact]
    public async Task A_preview_is_text_page_or_picture_and_leaves_nothing_behind()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ReplayAsync(PastVisits.View("ann", "2026-04-02T10:00", "/about"));
        var report = (await tenant.Admin.PostAsync("/api/analytics/reports", new { siteId = tenant.Site, name = "<script>alert(1)</script>" })).ShouldBe(201).Receipt.StreamId;
        var url = $"/api/analytics/reports/{report}/preview?date=2026-04-02&format=";
        (await tenant.Admin.AskAsync(url + "text")).ShouldBe(200).Text.ShouldContain("<script>alert(1)</script>");
        var page = (await tenant.Admin.AskAsync(url + "html")).ShouldBe(200).Text;
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.ShouldContain("/about");
        page.ShouldNotContain("<script");
        page.ShouldContain("src=\"data:image/svg+xml;base64,");
        XDocument.Parse((await tenant.Admin.AskAsync(url + "svg")).ShouldBe(200).Text).Root!.Name.LocalName.ShouldBe("svg");
        var table = (await tenant.Admin.AskAsync(url + "csv")).ShouldBe(200).Text.Split("\r\n");
        table[..4].ShouldBe(["date,site,figure,name,value", "2026-04-02,www.example.org,visitors,,1", "2026-04-02,www.example.org,visits,,1", "2026-04-02,www.example.org,page_views,,1"]);
        table.ShouldContain("2026-04-02,www.example.org,page_views_of_page,/about,1");
        table.ShouldContain("2026-04-02,www.example.org,page_views_of_hour,12,1");
        (await tenant.Admin.AskAsync(url + "pdf")).ShouldBeProblem(422, "invalid", "format");
        foreach (var date in new[] { "2026-02-30", "9999-01-01", "1" })
            (await tenant.Admin.AskAsync($"/api/analytics/reports/{report}/preview?date={date}")).ShouldBeProblem(422, "invalid", "date");
        (await tenant.EventsAsync("analytics.daily-summary%")).ShouldBeEmpty();
    }

    private static (long PageViews, long Visitors) Figures(JsonElement summary, string day) => (summary.GetProperty(day).GetProperty("pageViews").GetInt64(), summary.GetProperty(day).GetProperty("visitors").GetInt64());

    private static IEnumerable<string> Counts(JsonElement summary, string list) => summary.GetProperty(list).EnumerateArray().Select(count => $"{count.GetProperty("name").GetString()} {count.GetProperty("count")}");

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, null);
}
