using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Projections.Tests.Analytics;

/// <summary>Visits come of the times of their events, in whatever order these come in.</summary>
public sealed class VisitsTests
{
    private static readonly Visits Projection = new();
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Site = new("0198c0de-0000-7000-8000-000000000002");

    [Fact]
    public void A_pause_of_thirty_minutes_goes_on_and_a_longer_one_ends_a_visit()
    {
        After(View(0), View(1_800)).ShouldHaveSingleItem().PageViews.ShouldBe(2);
        After(View(0), View(1_801)).Count.ShouldBe(2);
    }

    [Fact]
    public void An_event_that_comes_late_joins_two_visits()
    {
        var visit = After(View(0, "/in"), View(3_000, "/out"), View(1_500, "/between")).ShouldHaveSingleItem();
        (visit.StartedAt, visit.EndedAt, visit.PageViews, visit.EntryPage, visit.ExitPage).ShouldBe((Noon, Noon.AddSeconds(3_000), 3, "/in", "/out"));
    }

    [Fact]
    public void An_earlier_event_that_comes_late_is_where_the_visit_began()
    {
        var visit = After(View(600, "/second"), View(0, "/first")).ShouldHaveSingleItem();
        (visit.StartedAt, visit.EntryPage, visit.ExitPage).ShouldBe((Noon, "/first", "/second"));
    }

    [Fact]
    public void Sites_have_visits_of_their_own() => After(View(0), View(1, site: Guid.NewGuid())).Count.ShouldBe(2);

    [Fact]
    public void Attention_is_no_action_and_lengthens_the_visit()
    {
        var visit = After(View(0), Of(1_700, hit => new EngagementMeasured(hit, 9_000, 50)), Of(3_400, hit => new EventTracked(hit, "own"))).ShouldHaveSingleItem();
        (visit.PageViews, visit.Actions, visit.EngagedMs).ShouldBe((1, 2, 9_000));
    }

    [Fact]
    public void The_order_in_which_events_come_changes_nothing()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var events = Enumerable.Range(0, random.Next(1, 25)).Select(n => View(random.Next(20_000), $"/page-{n}")).ToArray();
            var shuffled = events.ToArray();
            random.Shuffle(shuffled);
            Order(After(shuffled)).ShouldBe(Order(After([.. events.OrderBy(e => ((IHitEvent)e.Data).Hit.At)])), $"seed {seed}");
        }
    }

    private static IEnumerable<VisitRow> Order(IEnumerable<VisitRow> rows) => rows.OrderBy(row => row.StartedAt);

    private static IReadOnlyCollection<VisitRow> After(params ReadOnlySpan<Event> events)
    {
        IReadOnlyCollection<VisitRow> rows = [];
        foreach (var e in events)
            rows = Projection.Evolve(rows, e);
        return rows;
    }

    private static Event View(int second, string page = "/", Guid? site = null) => Of(second, hit => new PageViewed(hit with { Page = page, SiteId = site ?? Site }));

    private static Event Of(int second, Func<Hit, object> make) => new()
    {
        TenantId = "tenantaaaaaa",
        StreamId = Guid.NewGuid(),
        Version = 1,
        Sequence = 1,
        Id = Guid.NewGuid(),
        Type = "analytics.page-viewed",
        Json = default,
        Timestamp = Noon,
        Data = make(new Hit(Guid.NewGuid(), Site, Guid.Empty, Noon.AddSeconds(second), "/", "mobile")),
    };
}
