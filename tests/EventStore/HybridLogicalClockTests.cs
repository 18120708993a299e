using System.Collections.Concurrent;

namespace Platform.EventStore.Tests;

public class HybridLogicalClockTests
{
    private sealed class Stopped(DateTimeOffset at) : TimeProvider
    {
        public DateTimeOffset At { get; set; } = at;
        public override DateTimeOffset GetUtcNow() => At;
    }

    private readonly Stopped _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Stamps_of_many_threads_are_unique_and_rise_in_each()
    {
        var clock = new HybridLogicalClock(TimeProvider.System);
        var all = new ConcurrentBag<string>();
        Parallel.For(0, 8, _ =>
        {
            var last = "";
            for (var n = 0; n < 20_000; n++)
            {
                var next = clock.Next();
                string.CompareOrdinal(next, last).ShouldBePositive();
                all.Add(last = next);
            }
        });
        all.Distinct().Count().ShouldBe(160_000);
    }

    [Fact]
    public void A_stamp_has_the_milliseconds_and_then_a_counter()
    {
        var clock = new HybridLogicalClock(_time);
        var milliseconds = _time.At.ToUnixTimeMilliseconds().ToString("x12", null);
        (clock.Next(), clock.Next()).ShouldBe(($"{milliseconds}0000", $"{milliseconds}0001"));
    }

    [Fact]
    public void A_clock_set_back_does_not_set_stamps_back()
    {
        var clock = new HybridLogicalClock(_time);
        var before = clock.Next();
        _time.At -= TimeSpan.FromHours(1);
        string.CompareOrdinal(clock.Next(), before).ShouldBePositive();
    }
}
