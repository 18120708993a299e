using Npgsql;

namespace Platform.EventStore.Tests.Subscriptions;

public sealed class SubscriptionTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Guid _stream = Guid.CreateVersion7();
    private readonly Recorder _recorder = new($"test-{Guid.CreateVersion7():n}");

    private static readonly DeliveryOutcome Done = new DeliveryOutcome.Done();

    private static object[] Pages(params string[] texts) => [.. texts.Select(text => new PageWritten(text))];

    [Fact]
    public async Task It_begins_at_the_logs_end_and_one_that_says_so_at_its_start()
    {
        await fixture.AppendAsync(_stream, Pages("before"));
        await fixture.SequenceAsync();
        var all = new Recorder($"{_recorder.Name}-all") { Begins = true };
        await using (await SubscriptionNode.StartAsync(fixture.Store, _recorder))
        await using (await SubscriptionNode.StartAsync(fixture.Compose(), all))
        {
            await fixture.AppendAsync(_stream, Pages("after"));
            await EndedAsync(all);
            await EndedAsync(_recorder);
        }
        _recorder.Texts.ShouldBe(["after"]);
        all.Deliveries.Where(d => d.Event.StreamId == _stream).Select(Recorder.TextOf).ShouldBe(["before", "after"]);

        // One that is registered goes on where it stood.
        await fixture.AppendAsync(_stream, Pages("meanwhile"));
        await using var again = await SubscriptionNode.StartAsync(fixture.Store, _recorder);
        await EndedAsync(_recorder);
        _recorder.Texts.ShouldBe(["after", "meanwhile"]);
    }

    [Fact]
    public async Task A_handler_gets_the_event_as_the_ledger_has_it()
    {
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, _recorder);
        var appended = (await fixture.AppendAsync(_stream, Pages("one")))[0];
        await EndedAsync(_recorder);
        var delivery = _recorder.Deliveries.ShouldHaveSingleItem();
        (delivery.Event.Id, delivery.Event.Version, delivery.Event.Sequence, delivery.Hash, delivery.Attempt).ShouldBe((appended.Id, 1, appended.Sequence, appended.Hash, 1));
        delivery.Event.Index.ShouldBe(await fixture.Owner.ScalarAsync<long>("select ledger.index_of($1)", appended.Sequence));
        delivery.IdempotencyKey.ShouldBe($"{appended.Id}");
    }

    [Fact]
    public async Task A_failing_event_holds_back_later_ones_of_its_stream_and_target_alone()
    {
        var other = Guid.CreateVersion7();
        _recorder.RouteOf = e => [Route.Deliver(e, "bad"), Route.Deliver(e, "good")];
        _recorder.Handle = (d, _) => Task.FromResult(d is { Target: "bad", Attempt: < 3 } && Recorder.TextOf(d) == "a1" ? new DeliveryOutcome.Failed("not yet") : Done);
        await using (await SubscriptionNode.StartAsync(fixture.Store, _recorder))
        {
            await fixture.AppendAsync(_stream, Pages("a1", "a2"));
            await fixture.AppendAsync(other, Pages("b1"));
            await fixture.AppendAsync(_stream, Pages("a3"));
            await EndedAsync(_recorder);
        }
        var bad = _recorder.Deliveries.Where(d => d.Target == "bad").ToList();
        bad.Where(d => d.Event.StreamId == _stream).Select(Recorder.TextOf).ShouldBe(["a1", "a1", "a1", "a2", "a3"]);
        var tries = bad.Where(d => d.Event.StreamId == _stream).Take(3).ToList();
        tries.Select(d => d.Attempt).ShouldBe([1, 2, 3]);
        tries.Select(d => d.IdempotencyKey).Distinct().ShouldHaveSingleItem().ShouldBe($"{tries[0].Event.Id}/bad");
        bad.Select(Recorder.TextOf).ToList().IndexOf("b1").ShouldBeLessThan(3);
        _recorder.Deliveries.Where(d => d.Target == "good" && d.Event.StreamId == _stream).Select(Recorder.TextOf).ShouldBe(["a1", "a2", "a3"]);
    }

    [Fact]
    public async Task What_fails_every_time_becomes_a_dead_letter_that_a_command_retries_or_drops()
    {
        var isMended = false;
        _recorder.Handle = (d, _) => Task.FromResult(Recorder.TextOf(d) switch
        {
            "throws" when !isMended => throw new FormatException("poison\0"),
            "hopeless" => new DeliveryOutcome.Dead("nobody there"),
            _ => Done,
        });
        var (first, dead) = ((Event?)null, (Event?)null);
        _recorder.RouteOf = e =>
        {
            var text = e.Data is PageWritten page ? page.Text : "";
            (first, dead) = text switch { "throws" => (e, dead), "hopeless" => (first, e), _ => (first, dead) };
            return text switch
            {
                "retry" => [Route.Redeliver(e, "", first!.Id, first.StreamId, first.Version)],
                "drop" => [Route.Drop(e, "", dead!.Id, dead.StreamId, dead.Version)],
                "drop the first" => [Route.Drop(e, "", first!.Id, first.StreamId, first.Version)],
                "other tenant's" => [Route.Redeliver(e, "", first!.Id, first.StreamId, first.Version)],
                _ => [Route.Deliver(e)],
            };
        };
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, _recorder);
        await fixture.AppendAsync(_stream, Pages("throws", "hopeless", "last"));
        var status = await EndedAsync(_recorder);
        (status.Waiting, status.Dead, status.Error).ShouldBe((0, 2, null));
        _recorder.Texts.ShouldBe(["throws", "throws", "throws", "hopeless", "last"]);
        _recorder.Deliveries.Select(d => d.RetryIn is null).ShouldBe([false, false, true, false, false]);
        (await fixture.Owner.ListAsync("select attempts || ' ' || error from platform.delivery where subscription = $1 order by version", row => row.GetString(0), _recorder.Name))
            .ShouldBe(["3 FormatException: poison ", "1 nobody there"]);

        // A command of another tenant reaches nothing of this one.
        await fixture.AppendAsync(StoreFixture.OtherTenant, Guid.CreateVersion7(), Pages("other tenant's"));
        (await EndedAsync(_recorder)).Dead.ShouldBe(2);

        isMended = true;
        // Of two commands on one delivery the last one counts, also in one page of the log.
        await fixture.AppendAsync(Guid.CreateVersion7(), Pages("drop the first", "retry", "drop"));
        (await EndedAsync(_recorder)).Dead.ShouldBe(0);
        _recorder.Texts.Skip(5).ShouldBe(["throws"]);
        _recorder.Deliveries.Last().IdempotencyKey.ShouldBe(_recorder.Deliveries.First().IdempotencyKey);
        _recorder.Deliveries.Last().Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task A_target_that_is_closed_takes_its_dead_letters_with_it()
    {
        _recorder.RouteOf = e => e.Data is PagesTorn ? [Route.Close(e, "one")] : [Route.Deliver(e, "one"), Route.Deliver(e, "two")];
        _recorder.Handle = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Dead("gone"));
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, _recorder);
        await fixture.AppendAsync(_stream, Pages("x", "y"));
        (await EndedAsync(_recorder)).Dead.ShouldBe(4);
        await fixture.AppendAsync(_stream, new PagesTorn());
        (await EndedAsync(_recorder)).Dead.ShouldBe(2);
    }

    [Fact]
    public async Task A_slow_target_holds_back_no_other()
    {
        var slow = new TaskCompletionSource();
        var recorder = new Recorder(_recorder.Name) { Most = new DeliveryLimits(6, 6, 2, TimeSpan.FromSeconds(30)), RouteOf = e => [Route.Deliver(e, "slow"), Route.Deliver(e, "fast")] };
        recorder.Handle = async (d, cancel) =>
        {
            if (d.Target == "slow")
                await slow.Task.WaitAsync(cancel);
            return Done;
        };
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, recorder);
        for (var n = 0; n < 20; n++)
            await fixture.AppendAsync(Guid.CreateVersion7(), Pages("x"));
        await UntilAsync(() => Task.FromResult(recorder.Deliveries.Count(d => d.Target == "fast") == 20));
        recorder.Deliveries.Count(d => d.Target == "slow").ShouldBe(2);
        slow.SetResult();
        await EndedAsync(recorder);
        recorder.Deliveries.Count(d => d.Target == "slow").ShouldBe(20);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_failed()
    {
        var recorder = new Recorder(_recorder.Name) { Most = DeliveryLimits.Default with { Time = TimeSpan.FromMilliseconds(50) } };
        recorder.Handle = async (d, cancel) =>
        {
            await Task.Delay(d.Attempt == 1 ? 20_000 : 0, cancel);
            return Done;
        };
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, recorder);
        await fixture.AppendAsync(_stream, Pages("one"));
        await EndedAsync(recorder);
        recorder.Deliveries.Select(d => d.Attempt).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_page_that_cannot_be_routed_is_noted_and_tried_again_while_what_is_enqueued_goes_on()
    {
        var isBroken = true;
        _recorder.RouteOf = e => isBroken && e.Data is PageWritten { Text: "poison" } ? throw new FormatException("unroutable") : [Route.Deliver(e)];
        _recorder.Handle = (d, _) => Task.FromResult(d.Attempt < 3 ? new DeliveryOutcome.Failed("later") : Done);
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, _recorder);
        await fixture.AppendAsync(_stream, Pages("good"));
        await UntilAsync(() => Task.FromResult(!_recorder.Deliveries.IsEmpty));
        await fixture.AppendAsync(_stream, Pages("poison"));
        await UntilAsync(async () => (await StatusAsync(_recorder)).Error == "FormatException: unroutable");
        await UntilAsync(() => Task.FromResult(_recorder.Texts.SequenceEqual(["good", "good", "good"])));
        isBroken = false;
        (await EndedAsync(_recorder)).Error.ShouldBeNull();
        _recorder.Texts.Skip(3).ShouldBe(["poison", "poison", "poison"]);
    }

    [Fact]
    public async Task What_a_foreign_writer_left_under_an_alias_of_ours_stops_nobody()
    {
        await using var node = await SubscriptionNode.StartAsync(fixture.Store, _recorder);
        await fixture.Owner.RunAsync($"""
            insert into public.mt_streams (tenant_id, id, version) values ('{StoreFixture.Tenant}', '{_stream}', 1);
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            values (nextval('public.mt_events_sequence'), gen_random_uuid(), '{_stream}', 1, '[1]', 'notes.page-written', now(), '{StoreFixture.Tenant}')
            """);
        await fixture.AppendAsync(Guid.CreateVersion7(), Pages("ours"));
        await EndedAsync(_recorder);
        _recorder.Deliveries.Select(d => d.Event.Data.GetType()).ShouldBe([typeof(UnknownEvent), typeof(PageWritten)], ignoreOrder: true);
    }

    [Fact]
    public async Task Its_position_only_moves_forwards_whoever_writes()
    {
        await using (await SubscriptionNode.StartAsync(fixture.Store, _recorder))
        {
            await fixture.AppendAsync(_stream, Pages("one"));
            await EndedAsync(_recorder);
        }
        foreach (var statement in new[] { "update platform.subscription set position = 0", "delete from platform.subscription", "truncate platform.subscription" })
        {
            (await fixture.Owner.RefusalAsync(statement)).ShouldNotBeNull(statement);
            (await fixture.Database.Projections.RefusalAsync(statement)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
            (await fixture.Database.App.RefusalAsync(statement)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
        }
        (await fixture.Owner.RefusalAsync("update platform.subscription set position = 0")).ShouldBe("PL020");
        (await fixture.Database.App.RefusalAsync("select * from platform.delivery")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private Task<SubscriptionStatus> EndedAsync(Recorder recorder) => SubscriptionWaiting.EndedAsync(fixture, recorder.Name);
    private Task<SubscriptionStatus> StatusAsync(Recorder recorder) => SubscriptionWaiting.StatusAsync(fixture, recorder.Name);
    private static Task UntilAsync(Func<Task<bool>> condition) => SubscriptionWaiting.UntilAsync(condition);
}
