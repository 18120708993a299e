using Platform.Domain.Sites;
using Platform.EventStore;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

/// <summary>Events that a projection can't apply: parked, never skipped by itself, and no model is ever wrong for it.</summary>
public sealed class ParkedEventTests : IAsyncLifetime
{
    private readonly ProjectionFixture _fixture = new();
    private readonly TallyProjection _tally = new();
    private readonly Guid _bad = Guid.CreateVersion7(), _good = Guid.CreateVersion7();
    private DocumentStore _store = null!;
    private volatile bool _broken = true;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        _store = _fixture.Compose(_tally);
        _tally.Before = e => _ = _broken && e.StreamId == _bad && e.Version == 2 ? throw new FormatException("poison") : 0;
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task An_event_that_cannot_be_applied_is_parked_and_only_its_stream_waits()
    {
        await using var node = await RunningNode.StartAsync(_store);
        await FillAsync();
        var parked = (await ProjectionOperations.ParkedAsync(_fixture.Database, null, null, 10)).ShouldHaveSingleItem();
        (parked.Projection, parked.Index, parked.StreamId, parked.Version, parked.Type, parked.Error, parked.Held)
            .ShouldBe(("test_tally", 1, _bad, 2, "sites.site-renamed", "FormatException: poison", 3));
        var status = (await ProjectionStatus.AllAsync(_fixture.Database)).ShouldHaveSingleItem();
        (status.State, status.Lag, status.Parked, status.Held, status.IsIncomplete).ShouldBe(("live", 0, 1, 3, true));
        (await RowsAsync()).ShouldBe([(_bad, 1), (_good, 4)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_model_with_parked_events_is_the_same_when_it_is_rebuilt_and_does_not_count_as_clean()
    {
        await using var node = await RunningNode.StartAsync(_store);
        await FillAsync();
        var report = await new ProjectionRebuild(_store).RunAsync(_tally, null);
        (report.OnlyInOld, report.OnlyInNew, report.Parked, report.IsClean, report.Swapped).ShouldBe((0, 0, 1, false, false));
        (await RowsAsync()).ShouldBe([(_bad, 1), (_good, 4)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_tenant_s_rebuild_by_mended_code_takes_in_what_waited()
    {
        await using var node = await RunningNode.StartAsync(_store);
        await FillAsync();
        _broken = false;
        var report = await new ProjectionRebuild(_store, tenantId: TenantId).RunAsync(_tally, null);
        (report.IsClean, report.Swapped, report.Rows).ShouldBe((true, true, 2));
        (await ProjectionOperations.ParkedAsync(_fixture.Database, null, null, 10)).ShouldBeEmpty();
        await AppendAsync(_store, _bad, TallyProjection.Renamings(_bad, 1));
        await CaughtUpAsync();
        (await RowsAsync()).ShouldBe([(_bad, 6), (_good, 4)], ignoreOrder: true);
        (await new ProjectionRebuild(_store).RunAsync(_tally, null)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task A_skipped_event_stays_out_also_of_later_rebuilds()
    {
        await using var node = await RunningNode.StartAsync(_store);
        await FillAsync();
        var parked = (await ProjectionOperations.ParkedAsync(_fixture.Database, "test_tally", TenantId, 10)).ShouldHaveSingleItem();
        await new ProjectionOperations(_store).SkipAsync("test_tally", parked.Sequence);
        (await new ProjectionRebuild(_store, tenantId: TenantId).RunAsync(_tally, null)).IsClean.ShouldBeTrue();
        (await RowsAsync()).ShouldBe([(_bad, 4), (_good, 4)], ignoreOrder: true);
        (await new ProjectionRebuild(_store).RunAsync(_tally, null)).IsClean.ShouldBeTrue();
        (await RowsAsync()).ShouldBe([(_bad, 4), (_good, 4)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_row_that_the_database_refuses_is_found_out_in_its_page_and_in_a_rebuild()
    {
        var narrow = new NarrowProjection();
        var store = _fixture.Compose(narrow);
        await using var node = await RunningNode.StartAsync(store);
        for (var n = 0; n < 30; n++)
            await AppendAsync(store, n % 7 == 3 ? _bad : Guid.CreateVersion7(), new SiteRenamed(_bad, n == 10 ? "far too long for the column" : $"name {n}"));
        await CaughtUpAsync("test_narrow");
        var parked = (await ProjectionOperations.ParkedAsync(_fixture.Database, null, null, 10)).ShouldHaveSingleItem();
        parked.Error.ShouldStartWith("PostgresException: 22001");
        (parked.Index, parked.Held).ShouldBe((10, 2));
        (await _fixture.ScalarAsync<long>("select count(*) from read.test_narrow")).ShouldBe(27);
        var report = await new ProjectionRebuild(store).RunAsync(narrow, null);
        (report.Rows, report.Parked, report.OnlyInOld, report.OnlyInNew).ShouldBe((27, 1, 0, 0));
    }

    [Fact]
    public async Task A_version_that_cannot_apply_an_event_does_not_take_the_place_of_the_old_one()
    {
        _broken = false;
        await using (await RunningNode.StartAsync(_store))
            await FillAsync();
        var newer = new TallyProjection(version: 2) { Before = e => _ = e.StreamId == _bad ? throw new FormatException("poison") : 0 };
        var report = await new ProjectionRebuild(_fixture.Compose(newer)).RunAsync(newer, null);
        (report.Swapped, report.Parked).ShouldBe((false, 1));
        var rejected = (await ProjectionStatus.AllAsync(_fixture.Database)).Single(s => s.Version == 2);
        (rejected.State, rejected.IsIncomplete, rejected.Parked).ShouldBe(("rejected", true, 1));
        (await ProjectionOperations.ParkedAsync(_fixture.Database, null, null, 10)).ShouldHaveSingleItem().Generation.ShouldBe(rejected.Generation);
        (await _tally.SumAsync(_store)).Sum.ShouldBe(9);
    }

    [Fact]
    public async Task A_version_that_was_not_put_in_place_is_when_what_stood_against_it_is_skipped()
    {
        _broken = false;
        await using (await RunningNode.StartAsync(_store))
            await FillAsync();
        var newer = new TallyProjection(version: 2) { Before = e => _ = e.StreamId == _bad && e.Version == 1 ? throw new FormatException("poison") : 0 };
        var newStore = _fixture.Compose(newer);
        (await new ProjectionRebuild(newStore).RunAsync(newer, null)).Swapped.ShouldBeFalse();
        var parked = (await ProjectionOperations.ParkedAsync(_fixture.Database, "test_tally", null, 10)).ShouldHaveSingleItem();

        await new ProjectionOperations(newStore).SkipAsync("test_tally", parked.Sequence);
        var report = await new ProjectionRebuild(newStore).RunAsync(newer, null);

        (report.Swapped, report.Parked).ShouldBe((true, 0));
        (await newer.SumAsync(newStore)).Sum.ShouldBe(8);
        (await ProjectionOperations.ParkedAsync(_fixture.Database, null, null, 10)).ShouldBeEmpty();
    }

    private async Task FillAsync()
    {
        for (var n = 0; n < 5; n++)
        {
            await AppendAsync(_store, _bad, TallyProjection.Renamings(_bad, 1));
            if (n > 0)
                await AppendAsync(_store, _good, TallyProjection.Renamings(_good, 1));
        }
        await CaughtUpAsync();
    }

    private async Task CaughtUpAsync(string projection = "test_tally")
    {
        while (!await _fixture.ScalarAsync<bool>("select ledger.size() = (select count(*) from public.mt_events)"))
            await Task.Delay(20);
        await _fixture.CaughtUpAsync(projection);
    }

    private async Task<List<(Guid, int)>> RowsAsync()
    {
        var answer = await _store.QuerySession(TenantId).QueryAsync("test_tally", "select id, count from read.test_tally", [], row => (row.GetGuid(0), row.GetInt32(1)));
        return [.. answer.Items];
    }
}
