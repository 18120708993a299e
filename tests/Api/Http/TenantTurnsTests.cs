using Microsoft.Extensions.Configuration;
using Platform.Api.Http;

namespace Platform.Api.Tests.Http;

public sealed class TenantTurnsTests
{
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => Now.Ticks;
    }

    private readonly SetClock _clock = new();

    [Fact]
    public void A_tenant_that_is_alone_has_all_turns()
    {
        var turns = Turns(together: 3, each: 1, waiting: 1);
        Enter(turns, "a").ShouldBe(true);
        Enter(turns, "a").ShouldBe(true);
        Enter(turns, "a").ShouldBe(true);
        Enter(turns, "a").ShouldBe(false);
        Enter(turns, "a").ShouldBeNull("more wait than may");
    }

    [Fact]
    public void Beside_others_each_has_its_share()
    {
        var turns = Turns(together: 3, each: 1, waiting: 10);
        Enter(turns, "b").ShouldBe(true);
        turns.Leave("b");
        var flood = Enumerable.Range(0, 4).Select(_ => turns.TryEnter("a")!.WaitAsync(default).AsTask()).ToList();
        flood.Count(task => task.IsCompleted).ShouldBe(1);
        Enter(turns, "b").ShouldBe(true);

        // The flood waits longer, but it has its share.
        turns.Leave("b");
        flood.Count(task => task.IsCompleted).ShouldBe(1);
        turns.Leave("a");
        SpinWait.SpinUntil(() => flood.Count(task => task.IsCompleted) == 2, TimeSpan.FromSeconds(5)).ShouldBeTrue();
    }

    [Fact]
    public void A_tenant_that_holds_all_turns_leaves_each_other_its_share()
    {
        var turns = Turns(together: 3, each: 2, waiting: 10);
        for (var n = 0; n < 3; n++)
            Enter(turns, "a").ShouldBe(true);
        foreach (var other in new[] { "b", "c" })
        {
            Enter(turns, other).ShouldBe(true);
            Enter(turns, other).ShouldBe(true);
            Enter(turns, other).ShouldBe(false);
        }
        Enter(turns, "a").ShouldBe(false);
    }

    [Fact]
    public void Once_the_others_are_away_the_tenant_has_all_turns_again()
    {
        var turns = Turns(together: 3, each: 1, waiting: 10);
        Enter(turns, "b").ShouldBe(true);
        turns.Leave("b");
        Enter(turns, "a").ShouldBe(true);
        Enter(turns, "a").ShouldBe(false);
        _clock.Now += TimeSpan.FromSeconds(2);
        turns.Leave("a");
        Enter(turns, "a").ShouldBe(true);
        Enter(turns, "a").ShouldBe(true);
        Enter(turns, "a").ShouldBe(false);
    }

    [Fact]
    public async Task Who_waits_has_a_turn_once_the_others_are_away_though_nobody_leaves()
    {
        var turns = Turns(together: 3, each: 1, waiting: 10);
        Enter(turns, "b").ShouldBe(true);
        turns.Leave("b");
        Enter(turns, "a").ShouldBe(true);
        var waits = turns.TryEnter("a")!.WaitAsync(default).AsTask();
        waits.IsCompleted.ShouldBeFalse();
        _clock.Now += TimeSpan.FromSeconds(2);
        await waits.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        // Who comes next finds the third turn free.
        Enter(turns, "a").ShouldBe(true);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nobodys_turn()
    {
        var turns = Turns(together: 1, each: 1, waiting: 10);
        Enter(turns, "a").ShouldBe(true);
        using var gone = new CancellationTokenSource();
        var waits = turns.TryEnter("a")!.WaitAsync(gone.Token).AsTask();
        var next = turns.TryEnter("a")!.WaitAsync(default).AsTask();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waits);
        turns.Leave("a");
        await next.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        turns.Leave("a");
        Enter(turns, "b").ShouldBe(true);
    }

    [Fact]
    public async Task Whatever_comes_nobody_is_forgotten_and_no_more_are_under_way_than_may()
    {
        var turns = Turns(together: 8, each: 2, waiting: 10_000);
        var (underWay, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(n => Task.Run(async () =>
        {
            var tenant = $"{n % 7}";
            using var cancel = new CancellationTokenSource(n % 11 == 0 ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromMinutes(1));
            try
            {
                await turns.TryEnter(tenant)!.WaitAsync(cancel.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            InterlockedMax(ref most, Interlocked.Increment(ref underWay));
            await Task.Yield();
            Interlocked.Decrement(ref underWay);
            turns.Leave(tenant);
        })));
        underWay.ShouldBe(0);
        most.ShouldBeInRange(1, 8 + 7 * 2);
        Enter(turns, "last").ShouldBe(true);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); known < value && Interlocked.CompareExchange(ref most, value, known) is var seen && seen != known;)
            known = seen;
    }

    // Whether it's the tenant's turn at once; null: it may not even wait.
    private static bool? Enter(TenantTurns turns, string tenant) => turns.TryEnter(tenant)?.WaitAsync(default).AsTask().IsCompleted;

    private TenantTurns Turns(int together, int each, int waiting) => new(RateOptions.Of(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Fairness:Together"] = $"{together}",
        ["Fairness:EachTenant"] = $"{each}",
        ["Fairness:Waiting"] = $"{waiting}",
    }).Build()), _clock);
}
