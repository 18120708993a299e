using Platform.Api.Tests.Sites;

namespace Platform.Api.Tests.Analytics;

/// <summary>Answers as files.</summary>
public sealed class BehaviourFileTests(SharedApp shared) : OverHttp(shared)
{
    private const string January = "from=2020-01-01&to=2020-01-02";

    [Fact]
    public async Task A_file_has_a_row_an_answers_row_and_no_cell_is_a_formula()
    {
        var site = await AskedAsync();
        var answer = (await Admin.AskAsync($"/api/analytics/query?siteId={site}&{January}&metrics=page_views,pages_per_visit,lcp_p75&dimensions=campaign&format=csv")).ShouldBe(200);
        (answer.Header("Content-Type"), answer.Header("Content-Disposition")).ShouldBe(("text/csv; charset=utf-8; header=present", "attachment; filename=behaviour_2020-01-01_2020-01-02.csv; filename*=UTF-8''behaviour_2020-01-01_2020-01-02.csv"));
        answer.Text.ShouldBe("campaign,page_views,pages_per_visit,lcp_p75\r\n(none),3,1.5,\r\n\"'=1+1,\"\"x\"\"\",1,1,\r\n");
        answer.Header("X-Ledger-Index").ShouldNotBeNull();
    }

    [Fact]
    public async Task Days_that_it_is_compared_with_are_rows_of_their_own_period()
    {
        var site = await AskedAsync();
        var answer = (await Admin.AskAsync($"/api/analytics/query?siteId={site}&from=2020-01-02&to=2020-01-02&metrics=page_views&dimensions=country&compare=previous&format=csv")).ShouldBe(200);
        answer.Text.ShouldBe("period,country,page_views\r\nasked,AT,2\r\nprevious,AT,1\r\nprevious,DE,1\r\n");
    }

    [Fact]
    public async Task Without_dimensions_the_row_is_the_totals()
    {
        var site = await AskedAsync();
        (await Admin.AskAsync($"/api/analytics/query?siteId={site}&{January}&metrics=visitors,page_views&format=csv")).ShouldBe(200).Text.ShouldBe("visitors,page_views\r\n3,4\r\n");
    }

    [Fact]
    public async Task A_file_that_was_cut_says_so_in_its_name()
    {
        var site = await AskedAsync();
        (await Admin.AskAsync($"/api/analytics/query?siteId={site}&{January}&metrics=page_views&dimensions=country&rows=1&format=csv")).ShouldBe(200).Header("Content-Disposition")!.ShouldContain("behaviour_2020-01-01_2020-01-02_first_1_rows.csv");
    }

    [Fact]
    public Task Another_format_is_refused() => RefusedAsync(() => Admin.AskAsync("/api/analytics/query?format=xlsx"), 422, "invalid", "format");

    private async Task<Guid> AskedAsync()
    {
        var site = await Admin.SiteAsync($"www.{Guid.NewGuid():n}.example");
        await Admin.ReplayAsync(
            App, Tenant, site, PastVisits.View("ann", "2020-01-01T10:00"), PastVisits.View("bob", "2020-01-01T10:00", "/?utm_campaign=%3D1%2B1%2C%22x%22", "DE"), PastVisits.View("cid", "2020-01-02T10:00"), PastVisits.View("cid", "2020-01-02T10:01", "/news"));
        return site;
    }
}
