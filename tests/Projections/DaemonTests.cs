using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Tests;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests;

public sealed class DaemonTests : IAsyncLifetime
{
    private readonly ProjectionFixture _fixture = new();
    private readonly TallyProjection _tally = new();
    private readonly Guid[] _sites = [.. Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7())];

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();
    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Two_daemons_that_race_apply_each_event_once()
    {
        var stores = new[] { _fixture.Compose(_tally), _fixture.Compose(new TallyProjection()) };
        await using (await RunningNode.StartAsync(stores[0]))
        await using (await RunningNode.StartAsync(stores[1]))
        {
            for (var n = 0; n < 200; n++)
            {
                await AppendAsync(stores[n % 2], _sites[n % _sites.Length], TallyProjection.Renamings(_sites[n % _sites.Length], 3));
                if (n % 10 == 0)
                    await _fixture.RunAsync("update platform.lease set expires_at = clock_timestamp() where name like 'test_tally/%'");
            }
            await SequencedAsync();
            await _fixture.CaughtUpAsync("test_tally");
        }
        (await _tally.SumAsync(stores[0])).ShouldBe((600, 599));
        (await _fixture.ScalarAsync<long>("select count(*) from read.test_tally where (data->>'count')::bigint = (data->>'version')::bigint")).ShouldBe(_sites.Length);
    }

    [Fact]
    public async Task A_daemon_that_loses_its_lease_in_the_middle_of_a_page_writes_nothing()
    {
        using var reached = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        _tally.Before = _ =>
        {
            reached.Release();
            go.Wait();
        };
        var store = _fixture.Compose(_tally);
        await using var node = await RunningNode.StartAsync(store);
        await AppendAsync(store, _sites[0], TallyProjection.Renamings(_sites[0], 2));
        (await reached.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        await _fixture.RunAsync("update platform.lease set expires_at = clock_timestamp() where name = 'test_tally/1'");
        await _fixture.RunAsync("select platform.take_lease('test_tally/1', gen_random_uuid(), interval '5 seconds')");
        go.Set();
        await Task.Delay(700);
        (await _fixture.ScalarAsync<long>("select position from platform.projection")).ShouldBe(0);
        (await _tally.SumAsync(store)).ShouldBe((0, -1));

        await _fixture.RunAsync("update platform.lease set expires_at = clock_timestamp() where name = 'test_tally/1'");
        await _fixture.CaughtUpAsync("test_tally");
        (await _tally.SumAsync(store)).ShouldBe((2, 1));
    }

    [Fact]
    public async Task Waiting_for_all_isnt_over_with_the_highest_sequence_where_a_lower_one_came_later()
    {
        var store = _fixture.Compose(_tally);
        var early = await _fixture.ScalarAsync<long>("select nextval('public.mt_events_sequence')");
        await using (await RunningNode.StartAsync(store))
        {
            await AppendAsync(store, _sites[0], TallyProjection.Renamings(_sites[0], 1));
            await SequencedAsync();
            await _fixture.CaughtUpAsync("test_tally");
        }
        // Drew its sequence first, and was committed last, as of two appends at once one may.
        await _fixture.RunAsync($$"""
            with stream as (update public.mt_streams set version = 2 where tenant_id = '{{TenantId}}' and id = '{{_sites[0]}}' returning id)
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select {{early}}, gen_random_uuid(), id, 2, jsonb_build_object('siteId', id, 'name', 'Late'), 'sites.site-renamed', now(), '{{TenantId}}' from stream
            """);
        await SequenceAsync(store);
        (await store.QuerySession(TenantId).WaitForAllAsync("test_tally", TimeSpan.FromMilliseconds(300))).ShouldBeFalse();

        await using var node = await RunningNode.StartAsync(store);
        (await store.QuerySession(TenantId).WaitForAllAsync("test_tally", TimeSpan.FromSeconds(20))).ShouldBeTrue();
        (await _tally.SumAsync(store)).Sum.ShouldBe(2);
    }

    [Fact]
    public async Task Waiting_for_all_isnt_over_with_the_highest_pending_one_where_a_lower_one_was_committed_later()
    {
        var store = _fixture.Compose(_tally);
        await using var connection = await _fixture.Owner.OpenConnectionAsync();
        await using (await RunningNode.StartAsync(store))
        {
            await AppendAsync(store, _sites[0], TallyProjection.Renamings(_sites[0], 1));
            await SequencedAsync();
            await _fixture.CaughtUpAsync("test_tally");
        }
        await using var late = await connection.BeginTransactionAsync();
        await connection.RunAsync($$"""
            with stream as (update public.mt_streams set version = 2 where tenant_id = '{{TenantId}}' and id = '{{_sites[0]}}' returning id)
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select nextval('public.mt_events_sequence'), gen_random_uuid(), id, 2, jsonb_build_object('siteId', id, 'name', 'Late'), 'sites.site-renamed', now(), '{{TenantId}}' from stream
            """);
        await using (await RunningNode.StartAsync(store))
        {
            await AppendAsync(store, _sites[1], TallyProjection.Renamings(_sites[1], 1));
            (await store.QuerySession(TenantId).WaitForAllAsync("test_tally", TimeSpan.FromSeconds(20))).ShouldBeTrue("what isn't committed isn't waited for");
        }
        await late.CommitAsync();
        (await store.QuerySession(TenantId).WaitForAllAsync("test_tally", TimeSpan.FromMilliseconds(300))).ShouldBeFalse();

        await using var node = await RunningNode.StartAsync(store);
        (await store.QuerySession(TenantId).WaitForAllAsync("test_tally", TimeSpan.FromSeconds(20))).ShouldBeTrue();
        (await _tally.SumAsync(store)).Sum.ShouldBe(3);
    }

    [Fact]
    public async Task Waiting_for_a_projection_ends_when_it_has_the_event_or_at_the_limit()
    {
        var store = _fixture.Compose(_tally);
        await Daemon(store).PrepareAsync();
        var session = store.QuerySession(TenantId);
        var appended = await AppendAsync(store, _sites[0], TallyProjection.Renamings(_sites[0], 1));
        (await session.WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.FromMilliseconds(100))).ShouldBeFalse();
        await SequenceAsync(store);
        (await session.WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.FromMilliseconds(100))).ShouldBeFalse();
        var waiting = session.WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.FromSeconds(20));
        await using var node = await RunningNode.StartAsync(store);
        (await waiting).ShouldBeTrue();
        (await _tally.SumAsync(store)).Sum.ShouldBe(1);
        using var gone = new CancellationTokenSource(50);
        await Should.ThrowAsync<OperationCanceledException>(() => session.WaitForAsync("none", appended[0].Sequence, TimeSpan.FromSeconds(20), gone.Token));
    }

    [Fact]
    public async Task Nodes_of_old_and_new_code_follow_and_read_their_own_models_beside_each_other()
    {
        var newer = new TallyProjection(version: 2);
        var (blue, green) = (_fixture.Compose(_tally), _fixture.Compose(newer));
        await using var old = await RunningNode.StartAsync(blue);
        await AppendAsync(blue, _sites[0], TallyProjection.Renamings(_sites[0], 4));
        await SequencedAsync();
        await _fixture.CaughtUpAsync("test_tally");
        await using var young = await RunningNode.StartAsync(green);
        for (var n = 1; n <= 20; n++)
        {
            var appended = await AppendAsync(blue, _sites[1], TallyProjection.Renamings(_sites[1], 1));
            foreach (var store in new[] { blue, green })
                (await store.QuerySession(TenantId).WaitForAsync("test_tally", appended[0].Sequence, TimeSpan.FromSeconds(20))).ShouldBeTrue();
            (await _tally.SumAsync(blue)).Sum.ShouldBe(4 + n);
            (await newer.SumAsync(green)).Sum.ShouldBe(4 + n);
        }
        (await ProjectionStatus.AllAsync(_fixture.Database)).Select(s => (s.Version, s.State, s.Lag)).ShouldBe([(1, "superseded", 0), (2, "live", 0)]);
        (await _fixture.ScalarAsync<decimal>("select sum(twice) from read.test_tally")).ShouldBe(48);
        (await Should.ThrowAsync<InvalidOperationException>(() => new ProjectionOperations(green).DropAsync(newer, 2))).Message.ShouldBe("Generation 2 of test_tally is what readers see.");
    }

    [Fact]
    public async Task New_code_reads_the_old_model_until_its_own_is_built_or_says_that_there_is_none()
    {
        var store = _fixture.Compose(_tally);
        await using (await RunningNode.StartAsync(store))
        {
            await AppendAsync(store, _sites[0], TallyProjection.Renamings(_sites[0], 4));
            await SequencedAsync();
            await _fixture.CaughtUpAsync("test_tally");
        }
        var like = new TallyProjection(version: 3);
        var unlike = new TallyProjection(version: 2);
        await Daemon(_fixture.Compose(like)).PrepareAsync();
        (await like.SumAsync(_fixture.Compose(like))).ShouldBe((4, 3));
        await Daemon(_fixture.Compose(unlike)).PrepareAsync();
        await Should.ThrowAsync<ReadModelMissingException>(() => unlike.SumAsync(_fixture.Compose(unlike)));
        (await new ProjectionRebuild(_fixture.Compose(unlike)).RunAsync(unlike, null)).Swapped.ShouldBeTrue();
        (await unlike.SumAsync(_fixture.Compose(unlike))).ShouldBe((4, 3));
        await new ProjectionOperations(store).DropAsync(_tally, 1);
        await Should.ThrowAsync<ReadModelMissingException>(() => _tally.SumAsync(store));
    }

    /// <summary>An append whose sequences don't follow its versions was read with another append's events, twice and at wrong indices.</summary>
    [Fact]
    public async Task Appends_whose_sequences_overlap_are_read_once_each()
    {
        var store = _fixture.Compose(_tally);
        await _fixture.RunAsync($$"""
            select setval('public.mt_events_sequence', 200);
            insert into public.mt_streams (tenant_id, id, version) values ('{{TenantId}}', '{{_sites[0]}}', 3);
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            values (150, gen_random_uuid(), '{{_sites[0]}}', 1, '{"siteId": "{{_sites[0]}}", "name": "1"}', 'sites.site-renamed', now(), '{{TenantId}}');
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            values (190, gen_random_uuid(), '{{_sites[0]}}', 2, '{"siteId": "{{_sites[0]}}", "name": "2"}', 'sites.site-renamed', now(), '{{TenantId}}'),
                   (110, gen_random_uuid(), '{{_sites[0]}}', 3, '{"siteId": "{{_sites[0]}}", "name": "3"}', 'sites.site-renamed', now(), '{{TenantId}}');
            """);
        await using var node = await RunningNode.StartAsync(store);
        await SequencedAsync();
        await _fixture.CaughtUpAsync("test_tally");
        (await _fixture.ScalarAsync<string>("select data::text from read.test_tally")).ShouldBe("""{"last": "3", "count": 3, "version": 3}""");
    }

    [Fact]
    public async Task Every_type_of_column_is_written_and_the_last_word_on_a_row_counts()
    {
        var store = _fixture.Compose(new WideProjection());
        await using var node = await RunningNode.StartAsync(store);
        await AppendAsync(store, _sites[0], new SiteRenamed(_sites[0], "fill"));
        await SequencedAsync();
        await _fixture.CaughtUpAsync("test_wide");
        (await LinesAsync()).ShouldBe(
            [
                $"1 a\u001fb c {_sites[0]} 9223372036854775807 -1 true 0.1 {{\"ü\": 1}} true x",
                "1 a b\u001fc - 2 - - - - - -",
                "2 a b\u001fc - - - - - - - -",
            ], ignoreOrder: true);
        await AppendAsync(store, _sites[0], new SiteRenamed(_sites[0], "remove"), new SiteRenamed(_sites[0], "remove and put back"));
        await SequencedAsync();
        await _fixture.CaughtUpAsync("test_wide");
        (await LinesAsync()).ShouldBe(["1 a\u001fb c - 7 - - - - - -", "1 a b\u001fc - 2 - - - - - -"], ignoreOrder: true);
    }

    private async Task<List<string>> LinesAsync()
    {
        await using var command = _fixture.Owner.CreateCommand("""
            select concat_ws(' ', extract(microseconds from at)::int, first, second, coalesce(site::text, '-'), coalesce(big::text, '-'), coalesce(small::text, '-'),
                             coalesce(yes::text, '-'), coalesce(ratio::text, '-'), coalesce(body::text, '-'), coalesce((seen = '2026-01-01Z')::text, '-'), coalesce(note, '-'))
            from read.test_wide
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return lines;
    }

    private async Task SequencedAsync()
    {
        while (!await _fixture.ScalarAsync<bool>("select ledger.size() = (select count(*) from public.mt_events)"))
            await Task.Delay(20);
    }

    private async Task<ProjectionStatus> StatusAsync(Func<ProjectionStatus, bool> wanted)
    {
        for (var n = 0; n < 400; n++, await Task.Delay(50))
            if ((await ProjectionStatus.AllAsync(_fixture.Database)).SingleOrDefault(wanted) is { } status)
                return status;
        throw new TimeoutException(string.Join("; ", await ProjectionStatus.AllAsync(_fixture.Database)));
    }
}
