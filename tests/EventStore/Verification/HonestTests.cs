using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore.Tests.Chain;

namespace Platform.EventStore.Tests.Verification;

/// <summary>Whatever happens by right gives no finding.</summary>
public class HonestTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task Verifying_while_appends_go_on_finds_nothing()
    {
        using var stop = new CancellationTokenSource();
        var sequencing = new Sequencer(fixture.Store, NullLogger<Sequencer>.Instance).RunAsync(stop.Token);
        var streams = Enumerable.Range(0, 40).Select(_ => Guid.CreateVersion7()).ToArray();
        await using var foreign = fixture.As("platform_foreign");
        var writers = Enumerable.Range(0, 6).Select(n => Task.Run(async () =>
        {
            var random = new Random(n);
            while (!stop.IsCancellationRequested)
            {
                var session = fixture.Session(random.Next(2) == 0 ? StoreFixture.Tenant : StoreFixture.OtherTenant);
                foreach (var stream in random.GetItems(streams, random.Next(1, 3)).Append(Guid.CreateVersion7()).Distinct())
                    session.Events.Append(stream, Enumerable.Range(0, random.Next(1, 4)).Select(_ => new PageWritten("one")));
                await session.SaveChangesAsync(CancellationToken.None);
                if (random.Next(4) == 0)
                    await new ForeignWriter(foreign).ManyAsync(
                        [.. new long[] { 2, 5 }.Select(version => new ForeignWriter.Row(StoreFixture.Tenant, Guid.CreateVersion7(), version, "tombstone", "{}"))]);
            }
        }, TestContext.Current.CancellationToken)).ToList();

        long seen = 0;
        for (var n = 0; n < 20; n++)
        {
            seen = (await new LedgerVerification(fixture.Database.Auditor).RunAsync(null, null, f => Assert.Fail($"{f.Code} {f.Stream} {f.Version}: {f.Detail}"))).Checked;
            (await fixture.VerifyAsync(streams[n])).ShouldBeEmpty();
        }
        await stop.CancelAsync();
        await Task.WhenAll([.. writers, sequencing]);
        seen.ShouldBeGreaterThan(0);
    }

    [Fact]
    public Task No_honest_history_gives_a_finding_whole_or_since_any_checkpoint() => Seeds.ForEachAsync(40, async random =>
    {
        await using var history = await HonestHistory.CreateAsync(random);
        for (var steps = random.Next(10, 30); steps > 0; steps--)
            await history.StepAsync();
        await history.EndAsync();
    });

    [Fact]
    public async Task Everything_there_is_is_checked_and_progress_reported()
    {
        await using var other = new StoreFixture();
        await other.InitializeAsync();
        for (var n = 0; n < 600; n++)
            await other.AppendAsync(Guid.CreateVersion7(), new PageWritten("a"), new PageWritten("b"));
        await other.SequenceAsync();
        var progress = new List<long>();
        var summary = await new LedgerVerification(other.Database.Auditor).RunAsync(null, null, f => Assert.Fail(f.Detail), (done, total) =>
        {
            total.ShouldBeGreaterThanOrEqualTo(done);
            progress.Add(done);
        });
        summary.ShouldBe(new VerificationSummary(1200, 600, 0));
        progress.ShouldBeInOrder();
        progress[^1].ShouldBe(1200);
    }

    [Fact]
    public async Task Archived_streams_a_new_epoch_and_refused_appends_are_no_findings()
    {
        var stream = Guid.CreateVersion7();
        await fixture.AppendAsync(stream, new PageWritten("one"));
        await fixture.Owner.RunAsync("insert into ledger.epoch (epoch, origin) values (2, 'platform.example/test/2')");
        await fixture.AppendAsync(stream, new PageWritten("two"));
        var session = fixture.Session();
        session.Events.ArchiveStream(stream);
        await session.SaveChangesAsync();
        await Should.ThrowAsync<StreamArchivedException>(() => fixture.AppendAsync(stream, new PageWritten("three")));
        (await fixture.VerifyAsync(stream)).ShouldBeEmpty();
        (await ChainCheck.AllAsync(fixture.Owner)).ShouldBeGreaterThan(1);
    }
}
