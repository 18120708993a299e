using System.Text.Json;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Api.Tests.Analytics;

public sealed class TableExportTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task Both_formats_hold_the_same_rows_and_no_cell_is_a_formula()
    {
        var site = await Admin.ArticleSiteAsync();
        await Admin.ArticleAsync(site, "one", new { title = "=1+1, \"quoted\"\nand more" });
        var item = await Admin.ArticleAsync(site, "two", new { title = "Zwei" });
        var receipt = (await Admin.PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200).Receipt;

        var csv = (await Admin.AskAsync($"/api/analytics/tables/items/export?after={receipt.Events[^1].Sequence}")).ShouldBe(200);
        (csv.Header("Content-Type"), csv.Header("Content-Disposition")).ShouldBe(("text/csv; charset=utf-8; header=present", "attachment; filename=\"items.csv\""));
        csv.Header("X-Ledger-Index").ShouldNotBeNull();
        csv.Text.ShouldEndWith("\r\n");
        var jsonl = (await Admin.AskAsync("/api/analytics/tables/items/export?format=jsonl")).ShouldBe(200);
        jsonl.Header("Content-Type").ShouldBe("application/jsonl");
        var (cells, objects) = (csv.Rows, Lines(jsonl));
        (cells.Count, objects.Count).ShouldBe((2, 2));
        cells[0].Keys.ShouldBe(objects[0].EnumerateObject().Select(m => m.Name));
        foreach (var (row, json) in cells.Zip(objects))
            foreach (var member in json.EnumerateObject().Where(m => m.Name is not ("title" or "fields" or "further_locales" or "tags" or "regions")))
                row[member.Name].ShouldBe(member.Value.ValueKind == JsonValueKind.Null ? "" : member.Value.ToString().Replace("True", "true").Replace("False", "false"), member.Name);
        cells[0]["title"].ShouldBe("'=1+1, \"quoted\"\nand more");
        objects[0].GetProperty("title").GetString().ShouldBe("=1+1, \"quoted\"\nand more");
        objects[1].GetProperty("live_since").GetDateTimeOffset().ShouldBe(receipt.Timestamp);
        cells[1]["live_since"].ShouldEndWith("Z");
        Lines((await Admin.AskAsync($"/api/analytics/tables/items/export?format=jsonl&since={Uri.EscapeDataString(receipt.Timestamp.ToString("O"))}")).ShouldBe(200)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_of_many_pages_has_every_row_once()
    {
        var site = await Admin.ArticleSiteAsync();
        for (var n = 0; n < 2; n++)
        {
            var commands = Enumerable.Range(n * 1_000, 1_000).Select(i => new { verb = "create", body = Examples.NewArticle(site, $"item-{i}") });
            (await Admin.PostAsync("/api/content/bulk", new { commands })).ShouldBe(200);
        }
        foreach (var view in new[] { "items", "site_content", "audit_trail" })
        {
            var table = AnalystViews.Of(ReadModels.All).Single(t => t.Name == view);
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(table.Projection!, TimeSpan.FromSeconds(30))).ShouldBeTrue();
            var rows = Lines((await Admin.AskAsync($"/api/analytics/tables/{view}/export?format=jsonl")).ShouldBe(200));
            rows.Count.ShouldBe((int)await new AnalystRows(App.Store.Options.Database.App, Tenant, table).CountAsync(null, default), view);
            rows.Count.ShouldBeGreaterThanOrEqualTo(2_000);
            rows.Select(r => string.Join('/', table.Key.Select(k => r.GetProperty(k).ToString()))).ShouldBeUnique();
        }
    }

    [Fact]
    public async Task Rows_too_large_for_a_page_are_all_there()
    {
        var site = await Admin.ArticleSiteAsync();
        for (var n = 0; n < 20; n++)
            await Admin.ArticleAsync(site, $"large-{n}", new { title = "Large", body = new string((char)('a' + n), 500_000) });
        (await App.Store.QuerySession(Tenant).WaitForAllAsync("item_details", TimeSpan.FromSeconds(30))).ShouldBeTrue();
        Lines((await Admin.AskAsync("/api/analytics/tables/items/export?format=jsonl")).ShouldBe(200)).Select(r => r.GetProperty("slug").GetString())
            .ShouldBe(Enumerable.Range(0, 20).Select(n => $"large-{n}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Every_view_is_exported_to_those_who_may_read_it_elsewhere()
    {
        var (admin, analyst) = (Admin, As("analyst"));
        await admin.ArticleAsync();
        foreach (var table in AnalystViews.Of(ReadModels.All))
        {
            (await admin.AskAsync($"/api/analytics/tables/{table.Name}/export")).ShouldBe(200).Text.ShouldStartWith(string.Join(',', table.Columns.Select(c => c.Name)));
            var may = table.Permission is null || BuiltInRoles.All["analyst"].Permissions.Contains(table.Permission);
            var answer = await analyst.AskAsync($"/api/analytics/tables/{table.Name}/export");
            answer.Status.ShouldBe(may ? 200 : 403, table.Name);
            if (!may)
                answer.Json.GetProperty("detail").GetString()!.ShouldContain(table.Permission!);
        }
    }

    [Fact]
    public async Task Another_tenants_rows_are_in_no_file()
    {
        await Admin.ArticleAsync();
        var stranger = Stranger();
        await stranger.ArticleAsync();
        foreach (var table in AnalystViews.Of(ReadModels.All).Where(t => t.Projection is not null))
        {
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(table.Projection!, TimeSpan.FromSeconds(30))).ShouldBeTrue();
            var rows = Lines((await stranger.AskAsync($"/api/analytics/tables/{table.Name}/export?format=jsonl")).ShouldBe(200));
            if (table.Name == "items")
                rows.Count.ShouldBeGreaterThanOrEqualTo(1, "the stranger's own");
            foreach (var row in rows)
                row.GetProperty("tenant_id").GetString().ShouldNotBe(Tenant);
        }
    }

    [Theory]
    [InlineData("items/export?format=xml", 422, "invalid", "format")]
    [InlineData("items/export?since=yesterday", 422, "invalid", "since")]
    [InlineData("site_content/export?since=2030-01-01T00:00:00Z", 422, "invalid", "since")]
    [InlineData("pg_authid/export", 404, "not-found", null)]
    [InlineData("items; drop view analytics.items/export", 404, "not-found", null)]
    public async Task What_is_wrong_is_a_problem_before_the_file_begins(string path, int status, string kind, string? field) =>
        await RefusedAsync(() => Admin.AskAsync($"/api/analytics/tables/{path}"), status, kind, field);

    private static List<JsonElement> Lines(Answer answer) => [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
}
