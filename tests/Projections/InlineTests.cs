using Platform.EventStore;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

public sealed class InlineTests : IAsyncLifetime
{
    private readonly ProjectionFixture _fixture = new();
    private readonly TallyProjection _tally = new(ProjectionLifecycle.Inline);
    private readonly Guid _site = Guid.CreateVersion7();
    private DocumentStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _store = _fixture.Compose(_tally);
        await Daemon(_store).PrepareAsync();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task The_model_is_there_when_the_append_is()
    {
        for (var n = 1; n <= 3; n++)
        {
            var appended = await AppendAsync(_store, _site, TallyProjection.Renamings(_site, 2));
            (await _tally.SumAsync(_store)).Sum.ShouldBe(2 * n);
            (await _store.QuerySession(TenantId).WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.Zero)).ShouldBeTrue();
        }
        (await _tally.SumAsync(_store, OtherTenantId)).Sum.ShouldBe(0);
    }

    [Fact]
    public async Task The_model_is_rolled_back_with_the_append()
    {
        var session = _store.LightweightSession(new SessionOptions(TenantId));
        session.Events.Append(_site, TallyProjection.Renamings(_site, 2));
        session.Events.AppendAt(Guid.CreateVersion7(), 9, TallyProjection.Renamings(_site, 1));
        await Should.ThrowAsync<UnexpectedVersionException>(() => session.SaveChangesAsync());
        (await _tally.SumAsync(_store)).Sum.ShouldBe(0);
    }

    /// <summary>A writer held the view and waited for its table, the rebuild held the table and waited for the view.</summary>
    [Fact]
    public async Task A_rebuild_under_concurrent_appends_loses_nothing()
    {
        using var stop = new CancellationTokenSource();
        var sites = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToArray();
        var writers = sites.Select(site => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await AppendAsync(_store, site, TallyProjection.Renamings(site, 2));
        })).ToList();
        for (var n = 0; n < 10; n++)
            (await new ProjectionRebuild(_store).RunAsync(_tally, null)).ShouldSatisfyAllConditions(r => r.OnlyInOld.ShouldBe(0), r => r.OnlyInNew.ShouldBe(0));
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        (await _tally.SumAsync(_store)).Sum.ShouldBe(await _fixture.ScalarAsync<long>("select count(*) from public.mt_events"));
        (await new ProjectionRebuild(_store).RunAsync(_tally, null)).Equal.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_rebuilds_at_once_give_one_model()
    {
        await AppendAsync(_store, _site, TallyProjection.Renamings(_site, 20));
        var reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => new ProjectionRebuild(_store).RunAsync(_tally, null))));
        reports.ShouldAllBe(r => r.Equal && r.Rows == 1);
        (await _tally.SumAsync(_store)).Sum.ShouldBe(20);
    }
}
