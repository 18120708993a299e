using Npgsql;
using Platform.Api.Analytics;
using Platform.EventStore;
using Platform.Projections;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

/// <summary>Every example query, of the files and of the dictionary, run by an analyst on a tenant whose content is known.</summary>
public sealed class SampleQueryTests(SharedApp shared) : OverHttp(shared), IAsyncLifetime
{
    private NpgsqlConnection _analyst = null!;

    public async ValueTask InitializeAsync()
    {
        (await Admin.PostAsync("/api/content-types", """
            {"name":"article","fields":[{"name":"title","type":"text","required":true},{"name":"related","type":"reference"}]}
            """)).ShouldBe(201);
        var site = await Admin.SiteAsync();
        var one = await Admin.ArticleAsync(site, "one", new { title = "One" });
        var two = await Admin.ArticleAsync(site, "two", new { title = "Two", related = one });
        await Admin.ArticleAsync(site, "three", new { title = "Three" });
        (await As("editor").PutAsync($"/api/content/{two}", new { fields = new { title = "Two, again", related = one } })).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{one}/publish", "{}")).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{two}/publish", "{}")).ShouldBe(200);
        (await Admin.PutAsync($"/api/content/{one}", new { fields = new { title = "One, not live yet" } })).ShouldBe(200);
        (await Admin.PostAsync($"/api/content/{two}/schedule", new { unpublishAt = DateTimeOffset.UtcNow.AddDays(3) })).ShouldBe(200);
        (await As("auditor").PostAsync($"/api/content/{one}/archive", "{}")).ShouldBe(403);
        for (var n = 0; n < 200 && (await Admin.AskAsync("/api/audit?outcome=denied")).Items.Count == 0; n++)
            await Task.Delay(50);
        foreach (var view in AnalystViews.Of(ReadModels.All).Where(v => v.Projection is not null))
            (await App.Store.QuerySession(Tenant).WaitForAllAsync(view.Projection!, TimeSpan.FromSeconds(30))).ShouldBeTrue();
        _analyst = await AnalystSql.OpenAsync(await Admin.AnalystAsync(App));
    }

    public async ValueTask DisposeAsync()
    {
        await _analyst.DisposeAsync();
        Dispose();
    }

    // Columns that hold times and durations are left out.
    private static readonly Dictionary<string, (int[] Columns, string[] Rows)> _expected = new()
    {
        ["content-per-site.sql"] = ([0, 1, 2, 3], ["www.example.org draft en 1", "www.example.org published en 2"]),
        ["denied-attempts.sql"] = ([0, 2], ["test-auditor 1"]),
        ["edits-per-editor.sql"] = ([1, 2, 3], ["test-admin 1 1", "test-editor 1 1"]),
        ["most-referred.sql"] = ([0, 1, 2], ["one article 1"]),
        ["publication-lead-time.sql"] = ([0, 1], ["article 2"]),
        ["stale-items.sql"] = ([0, 1, 3], ["www.example.org one True"]),
        ["what-is-due.sql"] = ([1, 2, 3, 4], ["unpublish article two False"]),
    };

    [Fact]
    public async Task Every_sample_answers_what_it_says()
    {
        var samples = SampleQuery.All(Repository.Root);
        samples.Select(s => s.File).ShouldBe(_expected.Keys, ignoreOrder: true);
        foreach (var sample in samples)
        {
            var (columns, rows) = _expected[sample.File];
            (await _analyst.RowsAsync(sample.Sql)).Select(row => string.Join(' ', columns.Select(c => row[c]))).ShouldBe(rows, sample.File);
            sample.Question.ShouldEndWith("?");
        }
    }

    [Fact]
    public async Task Every_example_of_the_dictionary_runs()
    {
        var answers = new Dictionary<string, List<string?[]>>();
        foreach (var table in AnalystViews.Of(ReadModels.All))
            answers[table.Name] = await _analyst.RowsAsync(table.Example);
        answers["items"].Select(r => string.Join(' ', r)).ShouldBe(["article draft 1", "article published 2"]);
        answers["content_types"].Select(r => string.Join(' ', r)).ShouldBe(["article related reference", "article title text"]);
        answers["site_content"].ShouldHaveSingleItem().ShouldBe(["www.example.org", "3"]);
        answers["scheduled_actions"].ShouldHaveSingleItem().ShouldBe(["unpublish", "1"]);
        answers["item_references"].ShouldHaveSingleItem().ShouldBe(["one", "1"]);
        answers["roles"].Select(r => r[0]).ShouldBe(["admin", "editor"]);
        answers["audit_trail"].Count.ShouldBeGreaterThan(5);
    }
}
