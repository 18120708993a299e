using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Api.Analytics;
using Platform.Api.Sites;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

/// <summary>Records of what visitors did, through the real endpoint; what comes of real ones is what others counted.</summary>
public sealed class ReplayTests(SharedApp shared) : IAsyncLifetime
{
    private readonly string _tenant = TenantEndpoints.NewId();
    private HttpClient _admin = null!;

    public ValueTask InitializeAsync()
    {
        _admin = shared.App.Client("admin", _tenant);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_record_that_is_replayed_again_is_kept_once_and_a_line_that_cannot_be_read_is_named()
    {
        var site = await _admin.SiteAsync();
        const string Log = """
            10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 100 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:30.0) Gecko/20100101 Firefox/30.0"
            10.0.0.1 - - [17/May/2015:10:05:04 +0000] "GET /style.css HTTP/1.1" 200 100 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:30.0) Gecko/20100101 Firefox/30.0"
            10.0.0.1 - - [17/May/2015:12:05:05 +0200] "GET /a?b=c HTTP/1.1" 304 0 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:30.0) Gecko/20100101 Firefox/30.0"
            what is this?
            10.0.0.2 - - [17/May/2015:10:05:06 +0000] "GET / HTTP/1.1" 200 100 "-" "Googlebot/2.1 (+http://www.google.com/bot.html)"
            """;
        var report = await ReplayAsync(site, Log, new CombinedLogReplay(null));
        (report.Lines, report.Accepted, report.Duplicates, report.Uncounted, report.UnreadLines).ShouldBe((5, 3, 0, 1, 1));
        report.Unread.ShouldHaveSingleItem().Line.ShouldBe(4);
        (await ReplayAsync(site, Log, new CombinedLogReplay(null))).ShouldSatisfyAllConditions(again => again.Accepted.ShouldBe(0), again => again.Duplicates.ShouldBe(3));
        (await TotalsAsync(site, "from=2015-05-17&to=2015-05-17&metrics=page_views,visitors,visits")).ShouldBe([2, 1, 1]);
        (await TotalsAsync(site, "from=2015-05-17&to=2015-05-17&metrics=page_views&bots=include")).ShouldBe([3]);
    }

    [Fact]
    public async Task A_line_that_the_platform_would_refuse_holds_up_no_other()
    {
        var site = await _admin.SiteAsync();
        var csv = $"when,what,who,seconds,more\n2020-01-01T00:00:00Z,view,ann,,\n2020-01-01T00:00:01Z,view,{new string('a', 201)},,\nyesterday,view,ann,,\n"
            + $"2020-01-01T00:00:02Z,view,ann,soon,\n2020-01-01T00:00:03Z,12,ann,,\n2020-01-01T00:00:04Z,own,ann,,{new string('a', 1_100)}\n2100-01-01T00:00:00Z,view,ann,,\n2020-01-01T00:00:05Z,own,ann,,fine\n";
        var report = await ReplayAsync(site, csv, new CsvReplay(ReplayColumns.Parse(["when=at,what=name,who=visitor,seconds=engaged"]), null));
        (report.Lines, report.Accepted, report.UnreadLines).ShouldBe((8, 2, 6));
        report.Unread.Select(one => one.Line).ShouldBe([3, 4, 5, 6, 7, 8]);
    }

    [Fact]
    public void Columns_that_nobody_can_understand_are_refused()
    {
        foreach (var map in new[] { "ts", "ts=at,ts=name", "ts=when", "item=page", "=at" })
            Should.Throw<ArgumentException>(() => ReplayColumns.Parse([map]), map);
    }

    [Fact]
    public async Task What_comes_of_deskdrop_is_what_is_expected()
    {
        var (set, expectations) = (AcceptanceSets.Find("analytics/deskdrop-events"), AcceptanceSets.Find("analytics/expected"));
        Assert.SkipUnless(set is not null && expectations is not null, AcceptanceSets.Absent("analytics/deskdrop-events"));
        var expected = JsonElement.Parse(File.ReadAllText(Path.Combine(expectations!, "deskdrop-analytics.json")));
        var site = await _admin.SiteAsync();
        var target = await TargetAsync();
        var report = await new Replay(target, site, null).RunAsync(
            Path.Combine(set!, "events.csv.gz"), new CsvReplay(ReplayColumns.Parse(["ts=at,type=name,item=page:/item/{},person=visitor,country=country"]), null), (_, _) => { }, CancellationToken.None);
        (report.Lines, report.Accepted, report.UnreadLines).ShouldBe((72_312, 72_312, 0));

        const string Before = "from=2016-03-01&to=2016-08-31";
        (await TotalsAsync(site, $"{Before}&metrics=events,page_views,visitors,visits,bounces")).ShouldBe([
            Number("events"), expected.GetProperty("by_type").GetProperty("VIEW").GetDouble(), Number("people"), Number("sessions_30min"), Number("bounce_30min")]);
        var times = (await TotalsAsync(site, $"{Before}&metrics=bounce_rate,visit_ms,visit_ms_median,events_per_visit")).ToArray();
        times[0].ShouldBe(Number("bounce_rate_30min"), 1e-8);
        (times[1] / 1_000).ShouldBe(Number("sessions_30min_mean_s"), 1e-6);
        (times[2] / 1_000).ShouldBe(Number("sessions_30min_median_s"));
        times[3].ShouldBe(Number("events_per_session_30min"), 1e-8);

        (await RowsAsync(site, $"{Before}&metrics=events,page_views,visitors&dimensions=day")).ShouldBe(
            expected.GetProperty("daily").GetProperty("rows").EnumerateArray().Select(row => $"{row[0].GetString()} {row[1]} {row[2]} {row[3]}"));
        (await RowsAsync(site, $"{Before}&metrics=page_views&dimensions=hour_of_day")).ShouldBe(
            expected.GetProperty("hour_of_day_views").EnumerateArray().Select((views, hour) => $"{hour:00} {views}"));
        (await RowsAsync(site, $"{Before}&metrics=page_views&dimensions=country")).Order(StringComparer.Ordinal).ShouldBe(
            expected.GetProperty("country_views").EnumerateObject().Select(country => $"{country.Name} {country.Value}").Order(StringComparer.Ordinal));
        (await RowsAsync(site, $"{Before}&metrics=events&dimensions=event")).Order(StringComparer.Ordinal).ShouldBe(
            expected.GetProperty("by_type").EnumerateObject().Select(type => $"{(type.Name == "VIEW" ? "page_view" : type.Name.ToLowerInvariant().Replace(' ', '_'))} {type.Value}").Order(StringComparer.Ordinal));
        (await RowsAsync(site, $"{Before}&metrics=page_views&dimensions=page&rows=20")).Order(StringComparer.Ordinal).ShouldBe(
            expected.GetProperty("top20_items_by_views").EnumerateArray().Select(item => $"/item/{item[0]} {item[1]}").Order(StringComparer.Ordinal));

        var funnel = await AskAsync(site, $"{Before}&step=page_view&step=like&step=bookmark&per=page", "funnel");
        funnel.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("count").GetInt64()).ShouldBe(
            expected.GetProperty("funnel_person_item").EnumerateObject().Select(step => step.Value.GetInt64()));
        // Of all of it, which is more than is looked at one by one, the file itself is counted: no day has more visitors than are counted exactly.
        var lines = await LinesAsync(Path.Combine(set!, "events.csv.gz"));
        var people = lines.Skip(1).Select(line => line.Split(',')[Array.IndexOf(lines[0].Split(','), "person")]).Distinct().Count();
        var views = lines.Count(line => line.Contains(",VIEW,", StringComparison.Ordinal));
        foreach (var zone in new[] { "Etc/UTC", "America/Sao_Paulo" })
            (await TotalsAsync(site, $"from=2016-03-01&to=2017-03-31&timezone={zone}&metrics=events,page_views,visitors")).ShouldBe([lines.Length - 1, views, people], zone);

        var retention = await AskAsync(site, $"{Before}&block=7&start=event", "retention");
        retention.GetProperty("cohorts")[0].GetProperty("visitors").EnumerateArray().Select(visitors => visitors.GetInt64()).Take(9).ShouldBe(
            expected.GetProperty("cohort_week0_retention").EnumerateArray().Select(visitors => visitors.GetInt64()));

        double Number(string name) => expected.GetProperty(name).GetDouble();
    }

    [Fact]
    public async Task What_comes_of_deskdrop_on_three_sites_is_what_is_expected_of_each_and_of_visitors_in_common()
    {
        var (set, expectations) = (AcceptanceSets.Find("analytics/deskdrop-events"), AcceptanceSets.Find("analytics/expected"));
        Assert.SkipUnless(set is not null && expectations is not null, AcceptanceSets.Absent("analytics/deskdrop-events"));
        var expected = JsonElement.Parse(File.ReadAllText(Path.Combine(expectations!, "deskdrop-analytics.json")));
        var lines = await LinesAsync(Path.Combine(set!, "events.csv.gz"));
        var item = Array.IndexOf(lines[0].Split(','), "item");
        var sites = new List<Guid>();
        foreach (var n in Enumerable.Range(0, 3))
        {
            sites.Add(await _admin.SiteAsync($"site{n}.example.org"));
            // What comes after the days that are asked for is left out: it takes as long again.
            var own = lines.Skip(1).Where(line => long.Parse(line.Split(',')[item]) % 3 == n && long.Parse(line.Split(',')[0]) < 1_472_688_000);
            await ReplayAsync(sites[n], string.Join('\n', own.Prepend(lines[0])), new CsvReplay(ReplayColumns.Parse(["ts=at,type=name,item=page:/item/{},person=visitor,country=country"]), null));
        }

        const string Before = "from=2016-03-01&to=2016-08-31";
        var all = string.Concat(sites.Select(site => $"&siteId={site}"))[8..];
        var bySite = (await RowsAsync(all, $"{Before}&metrics=events,page_views,visitors&dimensions=site")).ToDictionary(row => row.Split(' ')[0], row => row[(row.IndexOf(' ') + 1)..]);
        for (var n = 0; n < 3; n++)
        {
            var numbers = expected.GetProperty("sites_item_mod_3").GetProperty($"site{n}");
            bySite[sites[n].ToString()].ShouldBe($"{numbers.GetProperty("events")} {numbers.GetProperty("views")} {numbers.GetProperty("people")}");
            (await TotalsAsync(sites[n], $"{Before}&metrics=events&filter=event:like")).ShouldBe([numbers.GetProperty("likes").GetDouble()]);
        }
        // Somebody on two sites is one visitor.
        (await TotalsAsync(all, $"{Before}&metrics=events,visitors")).ShouldBe([expected.GetProperty("events").GetDouble(), expected.GetProperty("people").GetDouble()]);

        var sets = (await AskAsync(all, Before, "overlap")).GetProperty("sets").EnumerateArray()
            .Select(one => (Sites: one.GetProperty("siteIds").EnumerateArray().Select(id => sites.IndexOf(id.GetGuid())).ToHashSet(), Visitors: one.GetProperty("visitors").GetInt64())).ToList();
        var overlap = expected.GetProperty("people_overlap");
        foreach (var (name, who) in new (string, int[])[] { ("0&1", [0, 1]), ("0&2", [0, 2]), ("1&2", [1, 2]), ("all", [0, 1, 2]) })
            sets.Where(one => one.Sites.IsSupersetOf(who)).Sum(one => one.Visitors).ShouldBe(overlap.GetProperty(name).GetInt64(), name);
        sets.Single(one => one.Sites.SetEquals([0])).Visitors.ShouldBe(overlap.GetProperty("only0").GetInt64());

        var last = DateTimeOffset.FromUnixTimeSeconds(lines.Skip(1).Select(line => long.Parse(line.Split(',')[0])).Where(at => at < 1_472_688_000).Max());
        var segments = expected.GetProperty("segments");
        var views = new { @event = "page_view", atLeast = 10, atMost = (int?)null, days = (int?)30, siteId = (Guid?)null };
        foreach (var (name, conditions) in new (string, object[])[]
        {
            ("views>=10 in last 30 days before last event", [views]),
            ("and ever LIKEd", [views, new { @event = "like" }]),
            ("BOOKMARKed on site0 and COMMENTed on site1", [new { @event = "bookmark", siteId = sites[0] }, new { @event = "comment_created", siteId = sites[1] }]),
            ("no event in last 90 days (lapsed)", [new { atLeast = 0, atMost = 0, days = 90 }]),
        })
        {
            var segment = (await _admin.PostAsync("/api/analytics/segments", new { name, conditions })).ShouldBe(201).Receipt.StreamId;
            (await _admin.AskAsync($"/api/analytics/segments/{segment}/visitors?at={last:yyyy-MM-dd'T'HH:mm:ss'Z'}")).ShouldBe(200).Json.GetProperty("visitors").GetInt64().ShouldBe(segments.GetProperty(name).GetInt64(), name);
        }
    }

    [Fact]
    public async Task What_comes_of_an_access_log_is_what_is_expected()
    {
        var (set, expectations) = (AcceptanceSets.Find("analytics/web-log"), AcceptanceSets.Find("analytics/expected"));
        Assert.SkipUnless(set is not null && expectations is not null, AcceptanceSets.Absent("analytics/web-log"));
        var expected = JsonElement.Parse(File.ReadAllText(Path.Combine(expectations!, "weblog.json")));
        var site = await _admin.SiteAsync();
        var target = await TargetAsync();
        var report = await new Replay(target, site, null).RunAsync(
            Path.Combine(set!, "apache_logs.gz"), new CombinedLogReplay(new Regex(expected.GetProperty("bot_re").GetString()!, RegexOptions.IgnoreCase)), (_, _) => { }, CancellationToken.None);
        (report.Lines, report.UnreadLines).ShouldBe((10_000, 1));

        const string May = "from=2015-05-01&to=2015-05-31";
        (await TotalsAsync(site, $"{May}&metrics=page_views&bots=include")).ShouldBe([Number("pageviews_all")]);
        (await TotalsAsync(site, $"{May}&metrics=page_views,visitors,visits")).ShouldBe([Number("pageviews_non_bot"), Number("visitors_non_bot_ip_ua"), Number("sessions_30min_non_bot")]);

        double Number(string name) => expected.GetProperty(name).GetDouble();
    }

    private static async Task<string[]> LinesAsync(string file)
    {
        await using var unpacked = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return (await reader.ReadToEndAsync()).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<ReplayReport> ReplayAsync(Guid site, string text, IReplayFormat format)
    {
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.Path);
        var file = Path.Combine(scratch.Path, "record");
        await File.WriteAllTextAsync(file, text);
        var target = await TargetAsync();
        return await new Replay(target, site, null).RunAsync(file, format, (_, _) => { }, CancellationToken.None);
    }

    // The tenant is provisioned with its first request.
    private async Task<ReplayTarget> TargetAsync()
    {
        (await _admin.AskAsync("/api/sites")).ShouldBe(200);
        return new ReplayTarget(shared.App.Url, shared.App.Issuer.Issue("test-replay", _tenant, ["admin"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow));
    }

    private Task<IEnumerable<double>> TotalsAsync(Guid site, string question) => TotalsAsync(site.ToString(), question);

    private Task<IEnumerable<string>> RowsAsync(Guid site, string question) => RowsAsync(site.ToString(), question);

    private Task<JsonElement> AskAsync(Guid site, string question, string path) => AskAsync(site.ToString(), question, path);

    private async Task<JsonElement> AskAsync(string sites, string question, string path = "query")
    {
        foreach (var model in new[] { "hits", "hits_by_day", "hits_by_quarter_hour", "visits" })
            (await shared.App.Store.QuerySession(_tenant).WaitForAllAsync(model, TimeSpan.FromSeconds(120))).ShouldBeTrue();
        return (await _admin.AskAsync($"/api/analytics/{path}?siteId={sites}&{question}")).ShouldBe(200).Json;
    }

    private async Task<IEnumerable<double>> TotalsAsync(string sites, string question) => (await AskAsync(sites, question)).GetProperty("totals").EnumerateArray().Select(total => total.GetDouble());

    private async Task<IEnumerable<string>> RowsAsync(string sites, string question) => (await AskAsync(sites, question)).GetProperty("rows").EnumerateArray()
        .Select(row => string.Join(' ', row.GetProperty("dimensions").EnumerateArray().Select(value => value.GetString()).Concat(row.GetProperty("metrics").EnumerateArray().Select(value => value.ToString()))));
}
