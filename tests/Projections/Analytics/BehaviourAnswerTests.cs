using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests.Analytics;

/// <summary>What was added up says the same as the events themselves.</summary>
public sealed class BehaviourAnswerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Dawn = new(2026, 3, 22, 0, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableArray<Guid> Sites = [.. Enumerable.Range(1, 3).Select(n => new Guid(n, 0, 0, new byte[8]))];
    private static readonly Projection[] Models = [new Hits(), new HitsByDay(), new HitsByQuarterHour(), new Visits(), new VisitorRetentions()];

    private static readonly BehaviourLimits ByEvents = new(long.MaxValue, long.MaxValue), BySums = new(-1, long.MaxValue);

    private readonly ProjectionFixture _fixture = new();
    private DocumentStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _store = _fixture.Compose(Models);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task From_sums_or_from_events_an_answer_is_the_same()
    {
        // Over the change of clocks in Europe, which is at 1:00 UTC on 29 March.
        await FollowAsync(new Random(11), 1_500);
        var session = _store.QuerySession(TenantId);
        var (asked, estimated) = (0, 0);
        foreach (var zone in new[] { "Etc/UTC", "Europe/Vienna", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia" })
            foreach (var (from, to) in new[] { (new DateOnly(2026, 3, 29), new DateOnly(2026, 3, 29)), (new DateOnly(2026, 3, 24), new DateOnly(2026, 4, 2)), (new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31)) })
                foreach (var (metrics, dimensions, filters) in Questions)
                {
                    if (dimensions.Contains("hour") && to.DayNumber - from.DayNumber > BehaviourQuery.MaxDaysByHour)
                        continue;
                    var query = new BehaviourQuery(asked % 2 == 0 ? [] : [Sites[0], Sites[2]], from, to, zone, metrics, dimensions, filters, WithBots: false, 10_000);
                    query.Refuse().ShouldBeNull();
                    var byEvents = await BehaviourAnswer.FindAsync(session, query, default, ByEvents);
                    var bySums = await BehaviourAnswer.FindAsync(session, query, default, BySums);
                    Text(bySums).ShouldBe(Text(byEvents), $"{query.TimeZone} {from} {to} {string.Join(',', metrics)} by {string.Join(',', dimensions)}");
                    (asked, estimated) = (asked + 1, estimated + (bySums.IsEstimate ? 1 : 0));
                }
        (asked > 200, estimated).ShouldBe((true, 0));
    }

    [Fact]
    public async Task Visitors_beyond_what_is_counted_one_by_one_are_estimates_and_said_to_be()
    {
        const int Visitors = 3_000;
        await AppendAsync(_store, Guid.NewGuid(), Enumerable.Range(0, Visitors).Select(n => (object)new PageViewed(Hit(new Random(n), visitor: n) with { IsBot = false })));
        await CaughtUpAsync();
        var query = new BehaviourQuery([], new(2026, 3, 1), new(2026, 4, 30), "Etc/UTC", ["visitors", "page_views"], ["device"], [], false, 10);
        var exact = await BehaviourAnswer.FindAsync(_store.QuerySession(TenantId), query, default);
        (exact.IsEstimate, exact.Totals[0]).ShouldBe((false, Visitors));
        var estimate = await BehaviourAnswer.FindAsync(_store.QuerySession(TenantId), query, default, BySums);
        estimate.Totals[1].ShouldBe(Visitors);
        estimate.Totals[0]!.Value.ShouldBe(Visitors, 4 * VisitorSketch.StandardError * Visitors);
    }

    [Fact]
    public async Task A_question_about_too_many_events_is_refused_unless_they_were_added_up()
    {
        await FollowAsync(new Random(5), 200);
        var (session, limits) = (_store.QuerySession(TenantId), new BehaviourLimits(10, 100));
        var query = new BehaviourQuery([], new(2026, 3, 1), new(2026, 4, 30), "Etc/UTC", ["page_views"], ["page"], [], false, 10);
        (await BehaviourAnswer.FindAsync(session, query, default, limits)).Rows.ShouldNotBeEmpty();
        var refused = await Should.ThrowAsync<QuestionTooLargeException>(() => BehaviourAnswer.FindAsync(session, query with { Dimensions = ["page", "device"] }, default, limits));
        refused.Message.ShouldContain("at most 100 are looked at one by one");
        (await BehaviourAnswer.FindAsync(session, query with { Dimensions = ["page", "device"], SiteIds = [Guid.NewGuid()] }, default, limits)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_forgotten_or_erased_stays_in_the_sums_of_visits()
    {
        await FollowAsync(new Random(9), 400);
        var session = _store.QuerySession(TenantId);
        var query = new BehaviourQuery([], new(2026, 3, 1), new(2026, 4, 30), "Etc/UTC", ["visits", "visit_ms"], ["day"], [], false, 100);
        var before = Text(await BehaviourAnswer.FindAsync(session, query, default, BySums));
        var visitor = await _fixture.ScalarAsync<Guid>("select visitor_id from read.visits limit 1");
        await AppendAsync(_store, Guid.NewGuid(), [new VisitorErased(visitor, [.. Sites.Select(site => new VisitSpan(site, Dawn, Dawn.AddDays(60)))])]);
        await AppendAsync(_store, VisitorRetention.Id, [new VisitorsForgotten(Dawn.AddDays(2))]);
        await CaughtUpAsync();
        (await _fixture.ScalarAsync<long>($"select count(*) from read.visits where visitor_id = '{visitor}' or ended_at < '{Dawn.AddDays(2):O}'")).ShouldBe(0);
        (await _fixture.ScalarAsync<long>("select count(*) from read.visits")).ShouldBeGreaterThan(0);
        Text(await BehaviourAnswer.FindAsync(session, query, default, BySums)).ShouldBe(before);
        (await new ProjectionRebuild(_store).RunAsync(Models[3], null)).ShouldSatisfyAllConditions(report => report.IsClean.ShouldBeTrue(), report => report.Swapped.ShouldBeTrue());
        Text(await BehaviourAnswer.FindAsync(session, query, default, BySums)).ShouldBe(before);
    }

    [Fact]
    public async Task A_sum_that_differs_from_what_a_rebuild_makes_is_found_and_one_tenants_rebuild_mends_it()
    {
        await FollowAsync(new Random(9), 100);
        await _fixture.RunAsync("update read.visits_by_quarter_hour set visits = visits + 1 where at = (select min(at) from read.visits_by_quarter_hour)");
        (await new ProjectionRebuild(_store).RunAsync(Models[3], null)).ShouldSatisfyAllConditions(
            report => (report.OnlyInOld, report.OnlyInNew, report.Swapped).ShouldBe((1, 1, false)), report => report.Rows.ShouldBeGreaterThan(0));
        await _fixture.RunAsync("delete from read.visits_by_quarter_hour");
        await using (await RunningNode.StartAsync(_store))
            (await new ProjectionRebuild(_store, swapDifferent: true, TenantId).RunAsync(Models[3], null)).Swapped.ShouldBeTrue();
        (await _fixture.ScalarAsync<decimal>("select sum(visits) from read.visits_by_quarter_hour")).ShouldBe(await _fixture.ScalarAsync<long>("select count(*) from read.visits where actions > 0 and not is_bot"));
    }

    [Fact]
    public async Task Of_names_without_end_the_first_have_rows_and_the_others_are_one()
    {
        const int Names = HitsByDay.MostValues + 500;
        var at = Dawn.AddHours(5);
        foreach (var chunk in Enumerable.Range(0, Names).Concat(Enumerable.Range(0, 3)).Chunk(500))
            await AppendAsync(_store, Guid.NewGuid(), chunk.Select(n => (object)new EventTracked(Hit(new Random(1), visitor: n) with { At = at, SiteId = Sites[0], IsBot = false }, $"name_{n}")));
        await CaughtUpAsync();
        (await _fixture.ScalarAsync<long>("select count(*) from read.hits_by_day where dimension = 'event'")).ShouldBe(HitsByDay.MostValues + 1);
        (await _fixture.ScalarAsync<long>($"select events from read.hits_by_day where dimension = 'event' and value = '{HitsByDay.Other}'")).ShouldBe(500);
        (await _fixture.ScalarAsync<long>("select events from read.hits_by_day where dimension = 'event' and value = 'name_2'")).ShouldBe(2);
        (await new ProjectionRebuild(_store).RunAsync(Models[1], null)).ShouldSatisfyAllConditions(report => report.IsClean.ShouldBeTrue(), report => report.Swapped.ShouldBeTrue());
        // What stands among the others is looked for among the events.
        var query = new BehaviourQuery([], new(2026, 3, 1), new(2026, 4, 30), "Etc/UTC", ["events"], [], [new("event", [$"name_{Names - 1}"])], false, 10);
        (await BehaviourAnswer.FindAsync(_store.QuerySession(TenantId), query, default, BySums)).Totals.ShouldBe([1]);
        (await BehaviourAnswer.FindAsync(_store.QuerySession(TenantId), query with { Filters = [], Dimensions = ["event"], Limit = 3_000 }, default, BySums)).Rows.Length.ShouldBe(HitsByDay.MostValues + 1);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_holds_up_no_other()
    {
        await FollowAsync(new Random(3), 20);
        var broken = Guid.NewGuid();
        await AppendAsync(_store, broken, [new PageViewed(Hit(new Random(1), 1))]);
        await _fixture.RunAsync($$"""
            alter table public.mt_events disable trigger all; update public.mt_events set data = '{"hit": 1}' where stream_id = '{{broken}}'; alter table public.mt_events enable trigger all
            """);
        await CaughtUpAsync();
        foreach (var model in Models.Where(model => model.EventTypes.Contains("analytics.page-viewed")))
            (await _fixture.ScalarAsync<long>($"select count(*) from platform.parked_event where projection = '{model.Name}'")).ShouldBe(1, model.Name);
    }

    private static IEnumerable<(ImmutableArray<string> Metrics, ImmutableArray<string> Dimensions, ImmutableArray<BehaviourFilter> Filters)> Questions
    {
        get
        {
            ImmutableArray<string> events = ["page_views", "visitors", "events", "engaged_ms", "scroll"], both = ["visits", "visitors", "bounce_rate"];
            foreach (var dimension in new[] { "site", "hour", "day", "week", "month", "hour_of_day", "weekday", "page", "event", "referrer", "campaign", "country", "device", "browser" })
                yield return (dimension is "page" or "event" || dimension.Length % 2 == 0 ? events : both, [dimension], []);
            ImmutableArray<string> visits = ["visits", "bounces", "bounce_rate", "visit_ms", "pages_per_visit", "events_per_visit"];
            foreach (var dimensions in new ImmutableArray<string>[] { [], ["hour"], ["day"], ["site"], ["weekday", "site"] })
                yield return (visits, dimensions, []);
            yield return (visits, ["hour_of_day"], [new("site", [Sites[1].ToString()], IsNegated: true)]);
            yield return (["visit_ms_median", "visits"], ["day"], []);
            yield return (["page_views", .. visits], ["day"], []);
            yield return (events, [], []);
            yield return (events, ["day", "site"], []);
            yield return (both, ["day", "device"], []);
            yield return (events, ["site", "country"], [new("country", ["AT", BehaviourQuery.None])]);
            yield return (both, ["day"], [new("country", ["AT"], IsNegated: true)]);
            yield return (events, ["page"], [new("site", [Sites[0].ToString()])]);
            // What wasn't added up is looked for among the events either way.
            yield return (["page_views"], ["page", "device"], []);
        }
    }

    private static string Text(BehaviourAnswer answer) => string.Join('\n', answer.Rows.Select(row => Line(row.Dimensions, row.Metrics)).Order(StringComparer.Ordinal).Prepend(Line([], answer.Totals)));

    private static string Line(IEnumerable<string> dimensions, IEnumerable<double?> metrics) => $"{string.Join(' ', dimensions)}: {string.Join(' ', metrics.Select(m => m is { } value ? Math.Round(value, 6).ToString("R") : "-"))}";

    private async Task FollowAsync(Random random, int events)
    {
        foreach (var chunk in Enumerable.Range(0, events).Chunk(100))
            await AppendAsync(_store, Guid.NewGuid(), chunk.Select(_ => Any(random)));
        await CaughtUpAsync();
    }

    private async Task CaughtUpAsync()
    {
        await using (await RunningNode.StartAsync(_store))
        {
            while (!await _fixture.ScalarAsync<bool>("select ledger.size() = (select count(*) from public.mt_events)"))
                await Task.Delay(20);
            foreach (var model in Models)
                await _fixture.CaughtUpAsync(model.Name);
        }
    }

    private static object Any(Random random)
    {
        var hit = Hit(random, random.Next(60));
        return random.Next(5) switch
        {
            0 => new EngagementMeasured(hit, random.Next(60_000), random.Next(101)),
            1 => new EventTracked(hit, $"event_{random.Next(3)}", Fields.Parse("""{"plan":"free"}""")),
            2 => new VitalMeasured(hit, "LCP", random.Next(4_000)),
            _ => new PageViewed(hit),
        };
    }

    private static Hit Hit(Random random, int visitor) => new(
        Guid.CreateVersion7(), Sites[random.Next(3)], new Guid(visitor, 0, 0, new byte[8]), Dawn.AddSeconds(random.Next(15 * 24 * 3_600)), $"/page-{random.Next(5)}", random.Next(2) == 0 ? "mobile" : "desktop",
        random.Next(3) == 0 ? "search.example" : null, random.Next(4) == 0 ? new Campaign("letter", null, $"week_{random.Next(2)}") : null, random.Next(3) switch { 0 => "AT", 1 => "BR", _ => null },
        "Firefox", "130", "Linux", IsBot: random.Next(10) == 0);
}
