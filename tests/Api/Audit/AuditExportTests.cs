using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;

namespace Platform.Api.Tests.Audit;

public sealed class AuditExportTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Both_formats_hold_what_the_list_holds()
    {
        var item = await Admin.ArticleAsync(await Admin.ArticleSiteAsync(), fields: new { title = "=1+1, \"quoted\"\nand more" });
        var receipt = (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200).Receipt;
        foreach (var filter in new[] { "outcome=done", "action=content.", "q=quoted" })
        {
            var listed = (await Admin.AskAsync($"/api/audit?{filter}&limit=200&after={receipt.Events[0].Sequence}")).ShouldBe(200).Items;
            var lines = await Admin.AskAsync($"/api/audit/export?{filter}&format=jsonl");
            lines.Header("Content-Type").ShouldBe("application/jsonl");
            lines.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetRawText()).ShouldBe(listed.Select(e => e.GetRawText()), filter);

            var csv = await Admin.AskAsync($"/api/audit/export?{filter}");
            (csv.Header("Content-Type"), csv.Header("Content-Disposition")).ShouldBe(("text/csv; charset=utf-8; header=present", "attachment; filename=\"audit.csv\""));
            csv.Header("X-Ledger-Index").ShouldNotBeNull();
            csv.Text.ShouldEndWith("\r\n");
            var rows = csv.Rows;
            rows.Count.ShouldBe(listed.Count, filter);
            foreach (var (row, entry) in rows.Zip(listed))
            {
                foreach (var member in new[] { "eventId", "actor", "action", "streamId", "streamKind", "outcome", "summary", "proof" })
                    row[member].ShouldBe(entry.GetProperty(member).GetString(), member);
                row["sequence"].ShouldBe(entry.GetProperty("sequence").GetRawText());
                DateTimeOffset.Parse(row["at"], CultureInfo.InvariantCulture).ShouldBe(entry.GetProperty("at").GetDateTimeOffset());
            }
        }
    }

    [Fact]
    public async Task A_file_of_many_batches_has_every_entry_once()
    {
        var site = await Admin.ArticleSiteAsync();
        var commands = Enumerable.Range(0, 1_000).Select(n => new { verb = "create", body = Examples.NewArticle(site, $"item-{n}") });
        (await Admin.PostAsync("/api/content/bulk", new { commands })).ShouldBe(200);
        (await App.Store.QuerySession(Tenant).WaitForAllAsync("audit_trail", TimeSpan.FromSeconds(30))).ShouldBeTrue();

        var sequences = (await Admin.AskAsync("/api/audit/export?format=jsonl")).ShouldBe(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line).GetProperty("sequence").GetInt64()).ToList();
        sequences.Count.ShouldBe((int)await CountEventsAsync());
        sequences.Count.ShouldBeGreaterThan(2_000);
        sequences.ShouldBeUnique();
        (await Admin.AskAsync("/api/audit/export?q=reserved")).ShouldBe(200).Text.Split("\r\n").Length.ShouldBe(1_003, "a header, an entry a slug and one for the domain, and nothing after the last line break");
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    public void A_cell_that_a_spreadsheet_would_run_is_text(string cell)
    {
        Csv.Of([[cell]]).Trim('"')[0].ShouldBe('\'');
        Csv.Of([[$"a{cell}"]]).ShouldNotContain("'");
    }

    [Theory]
    [InlineData("format=xml", "format")]
    [InlineData("outcome=failed", "outcome")]
    [InlineData("from=now", "from")]
    public async Task A_parameter_out_of_bounds_is_a_problem_before_the_file_begins(string query, string field) =>
        await RefusedAsync(() => Admin.AskAsync($"/api/audit/export?{query}"), 422, "invalid", field);
}
