using Microsoft.Extensions.Logging.Abstractions;

namespace Platform.EventStore.Tests.Subscriptions;

/// <summary>Processes that end, stand still and race: at least once, with the same key, in order; and never because of a rebuild.</summary>
public sealed class SubscriptionFencingTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly string _name = $"test-{Guid.CreateVersion7():n}";
    private readonly Guid _stream = Guid.CreateVersion7();

    private string Expire => $"update platform.lease set expires_at = clock_timestamp() where name = 'subscription/{_name}'";

    [Fact]
    public async Task A_node_whose_lease_passed_on_writes_nothing_and_the_next_hands_over_again_with_the_same_key()
    {
        using var reached = new SemaphoreSlim(0);
        var go = new TaskCompletionSource();
        var recorder = new Recorder(_name);
        recorder.Handle = async (_, _) =>
        {
            reached.Release();
            await go.Task;
            return new DeliveryOutcome.Done();
        };
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, recorder);
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        (await reached.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();

        // Handled, and somebody else has the lease before it's noted.
        await fixture.Owner.RunAsync(Expire);
        await fixture.Owner.RunAsync($"select platform.take_lease('subscription/{_name}', gen_random_uuid(), interval '5 seconds')");
        go.SetResult();
        await fixture.AppendAsync(_stream, new PageWritten("two"));
        await Task.Delay(1_000);
        (await fixture.Owner.ListAsync("select version || ' ' || state || ' ' || attempts from platform.delivery where subscription = $1", row => row.GetString(0), _name)).ShouldBe(["1 waiting 1"]);
        recorder.Deliveries.Count.ShouldBe(1);
        (await SubscriptionWaiting.StatusAsync(fixture, _name)).Lag.ShouldBeGreaterThan(0);

        await fixture.Owner.RunAsync(Expire);
        (await SubscriptionWaiting.EndedAsync(fixture, _name)).Dead.ShouldBe(0);
        recorder.Deliveries.Select(d => (Recorder.TextOf(d), d.Attempt)).ShouldBe([("one", 1), ("one", 2), ("two", 1)]);
        recorder.Deliveries.Take(2).Select(d => d.IdempotencyKey).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Two_nodes_that_race_miss_nothing_and_keep_each_streams_order()
    {
        var streams = Enumerable.Range(0, 6).Select(_ => Guid.CreateVersion7()).ToArray();
        var recorders = new[] { new Recorder(_name), new Recorder(_name) };
        var random = new Random(7);
        foreach (var recorder in recorders)
            recorder.Handle = async (d, _) =>
            {
                await Task.Yield();
                return d.Event.Version % 7 == 0 && d.Attempt == 1 ? new DeliveryOutcome.Failed("once") : new DeliveryOutcome.Done();
            };
        await using (await SubscriptionNode.StartAsync(fixture.Store, recorders[0]))
        await using (await SubscriptionNode.StartAsync(fixture.Compose(), recorders[1]))
        {
            for (var n = 0; n < 120; n++)
            {
                await fixture.AppendAsync(streams[n % streams.Length], new PageWritten($"{n}"));
                if (n % 15 == 0)
                    await fixture.Owner.RunAsync(Expire);
                await Task.Delay(random.Next(6));
            }
            (await SubscriptionWaiting.EndedAsync(fixture, _name)).Dead.ShouldBe(0);
        }
        foreach (var stream in streams)
        {
            var versions = recorders.SelectMany(r => r.Deliveries).Where(d => d.Event.StreamId == stream).Select(d => d.Event.Version).Distinct().Order();
            versions.ShouldBe(Enumerable.Range(1, 20).Select(v => (long)v));
            foreach (var recorder in recorders)
                recorder.Deliveries.Where(d => d.Event.StreamId == stream).Select(d => d.Event.Version).ToList().ShouldBeInOrder();
        }
        recorders.SelectMany(r => r.Deliveries).Count().ShouldBeLessThan(300);
    }

    [Fact]
    public async Task A_node_that_stops_in_order_lets_what_is_under_way_end()
    {
        using var reached = new SemaphoreSlim(0);
        var recorder = new Recorder(_name);
        recorder.Handle = async (_, cancel) =>
        {
            reached.Release();
            await Task.Delay(300, cancel);
            return new DeliveryOutcome.Done();
        };
        await using (await SubscriptionNode.StartAsync(fixture.Store, recorder))
        {
            await fixture.AppendAsync(_stream, new PageWritten("one"));
            (await reached.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        }
        (await SubscriptionWaiting.StatusAsync(fixture, _name)).Waiting.ShouldBe(0);
        recorder.Deliveries.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_rebuild_of_a_read_model_hands_nothing_over_and_a_page_waits_for_the_models_that_routing_reads()
    {
        var store = fixture.Compose();
        store.Options.Projections.Add(new Pages());
        var recorder = new Recorder(_name) { Models = ["test_pages"] };
        var rebuild = new ProjectionRebuild(store);
        var daemon = new ProjectionDaemon(store, rebuild, NullLogger<ProjectionDaemon>.Instance);
        await daemon.PrepareAsync();
        await using var node = await SubscriptionNode.StartAsync(store, recorder);
        await fixture.AppendAsync(_stream, new PageWritten("one"), new PageWritten("two"));
        await Task.Delay(500);
        recorder.Deliveries.ShouldBeEmpty();

        using var stop = new CancellationTokenSource();
        var projecting = daemon.RunAsync(stop.Token);
        await SubscriptionWaiting.EndedAsync(fixture, _name);
        recorder.Texts.ShouldBe(["one", "two"]);
        (await rebuild.RunAsync(store.Options.Projections[0], null)).Rows.ShouldBeGreaterThan(0);
        await fixture.AppendAsync(_stream, new PageWritten("three"));
        await SubscriptionWaiting.EndedAsync(fixture, _name);
        recorder.Texts.ShouldBe(["one", "two", "three"]);
        await stop.CancelAsync();
        await projecting;
    }

    private sealed class Pages : FlatTableProjection
    {
        public override string Name => "test_pages";
        public override IReadOnlyList<string> EventTypes { get; } = ["notes.page-written"];
        public override ReadTable Table { get; } = new([new("stream_id", "uuid not null", NpgsqlTypes.NpgsqlDbType.Uuid), new("version", "bigint not null", NpgsqlTypes.NpgsqlDbType.Bigint)], [], []);
        protected override void Apply(Event e, RowBatch rows) => rows.Upsert(e.TenantId, [e.StreamId, e.Version], []);
    }
}
