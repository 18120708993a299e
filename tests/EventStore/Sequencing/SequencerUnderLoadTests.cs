using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.EventStore.Tests.Chain;

namespace Platform.EventStore.Tests.Sequencing;

/// <summary>Appends of all kinds at once, sequencers that race, lose their lease and are cut off in the middle of turns.</summary>
public class SequencerUnderLoadTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private const int Writers = 8;
    private const int AppendsEach = 60;

    private readonly Guid[] _streams = [.. Enumerable.Range(0, 12).Select(_ => Guid.CreateVersion7())];
    private readonly ConcurrentQueue<long> _committed = [];
    private readonly ConcurrentBag<(long Cause, long Effect)> _causes = [];

    [Fact]
    public async Task The_log_holds_every_committed_append_once_in_an_order_that_keeps_causes_before_effects()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var background = new[]
        {
            SequenceAsync(fixture.Compose(), crash: true, stop.Token),
            SequenceAsync(fixture.Compose(), crash: false, stop.Token),
            ExpireLeasesAsync(stop.Token),
        };
        await using var foreign = fixture.As("platform_foreign");
        await Task.WhenAll([
            .. Enumerable.Range(0, Writers).Select(n => Task.Run(() => WriteAsync(new Random(n)), cancel)),
            Task.Run(() => WriteForeignAsync(new ForeignWriter(foreign), new Random(100)), cancel),
            Task.Run(() => HoldOpenAsync(commit: true), cancel),
            Task.Run(() => HoldOpenAsync(commit: false), cancel),
        ]);
        await stop.CancelAsync();
        await Task.WhenAll(background);

        await fixture.Owner.RunAsync("update platform.lease set expires_at = clock_timestamp()");
        await fixture.SequenceAsync();
        await LogCheck.IsCompleteAsync(fixture.Owner);
        _causes.Count.ShouldBeGreaterThan(Writers);
        var index = (await fixture.Owner.ListAsync("select seq_id, ledger.index_of(seq_id) from public.mt_events", row => (row.GetInt64(0), row.GetInt64(1)))).ToDictionary();
        _causes.ShouldAllBe(c => index[c.Cause] < index[c.Effect]);
        (await fixture.VerifyAsync()).ShouldBeEmpty();
    }

    private async Task WriteAsync(Random random)
    {
        for (var n = 0; n < AppendsEach; n++)
        {
            // A transaction that reads what was committed, then writes.
            var cause = _committed.IsEmpty || random.Next(2) == 0 ? (long?)null : _committed.Last();
            var session = fixture.Session();
            foreach (var stream in random.GetItems(_streams, random.Next(1, 4)).Distinct())
                session.Events.Append(stream, Enumerable.Range(0, random.Next(1, 4)).Select(_ => new PageWritten($"{n}")));
            if (random.Next(10) == 0)
                session.Events.AppendAt(Guid.CreateVersion7(), 7, new PageWritten("refused"));
            try
            {
                foreach (var appended in await session.SaveChangesAsync())
                {
                    _committed.Enqueue(appended.Sequence);
                    if (cause is { } known)
                        _causes.Add((known, appended.Sequence));
                }
            }
            catch (UnexpectedVersionException)
            {
            }
        }
    }

    private static async Task WriteForeignAsync(ForeignWriter writer, Random random)
    {
        for (var n = 0; n < AppendsEach; n++)
        {
            var stream = Guid.CreateVersion7();
            var type = random.Next(3) == 0 ? "tombstone" : "notes.page-written";
            var step = type == "tombstone" ? 3 : 1;
            var rows = Enumerable.Range(0, random.Next(1, 5)).Select(v => new ForeignWriter.Row(StoreFixture.OtherTenant, stream, 1 + (v * step), type, """{"text": "x"}""")).ToArray();
            await (random.Next(2) == 0 ? writer.EachAsync(rows) : writer.ManyAsync(rows));
        }
    }

    private async Task HoldOpenAsync(bool commit)
    {
        for (var n = 0; n < 6; n++)
        {
            await using var connection = await fixture.Database.App.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            for (var statement = 0; statement < 3; statement++)
            {
                await using var command = new NpgsqlCommand($$"""
                    select count(*) from ledger.append('{{StoreFixture.Tenant}}', array[gen_random_uuid()], array[null], array[null::bigint],
                        array[1], array[gen_random_uuid()], array['notes.page-written'], array['x'], array['{"text": "held"}'], now(), null, null, null)
                    """, connection);
                await command.ExecuteScalarAsync();
                await Task.Delay(40);
            }
            await (commit ? transaction.CommitAsync() : transaction.RollbackAsync());
        }
    }

    private async Task SequenceAsync(DocumentStore store, bool crash, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var sequencer = new Sequencer(store, NullLogger<Sequencer>.Instance);
            for (var turn = 0; turn < 20 && !stop.IsCancellationRequested; turn++)
            {
                using var cut = new CancellationTokenSource(crash ? Random.Shared.Next(1, 6) : 5_000);
                try
                {
                    await sequencer.TurnAsync(cut.Token);
                    await LogCheck.HoldsAsync(fixture.Owner);
                }
                catch (Exception e) when (e is LeaseLostException or OperationCanceledException or NpgsqlException)
                {
                }
            }
        }
    }

    private async Task ExpireLeasesAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await fixture.Owner.RunAsync("update platform.lease set expires_at = clock_timestamp()");
            await Task.Delay(15, CancellationToken.None);
        }
    }
}
