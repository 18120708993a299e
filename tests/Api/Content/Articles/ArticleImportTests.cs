using System.Net.Http.Json;
using Npgsql;
using Platform.Api.Content;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Tests;

namespace Platform.Api.Tests.Content;

public sealed class ArticleImportTests(ImportApp shared) : IClassFixture<ImportApp>
{
    private static string Sample { get; } = Path.Combine(Root(AppContext.BaseDirectory), "samples", "site");

    private static string Root(string directory) => File.Exists(Path.Combine(directory, "Platform.sln")) ? directory : Root(Path.GetDirectoryName(directory)!);

    private static string Article(string title, string more = "") => $"---\ntitle: {title}\n{more}---\nText of {title}.\n";

    private Task<ImportSite> SiteAsync() => ImportSite.CreateAsync(shared.App);

    [Fact]
    public async Task The_sample_site_is_imported_once()
    {
        using var site = await SiteAsync();
        site.Copy(Sample);

        (await site.ImportAsync(site.Options with { Publish = true })).ToString()
            .ShouldBe("10 files: 10 created, 0 edited, 0 archived, 0 unchanged, 0 refused; 10 published");
        (await site.ImportAsync(site.Options with { Publish = true })).ToString()
            .ShouldBe("10 files: 0 created, 0 edited, 0 archived, 10 unchanged, 0 refused");

        var item = (await site.ItemAsync("ledger/2026-03-16-reihenfolge.md"))!;
        (item.Locale, item.Slug, item.Type, item.Status, item.CreatedBy).ShouldBe(("de", "reihenfolge-der-ereignisse", "article", ItemStatus.Published, "import"));
        item.Fields.Find("frontMatter").ToString().ShouldBe("""{"translation-of": "ledger/2026-03-16-order.md"}""");
        item.Live!.Fields.ShouldBe(item.Fields);
    }

    [Fact]
    public async Task Events_of_one_import_share_trigger_and_correlation()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A"));
        site.Write("b.md", Article("B"));
        await site.ImportAsync(site.Options with { User = "ann" });

        var events = new List<Event>();
        foreach (var path in new[] { "a.md", "b.md" })
            events.AddRange(await site.App.Store.QuerySession(site.Tenant).Events.FetchStreamAsync(ArticlePlan.ItemIdOf(site.Id, path)));
        events.Select(e => (e.Headers.User, e.Headers.Trigger)).Distinct().ShouldBe([("ann", "import")]);
        events.Select(e => e.CorrelationId).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
    }

    [Fact]
    public async Task Changed_files_are_edits_and_files_that_go_and_come_are_archived_and_restored()
    {
        using var site = await SiteAsync();
        foreach (var name in new[] { "a", "b", "c" })
            site.Write($"{name}.md", Article(name));
        await site.ImportAsync();

        site.Edit("a.md");
        site.Delete("b.md");
        (await site.ImportAsync()).ToString().ShouldBe("2 files: 0 created, 1 edited, 1 archived, 1 unchanged, 0 refused");
        (await site.ItemAsync("b.md"))!.Status.ShouldBe(ItemStatus.Archived);

        site.Write("b.md", Article("b"));
        (await site.ImportAsync()).ToString().ShouldBe("3 files: 0 created, 1 edited, 0 archived, 2 unchanged, 0 refused");
        (await site.HistoryAsync("a.md")).ShouldBe("created edited");
        (await site.HistoryAsync("b.md")).ShouldBe("created archived restored");
        (await site.HistoryAsync("c.md")).ShouldBe("created");
    }

    [Fact]
    public async Task A_file_that_moves_and_one_that_takes_the_slug_of_another_keep_their_slugs()
    {
        using var site = await SiteAsync();
        site.Write("old/first.md", Article("First"));
        site.Write("a.md", Article("A", "slug: one\n"));
        site.Write("b.md", Article("B", "slug: two\n"));
        await site.ImportAsync();

        site.Delete("old/first.md");
        site.Write("new/first.md", Article("First"));
        site.Write("a.md", Article("A", "slug: two\n"));
        site.Write("b.md", Article("B", "slug: three\n"));
        (await site.ImportAsync(site.Options with { Workers = 1 })).ToString().ShouldBe("3 files: 1 created, 2 edited, 1 archived, 0 unchanged, 0 refused");
        (await site.ItemAsync("new/first.md"))!.Slug.ShouldBe("first");
        (await site.ItemAsync("a.md"))!.Slug.ShouldBe("two");
        (await site.ItemAsync("b.md"))!.Slug.ShouldBe("three");
    }

    [Fact]
    public async Task A_file_that_cannot_be_imported_is_named_and_stops_nothing()
    {
        using var site = await SiteAsync();
        site.Write("good.md", Article("Good"));
        site.Write("broken.md", "---\ntitle: [\n---\n");
        site.Write("same.md", Article("Same", "slug: good\n"));
        site.Write("untitled.md", "Only text.");
        site.Write("number.md", Article("Number", "big: 1e400\nbigger: " + new string('9', 400) + "\n"));
        site.Write("notes.txt", "no article");
        site.Write(".hidden/x.md", Article("Hidden"));
        File.CreateSymbolicLink(Path.Combine(site.Directory, "link.md"), Path.Combine(site.Directory, "good.md"));
        Directory.CreateSymbolicLink(Path.Combine(site.Directory, "loop"), site.Directory);

        var report = await site.ImportAsync(site.Options with { Publish = true });
        report.ToString().ShouldBe("5 files: 2 created, 0 edited, 0 archived, 0 unchanged, 3 refused; 2 published");
        report.Refused.Select(r => r.Path).ShouldBe(["broken.md", "same.md", "untitled.md"]);
        report.Refused[0].Reason.ShouldContain("isn't valid YAML: line 3");
        report.Refused[1].Reason.ShouldContain($"The slug 'good' is taken by item {ArticlePlan.ItemIdOf(site.Id, "good.md")}");
        report.Refused[2].Reason.ShouldBe("Imported, but not published: fields.title: Is required.");
    }

    [Fact]
    public async Task A_file_that_became_unreadable_is_refused_and_its_item_stays()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A"));
        site.Write("b.md", Article("B"));
        await site.ImportAsync();
        File.WriteAllBytes(Path.Combine(site.Directory, "a.md"), [0xFF]);

        (await site.ImportAsync()).ToString().ShouldBe("2 files: 0 created, 0 edited, 0 archived, 1 unchanged, 1 refused");
        (await site.HistoryAsync("a.md")).ShouldBe("created");
    }

    [Fact]
    public async Task An_item_keeps_its_locale()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A"));
        await site.ImportAsync();
        site.Write("a.md", Article("A", "lang: de\n"));
        (await site.ImportAsync()).Refused.ShouldHaveSingleItem().Reason.ShouldContain("imported as article in en");
    }

    [Fact]
    public async Task What_editors_did_to_an_unchanged_file_s_item_stands()
    {
        using var site = await SiteAsync();
        foreach (var name in new[] { "archived", "unpublished", "edited" })
            site.Write($"{name}.md", Article(name));
        var publish = site.Options with { Publish = true };
        await site.ImportAsync(publish);
        async Task CallAsync(HttpMethod method, string path, string verb, object body) =>
            (await site.Client.SendAsync(new(method, $"/api/content/{ArticlePlan.ItemIdOf(site.Id, path)}{verb}") { Content = JsonContent.Create(body) })).EnsureSuccessStatusCode();
        await CallAsync(HttpMethod.Post, "archived.md", "/archive", new { });
        await CallAsync(HttpMethod.Post, "unpublished.md", "/unpublish", new { });
        await CallAsync(HttpMethod.Put, "edited.md", "", new { fields = new { title = "By hand", body = "" } });

        (await site.ImportAsync(publish)).ToString().ShouldBe("3 files: 0 created, 0 edited, 0 archived, 3 unchanged, 0 refused");
        (await site.HistoryAsync("archived.md")).ShouldBe("created published archived");
        (await site.HistoryAsync("unpublished.md")).ShouldBe("created published unpublished");
        (await site.HistoryAsync("edited.md")).ShouldBe("created published edited");
    }

    [Fact]
    public async Task A_draft_is_not_published()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A", "draft: true\n"));
        (await site.ImportAsync(site.Options with { Publish = true })).Published.ShouldBe(0);
        (await site.HistoryAsync("a.md")).ShouldBe("created");
    }

    [Fact]
    public async Task A_plan_says_what_would_be_done_and_changes_nothing()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A"));
        site.Write("b.md", Article("B"));
        await site.ImportAsync();
        site.Edit("a.md");
        site.Delete("b.md");
        site.Write("c.md", Article("C"));
        site.Write("d.md", "\0");

        var plan = await new ArticleImport(site.App.Store, site.Options with { Publish = true }).PlanAsync(await site.ListAsync());
        plan.Expected.ToString().ShouldBe("3 files: 1 created, 1 edited, 1 archived, 0 unchanged, 1 refused; 2 published");
        (await site.HistoryAsync("a.md")).ShouldBe("created");
        (await site.ItemAsync("c.md")).ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_archived_when_told_so_or_when_the_directory_is_empty()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A"));
        await site.ImportAsync();
        site.Delete("a.md");

        await Should.ThrowAsync<ImportImpossibleException>(() => site.ImportAsync());
        site.Write("b.md", Article("B"));
        (await site.ImportAsync(site.Options with { Archive = false })).Archived.ShouldBe(0);
        (await site.HistoryAsync("a.md")).ShouldBe("created");
    }

    [Fact]
    public async Task An_import_needs_a_site_of_its_tenant_and_a_directory()
    {
        using var site = await SiteAsync();
        site.Write("a.md", Article("A"));
        (await Should.ThrowAsync<ImportImpossibleException>(() => site.ImportAsync(site.Options with { TenantId = PlatformApp.DemoTenant }))).Message.ShouldContain("has no site");
        (await Should.ThrowAsync<ImportImpossibleException>(() => site.ImportAsync(site.Options with { Type = "No Name" }))).Message.ShouldContain("can't be defined");
        (await Should.ThrowAsync<ImportImpossibleException>(() => site.ImportAsync(site.Options with { Locale = "x" }))).Message.ShouldContain("'x'");
        Directory.Delete(site.Directory, recursive: true);
        await Should.ThrowAsync<DirectoryNotFoundException>(() => site.ImportAsync());
    }

    [Fact]
    public async Task What_lies_too_deep_is_reported_and_not_taken_for_gone()
    {
        using var site = await SiteAsync();
        var folders = string.Join('/', Enumerable.Repeat("d", ArticleDirectory.MaxDepth));
        site.Write($"{folders[2..]}/near.md", Article("Near"));
        site.Write($"{folders}/far.md", Article("Far"));

        var listed = await site.ListAsync();
        listed.Files.Select(f => f.Path).ShouldBe([$"{folders[2..]}/near.md"]);
        listed.Refused.ShouldHaveSingleItem().Path.ShouldBe(folders);
        listed.MayHave($"{folders}/far.md").ShouldBeTrue();
        listed.MayHave("d/gone.md").ShouldBeFalse();
    }

    [Fact]
    public async Task Names_are_the_same_in_either_unicode_form()
    {
        using var site = await SiteAsync();
        site.Write("cafe\u0301.md", Article("Café"));
        await site.ImportAsync();
        (await site.ItemAsync("caf\u00e9.md"))!.Source!.Path.ShouldBe("caf\u00e9.md");

        site.Write("caf\u00e9.md", Article("Café"));
        (await site.ImportAsync()).Refused.ShouldHaveSingleItem().Reason.ShouldContain("Unicode form");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(21)]
    public async Task An_interrupted_import_done_again_ends_like_one_that_was_not(int command)
    {
        using var whole = await SiteAsync();
        using var broken = await SiteAsync();
        foreach (var site in new[] { whole, broken })
        {
            Prepare(site);
            await site.ImportAsync();
            Change(site);
        }
        await whole.ImportAsync(whole.Options with { Publish = true });

        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            broken.ImportAsync(broken.Options with { Publish = true, Workers = 2 }, new InterruptedStore(broken.App.Store, command, stop), stop.Token));
        await broken.ImportAsync(broken.Options with { Publish = true });
        (await broken.ImportAsync(broken.Options with { Publish = true })).ToString().ShouldBe("11 files: 0 created, 0 edited, 0 archived, 11 unchanged, 0 refused");

        foreach (var path in Enumerable.Range(0, 13).Select(n => $"{n}.md"))
        {
            (await broken.HistoryAsync(path)).ShouldBe(await whole.HistoryAsync(path), path);
            var (a, b) = (await broken.ItemAsync(path), await whole.ItemAsync(path));
            (a!.Slug, a.Status, a.Fields, a.Live?.Fields, a.Source).ShouldBe((b!.Slug, b.Status, b.Fields, b.Live?.Fields, b.Source), path);
        }

        static void Prepare(ImportSite site)
        {
            foreach (var n in Enumerable.Range(0, 9))
                site.Write($"{n}.md", Article($"{n}"));
        }

        static void Change(ImportSite site)
        {
            foreach (var n in new[] { 0, 1 })
                site.Delete($"{n}.md");
            foreach (var n in new[] { 2, 3, 4 })
                site.Edit($"{n}.md");
            foreach (var n in new[] { 5, 6, 7 })
                site.Write($"{n}.md", Article($"{n}", $"slug: moved-{n}\n"));
            foreach (var n in new[] { 9, 10, 11, 12 })
                site.Write($"{n}.md", Article($"{n}"));
        }
    }

    [Fact]
    public async Task Two_imports_at_once_create_each_item_once()
    {
        using var site = await SiteAsync();
        foreach (var n in Enumerable.Range(0, 40))
            site.Write($"{n}.md", Article($"{n}"));

        var reports = await Task.WhenAll(site.ImportAsync(), site.ImportAsync());
        reports.Sum(r => r.Created).ShouldBe(40);
        reports.Sum(r => r.Unchanged).ShouldBe(40);
        reports.SelectMany(r => r.Refused).ShouldBeEmpty();
        foreach (var n in Enumerable.Range(0, 40))
            (await site.HistoryAsync($"{n}.md")).ShouldBe("created");
    }

    // Stops the import when it starts its n-th command.
    private sealed class InterruptedStore(IDocumentStore inner, int command, CancellationTokenSource stop) : IDocumentStore
    {
        private int _commands;

        public StoreOptions Options => inner.Options;
        public StoreSignals Signals => inner.Signals;
        public IQuerySession QuerySession(string tenantId) => inner.QuerySession(tenantId);

        public Task<IReadOnlyList<T>> FindWorkAsync<T>(string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel) =>
            inner.FindWorkAsync(sql, parameters, read, cancel);

        public IDocumentSession LightweightSession(SessionOptions options)
        {
            if (Interlocked.Increment(ref _commands) == command)
                stop.Cancel();
            return inner.LightweightSession(options);
        }
    }
}
