using Platform.EventStore;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

public sealed class RebuildTests : IAsyncLifetime
{
    private sealed class Progress(Action<RebuildProgress> report) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => report(value);
    }

    private readonly ProjectionFixture _fixture = new();
    private readonly TallyProjection _tally = new();
    private DocumentStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _store = _fixture.Compose(_tally);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Readers_see_no_error_and_no_step_back_while_models_are_rebuilt_under_appends()
    {
        await using var node = await RunningNode.StartAsync(_store);
        using var stop = new CancellationTokenSource();
        var appending = Repeat(stop, async () =>
        {
            var site = Guid.CreateVersion7();
            await AppendAsync(_store, site, TallyProjection.Renamings(site, 5));
        });
        var reads = 0;
        var readers = Enumerable.Range(0, 3).Select(_ =>
        {
            var last = (Sum: 0L, Index: -1L);
            return Repeat(stop, async () =>
            {
                var now = await _tally.SumAsync(_store);
                now.Sum.ShouldBeGreaterThanOrEqualTo(last.Sum);
                now.Sum.ShouldBeGreaterThanOrEqualTo(now.Index + 1);
                now.Index.ShouldBeGreaterThanOrEqualTo(last.Index);
                last = now;
                Interlocked.Increment(ref reads);
            });
        }).ToList();
        for (var n = 0; n < 8; n++)
        {
            var report = await new ProjectionRebuild(_store).RunAsync(_tally, null);
            (report.OnlyInOld, report.OnlyInNew).ShouldBe((0L, 0L));
        }
        await stop.CancelAsync();
        await Task.WhenAll([appending, .. readers]);
        reads.ShouldBeGreaterThan(20);
        await SequencedAsync();
        await _fixture.CaughtUpAsync("test_tally");
        (await _tally.SumAsync(_store)).Sum.ShouldBe(await _fixture.ScalarAsync<long>("select count(*) from public.mt_events"));
        (await _fixture.ScalarAsync<long>("select count(*) from platform.projection where state = 'live'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_model_that_differs_is_found_out_and_swapped_only_when_asked_for()
    {
        await FillAsync(3);
        await using (await RunningNode.StartAsync(_store))
            await _fixture.CaughtUpAsync("test_tally");
        (await new ProjectionRebuild(_store).RunAsync(_tally, null)).ShouldSatisfyAllConditions(r => r.Equal.ShouldBeTrue(), r => r.OnlyInOld.ShouldBe(0), r => r.Rows.ShouldBe(3));
        await _fixture.RunAsync("update read.test_tally set count = 99 where id = (select min(id::text)::uuid from read.test_tally)");
        var report = await new ProjectionRebuild(_store).RunAsync(_tally, null);
        (report.Equal, report.OnlyInOld, report.OnlyInNew, report.Swapped).ShouldBe((false, 1, 1, false));
        (await _fixture.ScalarAsync<long>("select count(*) from read.test_tally where count = 99")).ShouldBe(1);

        report = await new ProjectionRebuild(_store, swapDifferent: true).RunAsync(_tally, null);
        (report.Equal, report.Swapped).ShouldBe((false, true));
        (await _fixture.ScalarAsync<long>("select count(*) from read.test_tally where count = 99")).ShouldBe(0);
    }

    [Fact]
    public async Task An_interrupted_rebuild_goes_on_where_it_stopped()
    {
        await FillAsync(12_000);
        using var stop = new CancellationTokenSource();
        var interrupting = new Progress(p =>
        {
            if (p.Position > 0)
                stop.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => new ProjectionRebuild(_store) { FlushEvery = TimeSpan.Zero }.RunAsync(_tally, interrupting, stop.Token));
        var positions = new List<long>();
        var report = await new ProjectionRebuild(_store).RunAsync(_tally, new Progress(p => positions.Add(p.Position)));
        positions[0].ShouldBeGreaterThan(0);
        (report.Rows, report.Events).ShouldBe((12_000, 12_000));
        (await _tally.SumAsync(_store)).Sum.ShouldBe(12_000);
    }

    /// <summary>The one that waited for the other's lease waited for as long as a daemon held the finished model, or went on from a position long past.</summary>
    [Fact]
    public async Task Two_rebuilds_at_once_give_one_model()
    {
        await FillAsync(3000);
        await using var node = await RunningNode.StartAsync(_store);
        await _fixture.CaughtUpAsync("test_tally");
        var reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => new ProjectionRebuild(_fixture.Compose(new TallyProjection())).RunAsync(_tally, null))))
            .WaitAsync(TimeSpan.FromSeconds(60));
        reports.ShouldAllBe(r => r.Rows == 3000 && r.Equal);
        (await _tally.SumAsync(_store)).ShouldBe((3000, 2999));
    }

    [Fact]
    public async Task A_rebuild_that_waited_takes_over_from_one_that_died()
    {
        await FillAsync(5000);
        using var stop = new CancellationTokenSource();
        using var halfway = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var dying = Task.Run(() => new ProjectionRebuild(_store).RunAsync(_tally, new Progress(p =>
        {
            if (p.Position == 0)
                return;
            halfway.Release();
            go.Wait();
        }), stop.Token));
        await halfway.WaitAsync();
        var waiting = Task.Run(() => new ProjectionRebuild(_store).RunAsync(_tally, null));
        await Task.Delay(300);
        waiting.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        go.Release();
        await Should.ThrowAsync<OperationCanceledException>(() => dying);
        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).Rows.ShouldBe(5000);
        (await _tally.SumAsync(_store)).Sum.ShouldBe(5000);
    }

    private async Task FillAsync(int streams)
    {
        foreach (var chunk in Enumerable.Range(0, streams).Chunk(500))
        {
            var session = _store.LightweightSession(new SessionOptions(TenantId));
            foreach (var _ in chunk)
            {
                var site = Guid.CreateVersion7();
                session.Events.Append(site, TallyProjection.Renamings(site, 1));
            }
            await session.SaveChangesAsync();
        }
        if (!await _fixture.ScalarAsync<bool>("select exists (select from platform.lease where name = 'sequencer' and expires_at > now())"))
            await SequenceAsync(_store);
    }

    private async Task SequencedAsync()
    {
        while (!await _fixture.ScalarAsync<bool>("select ledger.size() = (select count(*) from public.mt_events)"))
            await Task.Delay(20);
    }

    private static Task Repeat(CancellationTokenSource stop, Func<Task> work) => Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
            await work();
    });
}
