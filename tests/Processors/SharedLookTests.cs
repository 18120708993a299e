using Platform.Processors;

namespace Platform.Processors.Tests;

/// <summary>Who shares a look with whom.</summary>
public sealed class SharedLookTests
{
    private readonly SharedLook _look = new();
    private int _looks;

    private async Task<string> FailAsync(Task until)
    {
        Interlocked.Increment(ref _looks);
        await until;
        throw new TimeoutException("away");
    }

    private ValueTask<string> AskAsync(Func<Task<string>> look, Func<string?>? found = null) =>
        _look.LookAsync(found ?? (() => null), look, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Whoever_comes_during_a_look_that_fails_has_its_failure_and_looks_no_more()
    {
        var until = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 8).Select(_ => AskAsync(() => FailAsync(until.Task)).AsTask()).ToList();
        until.SetResult();
        foreach (var one in asked)
            (await Should.ThrowAsync<TimeoutException>(() => one)).Message.ShouldBe("away");
        _looks.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_comes_after_it_looks_again_however_soon()
    {
        for (var n = 1; n <= 20; n++)
        {
            await Should.ThrowAsync<TimeoutException>(() => AskAsync(() => FailAsync(Task.CompletedTask)).AsTask());
            _looks.ShouldBe(n);
        }
        (await AskAsync(() => Task.FromResult("found"))).ShouldBe("found");
    }

    [Fact]
    public async Task What_was_found_meanwhile_is_had_without_another_look()
    {
        var (until, known) = (new TaskCompletionSource(), (string?)null);
        async Task<string> FindAsync()
        {
            Interlocked.Increment(ref _looks);
            await until.Task;
            return known = "found";
        }
        var asked = Enumerable.Range(0, 8).Select(_ => AskAsync(FindAsync, found: () => known).AsTask()).ToList();
        until.SetResult();
        (await Task.WhenAll(asked)).ShouldAllBe(found => found == "found");
        _looks.ShouldBe(1);
    }

    [Fact]
    public async Task Whose_own_request_ends_takes_nobody_along()
    {
        using var ended = new CancellationTokenSource();
        var first = _look.LookAsync(() => null, async () =>
        {
            await Task.Delay(Timeout.Infinite, ended.Token);
            return "never";
        }, ended.Token).AsTask();
        var second = AskAsync(() => Task.FromResult("found")).AsTask();
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        (await second).ShouldBe("found");
    }
}
