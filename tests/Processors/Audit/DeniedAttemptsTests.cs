using Platform.Domain.Audit;
using Platform.Processors.Audit;

namespace Platform.Processors.Tests.Audit;

public sealed class DeniedAttemptsTests
{
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Denial Publish = new("tenantaaaaaa", "ann", "content.publish", "POST", "/api/content/{id:guid}/publish");

    private readonly DeniedAttempts _attempts = new(mostOfTenant: 3, most: 4);

    [Fact]
    public void The_first_is_an_event_at_once() => _attempts.Note(Publish, Noon)
        .ShouldBe(new DenialEvent("tenantaaaaaa", new AttemptDenied("ann", "POST", "/api/content/{id:guid}/publish", 1, Noon, Noon, "content.publish")));

    [Fact]
    public void Repeats_are_one_event_when_the_minute_is_over()
    {
        _attempts.Note(Publish, Noon);
        for (var second = 1; second <= 30; second++)
            _attempts.Note(Publish, Noon.AddSeconds(second)).ShouldBeNull();
        _attempts.Due(Noon.AddSeconds(59)).ShouldBeEmpty();
        var repeats = _attempts.Due(Noon.AddSeconds(60)).ShouldHaveSingleItem().Event;
        (repeats.Count, repeats.From, repeats.Until).ShouldBe((30, Noon.AddSeconds(1), Noon.AddSeconds(30)));
    }

    [Fact]
    public void A_flood_is_an_event_a_minute_for_as_long_as_it_lasts()
    {
        var events = new List<DenialEvent>();
        for (var second = 0; second < 600; second++)
        {
            for (var n = 0; n < 50; n++)
                if (_attempts.Note(Publish, Noon.AddSeconds(second)) is { } first)
                    events.Add(first);
            events.AddRange(_attempts.Due(Noon.AddSeconds(second + 0.5)));
        }
        events.Count.ShouldBeInRange(10, 11);
        (events.Sum(e => e.Event.Count) + _attempts.TakeAll().Sum(e => e.Event.Count)).ShouldBe(600 * 50);
    }

    [Fact]
    public void After_a_quiet_minute_the_next_is_a_first_one_again()
    {
        _attempts.Note(Publish, Noon);
        _attempts.Due(Noon.AddMinutes(1)).ShouldBeEmpty();
        _attempts.Note(Publish, Noon.AddMinutes(1)).ShouldNotBeNull();
    }

    [Fact]
    public void Another_subject_tenant_permission_method_or_route_is_another_attempt()
    {
        var attempts = new DeniedAttempts();
        foreach (var denial in new[]
                 {
                     Publish, Publish with { Subject = "bea" }, Publish with { TenantId = "tenantbbbbbb" }, Publish with { Permission = null }, Publish with { Method = "PUT" }, Publish with { Route = "/api/content" },
                 })
            attempts.Note(denial, Noon).ShouldNotBeNull();
    }

    [Fact]
    public void What_there_is_no_room_for_is_counted_and_a_tenant_takes_nobody_elses()
    {
        for (var n = 0; n < 10; n++)
            _attempts.Note(Publish with { Subject = $"{n}" }, Noon);
        _attempts.Dropped.ShouldBe(7);
        _attempts.Note(Publish with { TenantId = "tenantbbbbbb" }, Noon).ShouldNotBeNull();
        _attempts.Note(Publish with { TenantId = "tenantcccccc" }, Noon).ShouldBeNull();
        _attempts.Dropped.ShouldBe(8);
        _attempts.Due(Noon.AddMinutes(1)).ShouldBeEmpty();
        _attempts.Note(Publish with { TenantId = "tenantcccccc" }, Noon.AddMinutes(1)).ShouldNotBeNull("what was quiet made room");
    }

    [Fact]
    public void What_is_left_at_the_end_is_taken_once()
    {
        _attempts.Note(Publish, Noon);
        _attempts.Note(Publish, Noon);
        _attempts.TakeAll().ShouldHaveSingleItem().Event.Count.ShouldBe(1);
        _attempts.TakeAll().ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_threads_none_is_lost()
    {
        var firsts = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var n = 0; n < 10_000; n++)
                if (_attempts.Note(Publish, Noon) is not null)
                    Interlocked.Increment(ref firsts);
        })));
        firsts.ShouldBe(1);
        _attempts.TakeAll().Sum(e => e.Event.Count).ShouldBe(79_999);
    }
}
