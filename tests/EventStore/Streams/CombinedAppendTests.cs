using Npgsql;

namespace Platform.EventStore.Tests.Streams;

/// <summary>Appends that share a transaction are each other's business in nothing but time.</summary>
public class CombinedAppendTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private static readonly PageWritten Page = new("page");

    [Fact]
    public async Task Those_that_wait_share_a_transaction_and_keep_their_own_metadata()
    {
        var streams = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray();
        var outcomes = await Meeting.OfAsync(fixture, streams.Select((stream, n) =>
        {
            var session = fixture.Store.LightweightSession(new SessionOptions(StoreFixture.Tenant, $"user-{n}", "test", $"correlation-{n}", n % 2 == 0 ? null : $"cause-{n}"));
            session.Events.StartStream<Notebook>(stream, new PageWritten($"{n}"), new PagesTorn());
            return session;
        }));

        (await fixture.Owner.ListAsync("select distinct xmin::text from public.mt_events where stream_id = any($1)", r => r.GetString(0), streams)).ShouldHaveSingleItem();
        for (var n = 0; n < streams.Length; n++)
        {
            var stored = await fixture.Session().Events.FetchStreamAsync(streams[n]);
            stored.Select(e => e.Data).ShouldBe([new PageWritten($"{n}"), new PagesTorn()]);
            stored.ShouldAllBe(e => e.Headers.User == $"user-{n}" && e.CorrelationId == $"correlation-{n}" && e.CausationId == (n % 2 == 0 ? null : $"cause-{n}"));
            outcomes[n].Events.Select(e => (e.Id, e.Version, e.Sequence, e.Timestamp, e.Type)).ShouldBe(stored.Select(e => (e.Id, e.Version, e.Sequence, e.Timestamp, e.Type)));
            outcomes[n].Events.ShouldBe(await fixture.Session().Events.FetchReceiptAsync(streams[n], 1, 2));
            (await fixture.Session().Events.FetchStreamStateAsync(streams[n]))!.AggregateType.ShouldBe(Notebook.Alias);
        }
        (await fixture.Owner.ListAsync("select distinct headers ->> 'hlc' from public.mt_events where stream_id = any($1)", r => r.GetString(0), streams)).Count.ShouldBe(streams.Length);
        (await fixture.VerifyAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_refused_hears_it_alone()
    {
        var (there, archived, free, late, consistent) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await fixture.AppendAsync(there, Page, Page);
        await fixture.AppendAsync(archived, Page);
        var archiving = fixture.Session();
        archiving.Events.ArchiveStream(archived);
        await archiving.SaveChangesAsync();
        await Keyed("taken", Guid.CreateVersion7()).SaveChangesAsync();

        var resting = fixture.Session();
        await resting.Events.FetchForWriting<Notebook>(there);
        resting.Events.EnforceConsistency(there);
        resting.Events.Append(consistent, Page);
        var outcomes = await Meeting.OfAsync(fixture,
            With(s => s.AppendAt(there, 1, Page)), With(s => s.Append(archived, Page)), Keyed("taken", free), Keyed("new", free), Keyed("new", late), resting,
            With(s => s.StartStream<Notebook>(there, Page)), With(s => { s.Append(late, Page); s.AppendAt(there, 7, Page); }), With(s => s.AppendAt(there, 2, Page)));

        outcomes[0].Error.ShouldBeOfType<UnexpectedVersionException>().Actual.ShouldBe(2);
        outcomes[1].Error.ShouldBeOfType<StreamArchivedException>().StreamId.ShouldBe(archived);
        outcomes[2].Error.ShouldBeOfType<IdempotencyKeyTakenException>();
        outcomes[3].Events.ShouldHaveSingleItem().StreamId.ShouldBe(free);
        outcomes[4].Error.ShouldBeOfType<IdempotencyKeyTakenException>();
        outcomes[5].Events.ShouldHaveSingleItem().StreamId.ShouldBe(consistent);
        outcomes[6].Error.ShouldBeOfType<UnexpectedVersionException>().Expected.ShouldBe(0);
        outcomes[7].Error.ShouldBeOfType<UnexpectedVersionException>().StreamId.ShouldBe(there);
        outcomes[8].Events.ShouldHaveSingleItem().Version.ShouldBe(3);
        (await fixture.Session().Events.FetchStreamStateAsync(late)).ShouldBeNull();
        (await fixture.Session().FindOutcomeAsync("new", DateTimeOffset.UtcNow))!.StreamId.ShouldBe(free);
        (await fixture.VerifyAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task On_one_stream_they_follow_each_other_and_an_expectation_is_of_the_version_by_then()
    {
        var stream = Guid.CreateVersion7();
        var outcomes = await Meeting.OfAsync(fixture,
            With(s => s.Append(stream, Page)), With(s => s.Append(stream, Page, Page)), With(s => s.AppendAt(stream, 3, Page)), With(s => s.AppendAt(stream, 3, Page)), With(s => s.Append(stream, Page)));
        outcomes.Select(o => o.Events.Select(e => e.Version)).ShouldBe([[1], [2, 3], [4], [], [5]]);
        outcomes[3].Error.ShouldBeOfType<UnexpectedVersionException>().Actual.ShouldBe(4);
        (await fixture.VerifyAsync(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_rests_on_a_stream_stands_in_the_log_before_what_changes_it()
    {
        for (var round = 0; round < 8; round++)
        {
            var (rested, resting) = (Guid.NewGuid(), Guid.NewGuid());
            await fixture.AppendAsync(rested, Page);
            var session = fixture.Session();
            await session.Events.FetchForWriting<Notebook>(rested);
            session.Events.EnforceConsistency(rested);
            session.Events.Append(resting, Page);
            var outcomes = await Meeting.OfAsync(fixture, session, With(s => s.Append(rested, Page)));
            outcomes.ShouldAllBe(o => o.Error == null);
            (await fixture.Owner.ListAsync("select xmin::text from public.mt_events where stream_id = any($1) and (stream_id, version) <> ($1[1], 1) order by seq_id", r => r.GetString(0), new[] { rested, resting }))
                .Distinct().Count().ShouldBe(2, "their transactions give them their order");
        }
    }

    /// <summary>PostgreSQL's jsonb takes no NUL character: the statement fails as a whole.</summary>
    [Fact]
    public async Task A_body_that_the_database_cant_take_fails_alone()
    {
        var streams = Enumerable.Range(0, 5).Select(_ => Guid.CreateVersion7()).ToArray();
        var outcomes = await Meeting.OfAsync(fixture, streams.Select((stream, n) => With(s => s.Append(stream, new PageWritten(n == 2 ? "\0" : "fine")))));
        outcomes[2].Error.ShouldBeOfType<PostgresException>();
        outcomes.Where((_, n) => n != 2).ShouldAllBe(o => o.Error == null && o.Events.Count == 1);
        (await fixture.Session().Events.FetchStreamAsync(streams[2])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_gives_up_while_waiting_has_written_nothing_and_holds_nobody_up()
    {
        var (gone, stays) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        using var cancel = new CancellationTokenSource();
        await using var meeting = await Meeting.HoldAsync(fixture);
        var saves = new[] { With(s => s.Append(gone, Page)).SaveChangesAsync(cancel.Token), With(s => s.Append(stays, Page)).SaveChangesAsync() };
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => saves[0]);
        await meeting.ReleaseAsync();
        (await saves[1]).ShouldHaveSingleItem();
        (await fixture.Session().Events.FetchStreamAsync(gone)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_gives_up_after_sending_learns_the_outcome()
    {
        var stream = Guid.CreateVersion7();
        await fixture.AppendAsync(stream, Page);
        using var cancel = new CancellationTokenSource();
        await using var holder = await fixture.Owner.OpenConnectionAsync();
        await using var locks = await holder.BeginTransactionAsync();
        await new NpgsqlCommand("select from public.mt_streams where id = $1 for update", holder) { Parameters = { new() { Value = stream } } }.ExecuteNonQueryAsync();
        var save = With(s => s.Append(stream, Page)).SaveChangesAsync(cancel.Token);
        await cancel.CancelAsync();
        await locks.CommitAsync();
        (await save).ShouldHaveSingleItem().Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_that_is_killed_fails_those_on_it_and_no_others()
    {
        var streams = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToArray();
        await fixture.AppendAsync(streams[0], Page);
        await using var holder = await fixture.Owner.OpenConnectionAsync();
        await using var locks = await holder.BeginTransactionAsync();
        await new NpgsqlCommand("select from public.mt_streams where id = $1 for update", holder) { Parameters = { new() { Value = streams[0] } } }.ExecuteNonQueryAsync();

        await using var meeting = await Meeting.HoldAsync(fixture);
        var saves = streams[..3].Select(stream => With(s => s.Append(stream, Page)).SaveChangesAsync()).ToArray();
        await meeting.ReleaseAsync();
        while (!await fixture.Owner.ScalarAsync<bool>("""
            select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%ledger.append_all%'
            """))
            await Task.Delay(10);
        foreach (var save in saves)
            await Should.ThrowAsync<NpgsqlException>(() => save);
        await locks.CommitAsync();

        (await fixture.AppendAsync(streams[3], Page)).ShouldHaveSingleItem();
        (await fixture.AppendAsync(streams[1], Page)).ShouldHaveSingleItem().Version.ShouldBe(1);
    }

    [Fact]
    public async Task Tenants_never_share_a_transaction()
    {
        var streams = Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7()).ToArray();
        await using var one = await Meeting.HoldAsync(fixture);
        await using var other = await Meeting.HoldAsync(fixture, StoreFixture.OtherTenant);
        var saves = streams.Select((stream, n) => fixture.AppendAsync(n % 2 == 0 ? StoreFixture.Tenant : StoreFixture.OtherTenant, stream, [Page])).ToArray();
        await one.ReleaseAsync();
        await other.ReleaseAsync();
        await Task.WhenAll(saves);
        (await fixture.Owner.ListAsync("select count(distinct tenant_id) from public.mt_events where stream_id = any($1) group by xmin::text", r => r.GetInt64(0), streams)).ShouldBe([1L, 1L]);
    }

    [Fact]
    public Task Whatever_meets_ends_as_if_each_had_come_after_the_other() => Seeds.ForEachAsync(25, async random =>
    {
        var streams = Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7()).ToArray();
        var versions = new long[streams.Length];
        foreach (var n in Enumerable.Range(0, streams.Length).Where(_ => random.Next(2) == 0))
            versions[n] = (await fixture.AppendAsync(streams[n], Page, Page)).Count;
        var sessions = new List<IDocumentSession>();
        var expected = new List<long[]?>();
        for (var n = random.Next(2, 12); n > 0; n--)
        {
            var session = fixture.Session();
            var (moved, isRefused) = (versions.ToArray(), false);
            foreach (var s in Enumerable.Range(0, streams.Length).Where(_ => random.Next(2) == 0).DefaultIfEmpty(0))
            {
                var events = Enumerable.Repeat(Page, random.Next(1, 4)).ToArray();
                long? expects = random.Next(3) == 0 ? null : Math.Max(0, versions[s] + random.Next(-1, 2));
                if (expects is { } version)
                    session.Events.AppendAt(streams[s], version, events);
                else
                    session.Events.Append(streams[s], events);
                isRefused |= expects is not null && expects != versions[s];
                moved[s] += events.Length;
            }
            sessions.Add(session);
            expected.Add(isRefused ? null : [.. moved.Zip(versions, (to, from) => to - from)]);
            versions = isRefused ? versions : moved;
        }

        var outcomes = await Meeting.OfAsync(fixture, sessions);
        outcomes.Select(o => o.Error is null ? streams.Select(s => (long)o.Events.Count(e => e.StreamId == s)).ToArray() : null).ShouldBe(expected);
        outcomes.Where(o => o.Error is not null).ShouldAllBe(o => o.Error is UnexpectedVersionException);
        for (var s = 0; s < streams.Length; s++)
            (await fixture.Session().Events.FetchStreamAsync(streams[s])).Select(e => e.Version).ShouldBe(Enumerable.Range(1, (int)versions[s]).Select(v => (long)v));
    });

    private IDocumentSession With(Action<IEventOperations> work)
    {
        var session = fixture.Session();
        work(session.Events);
        return session;
    }

    private IDocumentSession Keyed(string key, Guid stream)
    {
        var session = With(s => s.StartStream<Notebook>(stream, Page));
        session.UseIdempotencyKey(new IdempotencyKey(key, [7], 201, stream));
        return session;
    }
}
