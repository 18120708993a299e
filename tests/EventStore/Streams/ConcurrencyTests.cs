namespace Platform.EventStore.Tests.Streams;

public class ConcurrencyTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private static Task AllAsync(int count, Func<int, Task> work) => Task.WhenAll(Enumerable.Range(0, count).Select(n => Task.Run(() => work(n))));

    [Fact]
    public async Task Sixteen_writers_that_retry_lose_nothing_and_leave_no_gap()
    {
        var stream = Guid.CreateVersion7();
        await AllAsync(16, async writer =>
        {
            for (var n = 0; n < 10;)
            {
                var session = fixture.Session();
                var fetched = await session.Events.FetchForWriting<Notebook>(stream);
                fetched.AppendOne(new PageWritten($"{writer}/{n}"));
                try
                {
                    await session.SaveChangesAsync();
                    n++;
                }
                catch (UnexpectedVersionException)
                {
                }
            }
        });

        var events = await fixture.Session().Events.FetchStreamAsync(stream);
        events.Select(e => e.Version).ShouldBe(Enumerable.Range(1, 160).Select(n => (long)n));
        events.Select(e => ((PageWritten)e.Data).Text).Order().ShouldBe(
            Enumerable.Range(0, 160).Select(n => $"{n / 10}/{n % 10}").Order());
        (await fixture.VerifyAsync(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Writers_that_expect_nothing_never_conflict()
    {
        var streams = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        await AllAsync(12, async writer =>
        {
            for (var n = 0; n < 10; n++)
            {
                var session = fixture.Session();
                foreach (var stream in streams.OrderBy(_ => Random.Shared.Next()))
                    session.Events.Append(stream, new PageWritten($"{writer}/{n}"), new PageWritten("more"));
                (await session.SaveChangesAsync()).Count.ShouldBe(6);
            }
        });
        foreach (var stream in streams)
            (await fixture.Session().Events.FetchStreamAsync(stream)).Select(e => e.Version).ShouldBe(Enumerable.Range(1, 240).Select(n => (long)n));
        (await fixture.VerifyAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_eight_requests_with_one_key_one_is_written_on_streams_of_their_own()
    {
        var outcomes = await WithOneKeyAsync("key-1", _ => Guid.CreateVersion7());
        outcomes.Count(o => o is null).ShouldBe(1);
        outcomes.OfType<IdempotencyKeyTakenException>().Count().ShouldBe(7);
    }

    /// <summary>The losers were told of a version conflict, so a client that repeated its request was refused instead of answered.</summary>
    [Fact]
    public async Task Of_eight_requests_with_one_key_that_start_one_stream_the_others_hear_of_the_key()
    {
        var stream = Guid.CreateVersion7();
        var outcomes = await WithOneKeyAsync("key-2", _ => stream);
        outcomes.Count(o => o is null).ShouldBe(1);
        outcomes.OfType<IdempotencyKeyTakenException>().Count().ShouldBe(7);
        (await fixture.Session().Events.FetchStreamAsync(stream)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_key_stands_for_its_outcome_for_a_day()
    {
        var stream = Guid.CreateVersion7();
        (await WithOneKeyAsync("key-3", _ => stream)).Count(o => o is null).ShouldBe(1);
        var outcome = await fixture.Session().FindOutcomeAsync("key-3", DateTimeOffset.UtcNow);
        outcome!.StreamId.ShouldBe(stream);
        (outcome.Status, outcome.Version, outcome.Events, outcome.Fingerprint.Single()).ShouldBe((201, 1, 1, (byte)7));
        (await fixture.Session().FindOutcomeAsync("key-3", outcome.At.AddHours(24).AddSeconds(1))).ShouldBeNull();
        (await fixture.Session(StoreFixture.OtherTenant).FindOutcomeAsync("key-3", DateTimeOffset.UtcNow)).ShouldBeNull();
    }

    [Fact]
    public async Task A_key_can_be_used_again_after_a_day()
    {
        var (yesterday, today) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await UseKeyAsync("key-4", yesterday);
        await fixture.Owner.RunAsync("update platform.idempotency set created_at = created_at - interval '25 hours' where key = 'key-4'");
        await UseKeyAsync("key-4", today);
        (await fixture.Session().FindOutcomeAsync("key-4", DateTimeOffset.UtcNow))!.StreamId.ShouldBe(today);
    }

    [Fact]
    public async Task A_key_belongs_to_one_transaction_of_its_session()
    {
        var session = fixture.Session();
        var stream = Guid.CreateVersion7();
        session.UseIdempotencyKey(new IdempotencyKey("key-5", [7], 201, stream));
        session.Events.Append(stream, new PageWritten("one"));
        await session.SaveChangesAsync();
        session.Events.Append(stream, new PageWritten("two"));
        (await session.SaveChangesAsync()).ShouldHaveSingleItem().Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_remembered_outcome_has_no_events()
    {
        var stream = Guid.CreateVersion7();
        var at = await fixture.Session().RememberOutcomeAsync(new IdempotencyKey("key-6", [1, 2], 200, stream), 12);
        var outcome = (await fixture.Session().FindOutcomeAsync("key-6", at))!;
        (outcome.StreamId, outcome.Version, outcome.Events, outcome.At, outcome.Status).ShouldBe((stream, 12, 0, at, 200));
        await Should.ThrowAsync<IdempotencyKeyTakenException>(() => UseKeyAsync("key-6", stream));
    }

    private async Task<Exception?[]> WithOneKeyAsync(string key, Func<int, Guid> stream)
    {
        var outcomes = new Exception?[8];
        await AllAsync(8, async n => outcomes[n] = await Record.ExceptionAsync(() => UseKeyAsync(key, stream(n))));
        return outcomes;
    }

    private Task UseKeyAsync(string key, Guid stream)
    {
        var session = fixture.Session();
        session.UseIdempotencyKey(new IdempotencyKey(key, [7], 201, stream));
        session.Events.StartStream<Notebook>(stream, new PageWritten("one"));
        return session.SaveChangesAsync();
    }
}
