using Platform.EventStore;

namespace Platform.Processors.Tests;

/// <summary>When a read model in memory is looked at again, and when whole.</summary>
public sealed class FollowedModelTests
{
    private readonly Signal _projected = new();
    private readonly SetClock _clock = new();
    private readonly FollowedModel<string> _model;
    private readonly List<(string? Before, long After)> _looks = [];
    private long _seen = 7;

    public FollowedModelTests() => _model = new FollowedModel<string>(_projected, _clock, TimeSpan.FromMilliseconds(50));

    [Fact]
    public async Task Without_a_signal_it_looks_twice_a_second_at_what_has_changed()
    {
        (await AskAsync()).ShouldBe("whole");
        _clock.Pass(499);
        _model.Current.ShouldBe("whole");
        (await AskAsync()).ShouldBe("whole");
        _clock.Pass(1);
        _model.Current.ShouldBeNull();
        (await AskAsync()).ShouldBe("whole, then more");
        _looks.ShouldBe([(null, -1), ("whole", 7)]);
        _model.Last.ShouldBe("whole, then more");
    }

    [Fact]
    public async Task With_a_signal_it_looks_at_once_but_no_more_often_than_it_may()
    {
        await AskAsync();
        _projected.Pulse();
        _clock.Pass(49);
        _model.Current.ShouldBe("whole");
        _clock.Pass(1);
        _model.Current.ShouldBeNull();
    }

    [Fact]
    public async Task What_pulses_during_a_look_is_looked_for_again()
    {
        await AskAsync(_projected.Pulse);
        _clock.Pass(50);
        _model.Current.ShouldBeNull();
    }

    [Fact]
    public async Task Once_a_minute_it_reads_all_again()
    {
        await AskAsync();
        for (var n = 0; n < 120; n++)
        {
            _clock.Pass(500);
            await AskAsync();
        }
        _looks.Select(look => look.After).ShouldBe([-1, .. Enumerable.Repeat(7L, 119), -1]);
    }

    [Fact]
    public async Task All_that_is_read_apart_keeps_nobody_waiting_and_is_brought_up_to_date()
    {
        var (whole, fails) = (new TaskCompletionSource<(string, long)>(), 1);
        var model = new FollowedModel<string>(_projected, _clock, TimeSpan.FromMilliseconds(50), wholeApart: true);
        (await AskAsync()).ShouldBe("whole");
        whole = new();
        _clock.Pass(60_000);
        (await AskAsync()).ShouldBe("whole, then 1");
        whole.SetException(new TimeoutException());
        whole = new();
        _clock.Pass(500);
        (await AskAsync()).ShouldBe("whole, then 1, then 2", "it failed");
        _clock.Pass(500);
        (await AskAsync()).ShouldBe("whole, then 1, then 2, then 3", "it's tried again");
        whole.SetResult(("all", 8));
        _clock.Pass(500);
        (await AskAsync()).ShouldBe("all, then 4");

        ValueTask<string> AskAsync() => model.OfAsync((before, after) => before is null ? after == -1 && _looks.Count == 0 ? First() : whole.Task : Task.FromResult(($"{before}, then {fails++}", 9L)), TestContext.Current.CancellationToken);

        Task<(string, long)> First()
        {
            _looks.Add((null, -1));
            return Task.FromResult(("whole", 7L));
        }
    }

    [Fact]
    public async Task What_can_never_be_read_apart_isnt_hidden_for_more_than_two_minutes()
    {
        var (model, isBroken) = (new FollowedModel<string>(_projected, _clock, TimeSpan.FromMilliseconds(50), wholeApart: true), false);
        (await AskAsync()).ShouldBe("whole");
        isBroken = true;
        for (var n = 0; n < 239; n++)
        {
            _clock.Pass(500);
            (await AskAsync()).ShouldBe("whole");
        }
        _clock.Pass(500);
        await Should.ThrowAsync<TimeoutException>(AskAsync);
        isBroken = false;
        (await AskAsync()).ShouldBe("whole");

        Task<string> AskAsync() => model.OfAsync((before, _) => before is null && isBroken ? Task.FromException<(string, long)>(new TimeoutException()) : Task.FromResult(("whole", 7L)), TestContext.Current.CancellationToken).AsTask();
    }

    [Fact]
    public async Task What_is_read_whole_and_is_the_same_stays_with_all_that_was_made_of_it()
    {
        var model = new FollowedModel<string>(_projected, _clock, TimeSpan.FromMilliseconds(50), isSame: (known, all) => known == all);
        var known = await model.OfAsync((_, _) => Task.FromResult((new string('x', 3), 7L)), TestContext.Current.CancellationToken);
        _clock.Pass(60_000);
        (await model.OfAsync((_, _) => Task.FromResult((new string('x', 3), 7L)), TestContext.Current.CancellationToken)).ShouldBeSameAs(known);
        _clock.Pass(60_000);
        (await model.OfAsync((_, _) => Task.FromResult((new string('y', 3), 7L)), TestContext.Current.CancellationToken)).ShouldBe("yyy");
    }

    [Fact]
    public async Task A_model_that_is_behind_what_it_was_is_another_one_and_read_whole()
    {
        await AskAsync();
        _seen = 3;
        _clock.Pass(500);
        (await AskAsync()).ShouldBe("whole");
        _looks.ShouldBe([(null, -1), ("whole", 7), (null, -1)]);
    }

    [Fact]
    public async Task What_doesnt_fit_is_looked_at_again_however_new_it_is()
    {
        await AskAsync();
        (await _model.OfAsync(LookAsync, TestContext.Current.CancellationToken, known => known.EndsWith("more", StringComparison.Ordinal))).ShouldBe("whole, then more");
    }

    [Fact]
    public async Task A_look_that_fails_leaves_what_was_known_where_it_was()
    {
        await AskAsync();
        _clock.Pass(500);
        await Should.ThrowAsync<TimeoutException>(() => _model.OfAsync((_, _) => throw new TimeoutException(), TestContext.Current.CancellationToken).AsTask());
        _model.Current.ShouldBeNull();
        _model.Last.ShouldBe("whole");
    }

    private ValueTask<string> AskAsync(Action? during = null) => _model.OfAsync((before, after) =>
    {
        during?.Invoke();
        return LookAsync(before, after);
    }, TestContext.Current.CancellationToken);

    private Task<(string, long)> LookAsync(string? before, long after)
    {
        _looks.Add((before, after));
        return Task.FromResult((before is null ? "whole" : $"{before}, then more", _seen));
    }

    private sealed class SetClock : TimeProvider
    {
        private long _now = 1_000_000;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _now;

        public void Pass(long milliseconds) => _now += milliseconds;
    }
}
