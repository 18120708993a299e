using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Content;

public sealed class ArticleAcceptanceTests(ImportApp shared) : IClassFixture<ImportApp>
{
    private const string Set = "articles";

    [Fact]
    public async Task Real_articles_are_imported_edited_published_queried_verified_and_replayed()
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        using var site = await ImportSite.CreateAsync(shared.App);
        site.Copy(AcceptanceSets.Find(Set)!);
        var files = (await site.ListAsync()).Files;
        files.Length.ShouldBe(644);

        (await site.ImportAsync()).ToString().ShouldBe("644 files: 644 created, 0 edited, 0 archived, 0 unchanged, 0 refused");
        foreach (var file in files.Where((_, n) => n % 50 == 0))
            site.Edit(file.Path);
        foreach (var file in files.Where((_, n) => n % 100 == 1))
            site.Delete(file.Path);
        (await site.ImportAsync(site.Options with { Publish = true })).ToString()
            .ShouldBe("637 files: 0 created, 13 edited, 7 archived, 624 unchanged, 0 refused; 637 published");

        (await CountAsync(site, "published")).ShouldBe(637);
        (await CountAsync(site, "archived")).ShouldBe(7);

        var findings = new List<Finding>();
        var database = shared.App.Services.GetRequiredService<Database>();
        (await new LedgerVerification(database.Auditor).RunAsync(null, null, findings.Add)).Checked.ShouldBeGreaterThan(2 * 644);
        findings.ShouldBeEmpty();

        var rebuild = new ProjectionRebuild(shared.App.Store);
        foreach (var projection in shared.App.Store.Options.Projections.Where(p => p.Lifecycle != ProjectionLifecycle.Live))
        {
            var report = await rebuild.RunAsync(projection, null);
            (report.OnlyInOld, report.OnlyInNew).ShouldBe((0L, 0L), projection.Name);
        }
        (await CountAsync(site, "published")).ShouldBe(637);
    }

    private static async Task<int> CountAsync(ImportSite site, string status)
    {
        var session = site.App.Store.QuerySession(site.Tenant);
        (await session.WaitForAllAsync("item_details", TimeSpan.FromSeconds(10))).ShouldBeTrue();
        var count = 0;
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await site.Client.GetFromJsonAsync<JsonElement>($"/api/content?siteId={site.Id}&status={status}&limit=200{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            count += page.GetProperty("items").GetArrayLength();
            cursor = page.GetProperty("next").GetString();
        }
        return count;
    }
}
