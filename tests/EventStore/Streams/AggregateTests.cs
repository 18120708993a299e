namespace Platform.EventStore.Tests.Streams;

public class AggregateTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Guid _stream = Guid.CreateVersion7();

    [Fact]
    public async Task A_time_in_the_past_gives_a_prefix_of_the_stream_even_where_clocks_went_back()
    {
        var stream = Guid.CreateVersion7();
        await fixture.AppendAsync(stream, new PageWritten("one"));
        await fixture.AppendAsync(stream, new PageWritten("two"));
        await fixture.AppendAsync(stream, new PageWritten("three"));
        await fixture.Owner.RunAsync($"begin; set local session_replication_role = replica; "
            + $"update public.mt_events set timestamp = '2026-01-01T00:00:00Z'::timestamptz + case version when 1 then 1 when 2 then 3 else 2 end * interval '1 second' where stream_id = '{stream}'; commit");

        var then = await fixture.Session().Events.AggregateStreamAsync<Notebook>(stream, at: DateTimeOffset.Parse("2026-01-01T00:00:02.5Z", null));

        then.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_is_folded_as_it_is_as_it_was_and_at_a_time()
    {
        var first = (await fixture.AppendAsync(_stream, new PageWritten("one")))[0].Timestamp;
        await Task.Delay(2, TestContext.Current.CancellationToken);
        await fixture.AppendAsync(_stream, new PageWritten("two"), new TitleChanged("T", "r"));
        var events = fixture.Session().Events;

        (await events.AggregateStreamAsync<Notebook>(_stream)).ShouldBe(new AggregateAt<Notebook>(new Notebook("T", "|one|two", 2), 3, 3));
        (await events.AggregateStreamAsync<Notebook>(_stream, version: 2)).ShouldBe(new AggregateAt<Notebook>(new Notebook(null, "|one|two", 2), 2, 2));
        (await events.AggregateStreamAsync<Notebook>(_stream, at: first)).ShouldBe(new AggregateAt<Notebook>(new Notebook(null, "|one", 1), 1, 1));
        (await events.AggregateStreamAsync<Notebook>(_stream, at: first.AddMicroseconds(-1))).ShouldBe(new AggregateAt<Notebook>(Notebook.Initial, 0, 0));
    }

    [Fact]
    public async Task A_stream_that_is_not_there_is_the_initial_state() =>
        (await fixture.Session().Events.AggregateStreamAsync<Notebook>(_stream)).ShouldBe(new AggregateAt<Notebook>(Notebook.Initial, 0, 0));

    [Fact]
    public async Task Of_many_streams_it_is_told_which_end_in_an_event_of_a_type_and_which_have_none()
    {
        var (sealedOne, opened, none) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await fixture.AppendAsync(sealedOne, new PageWritten("one"), new PageSealed("somebody"));
        await fixture.AppendAsync(opened, new PageSealed("somebody"));
        await fixture.AppendAsync(opened, new PageWritten("two"));
        var all = new[] { sealedOne, opened, none, sealedOne };

        (await fixture.Session().Events.EndingInAsync(all, "security.page-sealed")).ShouldBe([sealedOne]);
        (await fixture.Session().Events.WithoutEventsAsync(all)).ShouldBe([none]);
        (await fixture.Session(StoreFixture.OtherTenant).Events.EndingInAsync(all, "security.page-sealed")).ShouldBeEmpty();
        (await fixture.Session(StoreFixture.OtherTenant).Events.WithoutEventsAsync(all)).ShouldBe([sealedOne, opened, none], ignoreOrder: true);
        (await fixture.Session().Events.EndingInAsync([], "security.page-sealed")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_snapshot_is_written_with_the_append_that_had_to_read_many_and_used_then()
    {
        var store = fixture.Compose(snapshotEvery: 10);
        await fixture.AppendAsync(_stream, Pages(10));
        await WriteAsync(store, "11");
        (await SnapshotVersionAsync()).ShouldBe(0);
        await WriteAsync(store, "12");
        (await SnapshotVersionAsync()).ShouldBe(11);

        var loaded = await store.QuerySession(StoreFixture.Tenant).Events.AggregateStreamAsync<Notebook>(_stream);
        (loaded.Version, loaded.Read, loaded.State.Count).ShouldBe((12, 1, 12));
        (await store.QuerySession(StoreFixture.Tenant).Events.AggregateStreamAsync<Notebook>(_stream, version: 10)).Read.ShouldBe(10);
    }

    [Fact]
    public async Task A_snapshot_of_another_shape_is_passed_over_and_replaced()
    {
        await fixture.AppendAsync(_stream, Pages(12));
        await WriteAsync(fixture.Compose(snapshotEvery: 10), "13");
        var changed = fixture.Compose(snapshotEvery: 10, shape: 2, evolve: (state, e) => Notebook.Evolve(state, e) with { Title = "shape 2" });

        var loaded = await changed.QuerySession(StoreFixture.Tenant).Events.AggregateStreamAsync<Notebook>(_stream);
        (loaded.Read, loaded.State.Title).ShouldBe((13, "shape 2"));
        await WriteAsync(changed, "14");
        (await changed.QuerySession(StoreFixture.Tenant).Events.AggregateStreamAsync<Notebook>(_stream)).Read.ShouldBe(1);
    }

    [Fact]
    public async Task A_snapshot_can_be_dropped_without_harm()
    {
        await fixture.AppendAsync(_stream, Pages(12));
        await WriteAsync(fixture.Compose(snapshotEvery: 10), "13");
        var before = await fixture.Session().Events.AggregateStreamAsync<Notebook>(_stream);
        before.Read.ShouldBe(1);
        await fixture.Owner.RunAsync("delete from platform.snapshot where stream_id = $1", _stream);
        var after = await fixture.Session().Events.AggregateStreamAsync<Notebook>(_stream);
        after.ShouldBe(before with { Read = 13 });
    }

    [Fact]
    public Task A_snapshot_gives_what_a_fold_from_zero_gives() => Seeds.ForEachAsync(40, async random =>
    {
        var stream = Guid.CreateVersion7();
        var store = fixture.Compose(snapshotEvery: random.Next(1, 8));
        for (var n = random.Next(1, 20); n > 0; n--)
        {
            var session = store.LightweightSession(new SessionOptions(StoreFixture.Tenant));
            (await session.Events.FetchForWriting<Notebook>(stream)).AppendMany(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Draw(random)));
            await session.SaveChangesAsync();
        }
        var events = await store.QuerySession(StoreFixture.Tenant).Events.FetchStreamAsync(stream);
        for (var version = 0; version <= events.Count; version++)
            (await store.QuerySession(StoreFixture.Tenant).Events.AggregateStreamAsync<Notebook>(stream, version)).State
                .ShouldBe(events.Take(version).Aggregate(Notebook.Initial, Notebook.Evolve));
    });

    /// <summary>Snapshot and events were two statements: a snapshot written between them hid the events that it already had.</summary>
    [Fact]
    public async Task A_fold_while_snapshots_are_written_misses_nothing()
    {
        var store = fixture.Compose(snapshotEvery: 1);
        await WriteAsync(store, "first");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var n = 0; n < 400; n++)
            {
                var session = store.LightweightSession(new SessionOptions(StoreFixture.Tenant));
                (await session.Events.FetchForWriting<Notebook>(_stream)).AppendMany(Pages(3));
                await session.SaveChangesAsync();
            }
            await stop.CancelAsync();
        }, TestContext.Current.CancellationToken);
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested && !writing.IsFaulted)
            {
                var folded = await store.QuerySession(StoreFixture.Tenant).Events.AggregateStreamAsync<Notebook>(_stream);
                ((long)folded.State.Count).ShouldBe(folded.Version);
            }
        }, TestContext.Current.CancellationToken));
        await Task.WhenAll([writing, .. readers]);
    }

    private static object Draw(Random random) => random.Next(6) switch
    {
        0 => new PagesTorn(),
        1 => new TitleChanged($"t{random.Next()}", "\u2028 \" \\ ü"),
        _ => new PageWritten($"p{random.Next()}"),
    };

    private static IEnumerable<object> Pages(int count) => Enumerable.Range(1, count).Select(n => new PageWritten($"{n}"));

    private Task<long> SnapshotVersionAsync() =>
        fixture.Owner.ScalarAsync<long>("select coalesce((select version from platform.snapshot where stream_id = $1), 0)", _stream);

    private async Task WriteAsync(DocumentStore store, string text)
    {
        var session = store.LightweightSession(new SessionOptions(StoreFixture.Tenant));
        (await session.Events.FetchForWriting<Notebook>(_stream)).AppendOne(new PageWritten(text));
        await session.SaveChangesAsync();
    }
}
