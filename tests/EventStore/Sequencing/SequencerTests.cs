using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.EventStore.Tests.Chain;

namespace Platform.EventStore.Tests.Sequencing;

/// <summary>One turn after the other, by hand. A database for each test: turns see all of it.</summary>
public sealed class SequencerTests : IAsyncLifetime
{
    private readonly StoreFixture _fixture = new();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();
    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Appends_get_contiguous_indices_in_the_order_of_their_commits()
    {
        var (a, b) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var sequencer = Sequencer();
        await _fixture.AppendAsync(a, new PageWritten("0"), new PageWritten("1"));
        await _fixture.AppendAsync(b, new PageWritten("2"));
        (await sequencer.TurnAsync()).ShouldBe(3);
        var last = (await _fixture.AppendAsync(a, new PageWritten("3"))).Single();
        (await sequencer.TurnAsync()).ShouldBe(1);
        (await sequencer.TurnAsync()).ShouldBe(0);
        (await _fixture.Session().WaitForIndexAsync(last.Sequence, TimeSpan.Zero)).ShouldBe(3);
        (await _fixture.Session().Events.LogSizeAsync()).ShouldBe(4);
        await LogCheck.IsCompleteAsync(_fixture.Owner);
    }

    /// <summary>The floor rose above it when no other transaction had ended since it drew its id: its events never got a place.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transaction_held_open_across_turns_gets_its_place_when_it_commits(bool othersCommit)
    {
        var sequencer = Sequencer();
        // It has its lease: no transaction of its own ends between the held one's start and the turn.
        await sequencer.TurnAsync();
        await using var connection = await _fixture.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await AppendAsync(connection, Guid.CreateVersion7());
        for (var turn = 0; turn < 6; turn++)
        {
            if (othersCommit)
                await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("other"));
            (await sequencer.TurnAsync()).ShouldBe(othersCommit ? 1 : 0);
            // The held append drew the first id.
            (await _fixture.Owner.ScalarAsync<long>("select floor from platform.sequencer")).ShouldBe(0);
        }
        await AppendAsync(connection, Guid.CreateVersion7());
        await transaction.CommitAsync();
        (await sequencer.TurnAsync()).ShouldBe(2);
        await LogCheck.IsCompleteAsync(_fixture.Owner);
    }

    [Fact]
    public async Task The_floor_rises_to_the_last_append_when_nothing_is_open()
    {
        var sequencer = Sequencer();
        for (var n = 0; n < 5; n++)
            await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        // Transactions of other databases hold it back too: xids are the cluster's.
        var risen = false;
        for (var turn = 0; turn < 400 && !risen; turn++, await Task.Delay(25))
        {
            await sequencer.TurnAsync();
            risen = await _fixture.Owner.ScalarAsync<bool>("select floor = (select max(id) from ledger.pending) from platform.sequencer");
        }
        risen.ShouldBeTrue();
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("two"));
        (await sequencer.TurnAsync()).ShouldBe(1);
    }

    /// <summary>A plan made while the log was short read all of it in every turn, until statistics came: 100 ms a turn at half a million rows.</summary>
    [Fact]
    public async Task A_turn_on_a_log_that_grew_fast_does_not_read_all_of_it()
    {
        var sequencer = Sequencer();
        for (var n = 0; n < 8; n++)
        {
            await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("while it's short"));
            await sequencer.TurnAsync();
        }
        for (var n = 0; n < 10; n++)
        {
            var session = _fixture.Session();
            for (var stream = 0; stream < 300; stream++)
                session.Events.Append(Guid.CreateVersion7(), new PageWritten("one of many"));
            await session.SaveChangesAsync();
            while (await sequencer.TurnAsync() > 0)
            {
            }
        }
        var before = await ReadWholeAsync();
        for (var n = 0; n < 10; n++)
        {
            await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one more"));
            (await sequencer.TurnAsync()).ShouldBe(1);
        }
        (await ReadWholeAsync() - before).ShouldBeLessThan(3_000, "rows read without an index, in ten turns");
    }

    // What a session read is known to others once it was made to say so.
    private async Task<long> ReadWholeAsync()
    {
        await using (var flush = _fixture.Database.Sequencer.CreateCommand("select pg_stat_force_next_flush()"))
            await flush.ExecuteNonQueryAsync();
        return await _fixture.Owner.ScalarAsync<long>("select sum(seq_tup_read)::bigint from pg_stat_user_tables where schemaname = 'ledger' and relname in ('log', 'pending')");
    }

    [Fact]
    public async Task What_was_rolled_back_leaves_no_gap()
    {
        await using (var connection = await _fixture.Database.App.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await AppendAsync(connection, Guid.CreateVersion7());
            await transaction.RollbackAsync();
        }
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        (await Sequencer().TurnAsync()).ShouldBe(1);
        await LogCheck.IsCompleteAsync(_fixture.Owner);
    }

    [Fact]
    public async Task A_turn_of_few_events_never_splits_a_transaction()
    {
        for (var n = 1; n <= 5; n++)
        {
            var session = _fixture.Session();
            for (var stream = 0; stream < n; stream++)
                session.Events.Append(Guid.CreateVersion7(), new PageWritten("a"), new PageWritten("b"));
            await session.SaveChangesAsync();
        }
        var holder = Guid.CreateVersion7();
        var epoch = await _fixture.Owner.ScalarAsync<long>("select platform.take_lease('sequencer', $1, interval '1 minute')", holder);
        var turns = new List<long>();
        while (turns.LastOrDefault(-1) != 0)
        {
            turns.Add(await _fixture.Owner.ScalarAsync<long>("select taken from ledger.sequence($1, $2, 3)", holder, epoch));
            await LogCheck.HoldsAsync(_fixture.Owner);
        }
        turns.ShouldBe([6, 6, 8, 10, 0]);
        await LogCheck.IsCompleteAsync(_fixture.Owner);
    }

    [Fact]
    public async Task A_turn_within_another_transaction_is_refused()
    {
        var epoch = await _fixture.Owner.ScalarAsync<long>("select platform.take_lease('sequencer', $1, interval '1 minute')", Guid.Empty);
        (await _fixture.Owner.RefusalAsync($"create table public.x (y int); select ledger.sequence('{Guid.Empty}', {epoch}, 1)")).ShouldBe("P0001");
    }

    [Fact]
    public async Task A_sequencer_that_lost_its_lease_writes_nothing_until_it_has_it_again()
    {
        var (first, second) = (Sequencer(), Sequencer());
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        (await first.TurnAsync()).ShouldBe(1);
        (await second.TurnAsync()).ShouldBe(0);

        await ExpireLeaseAsync();
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("two"));
        (await second.TurnAsync()).ShouldBe(1);
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("three"));
        await Should.ThrowAsync<LeaseLostException>(() => first.TurnAsync());
        (await first.TurnAsync()).ShouldBe(0);

        await ExpireLeaseAsync();
        (await first.TurnAsync()).ShouldBe(1);
        await LogCheck.IsCompleteAsync(_fixture.Owner);
    }

    [Fact]
    public async Task A_sequencer_that_stops_hands_over_at_once()
    {
        var first = Sequencer();
        using var stop = new CancellationTokenSource();
        var running = first.RunAsync(stop.Token);
        var appended = await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        (await _fixture.Session().WaitForIndexAsync(appended[0].Sequence, TimeSpan.FromSeconds(10))).ShouldBe(0);
        await stop.CancelAsync();
        await running;
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("two"));
        (await Sequencer().TurnAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Tombstones_have_an_index_each_whatever_their_gaps()
    {
        var stream = Guid.CreateVersion7();
        await using var pool = _fixture.As("platform_foreign");
        await new ForeignWriter(pool).ManyAsync([.. new long[] { 4, 9, 11 }.Select(version => new ForeignWriter.Row(StoreFixture.Tenant, stream, version, "tombstone", "{}"))]);
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("between"));
        await new ForeignWriter(pool).ManyAsync([.. new long[] { 20, 30 }.Select(version => new ForeignWriter.Row(StoreFixture.Tenant, stream, version, "tombstone", "{}"))]);
        await _fixture.SequenceAsync();
        await LogCheck.IsCompleteAsync(_fixture.Owner);
    }

    [Fact]
    public async Task Waiting_for_an_event_that_gets_no_place_ends_at_the_limit()
    {
        var appended = await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        (await _fixture.Session().WaitForIndexAsync(appended[0].Sequence, TimeSpan.FromMilliseconds(120))).ShouldBeNull();
    }

    private Sequencer Sequencer() => new(_fixture.Store, NullLogger<Sequencer>.Instance);

    private Task ExpireLeaseAsync() => _fixture.Owner.RunAsync("update platform.lease set expires_at = clock_timestamp() where name = 'sequencer'");

    private static async Task AppendAsync(NpgsqlConnection connection, Guid stream)
    {
        await using var command = new NpgsqlCommand($$"""
            select count(*) from ledger.append('{{StoreFixture.Tenant}}', array['{{stream}}'::uuid], array[null], array[null::bigint],
                array[1], array[gen_random_uuid()], array['notes.page-written'], array['x'], array['{"text": "held"}'], now(), null, null, null)
            """, connection);
        await command.ExecuteScalarAsync();
    }
}
