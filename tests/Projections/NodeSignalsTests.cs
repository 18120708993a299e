using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

public sealed class NodeSignalsTests : IAsyncLifetime
{
    private readonly ProjectionFixture _fixture = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task What_one_process_does_wakes_those_who_wait_in_another()
    {
        var (writing, waiting) = (await StartAsync(), await StartAsync());
        var (heard, own) = (waiting.Signals.Appended.Next, writing.Signals.Appended.NextOwn);
        await AppendAsync(writing, Guid.CreateVersion7(), TallyProjection.Renamings(Guid.CreateVersion7(), 1));
        await heard.WaitAsync(TimeSpan.FromSeconds(5));
        own.IsCompleted.ShouldBeTrue();

        // What was heard isn't told again: the two would never be silent.
        var echo = waiting.Signals.Appended.NextOwn;
        await Task.Delay(200);
        echo.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_for_a_model_is_woken_by_the_process_that_writes_it()
    {
        var (writing, waiting) = (await StartAsync(new TallyProjection()), await StartAsync(new TallyProjection()));
        await using var node = await RunningNode.StartAsync(writing);
        var (sequenced, projected) = (waiting.Signals.Sequenced.Next, waiting.Signals.Projected.Next);
        var appended = await AppendAsync(waiting, Guid.CreateVersion7(), TallyProjection.Renamings(Guid.CreateVersion7(), 1));
        (await waiting.QuerySession(TenantId).WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.FromSeconds(20))).ShouldBeTrue();
        await Task.WhenAll(sequenced, projected).WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task However_many_wait_a_few_queries_answer_them()
    {
        var store = await StartAsync(new TallyProjection());
        await Daemon(store).PrepareAsync();
        var appended = await AppendAsync(store, Guid.CreateVersion7(), TallyProjection.Renamings(Guid.CreateVersion7(), 1));
        await SequenceAsync(store);
        var session = store.QuerySession(TenantId);
        var queries = 0;
        // Tests beside this one ask as well, for themselves: hundreds of times less.
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = query =>
            {
                if (query.TagObjects.Any(tag => tag.Value is string sql && sql.Contains("select distinct on (p.name)", StringComparison.Ordinal)))
                    Interlocked.Increment(ref queries);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var waiting = Enumerable.Range(0, 300).Select(_ => session.WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.FromSeconds(30))).ToList();
        await using var node = await RunningNode.StartAsync(store);
        (await Task.WhenAll(waiting)).ShouldAllBe(got => got);
        queries.ShouldBeInRange(1, 100);
    }

    private async Task<DocumentStore> StartAsync(params IEnumerable<Projection> projections)
    {
        var store = _fixture.Compose(projections);
        _running.Add(new NodeSignals(store, NullLogger<NodeSignals>.Instance).RunAsync(_stop.Token));
        for (var n = 0; !store.Signals.AreShared && n < 200; n++)
            await Task.Delay(25);
        store.Signals.AreShared.ShouldBeTrue();
        return store;
    }
}
