using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore.Tests.Log;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>States that an honest log passes through, and that were once taken for tampers; chance found them.</summary>
public sealed class BehindTheHeadTests : IAsyncLifetime
{
    private static readonly string[] Published = ["tile", "edge", "head", "checkpoint", "key"];

    private readonly StoreFixture _fixture = new();

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await _fixture.AnnounceAsync(KeyRole.Writer);
        await _fixture.AnnounceAsync(KeyRole.Log);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    /// <summary>Was <c>ROOT_MISMATCH</c>.</summary>
    [Fact]
    public async Task Nothing_came_after_the_last_checkpoint()
    {
        await _fixture.SequenceAsync();
        var head = (await _fixture.Log.HeadAsync())!;
        var since = Checkpoint.Parse(SignedNote.Parse(head.Note).Text);
        var findings = new List<Finding>();
        (await new LedgerVerification(_fixture.Database.Auditor).RunSinceAsync(since, await _fixture.AnchorAsync(), findings.Add)).ShouldBe(new VerificationSummary(0, 0, 0), string.Join(", ", findings));
        await new LedgerVerification(_fixture.Database.Auditor).RunSinceAsync(since with { Root = MerkleTree.EmptyRoot }, await _fixture.AnchorAsync(), findings.Add);
        findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.SplitView);
    }

    /// <summary>Was <c>ROLLBACK</c>: a process ended between the guard's first write and the database's.</summary>
    [Fact]
    public async Task The_first_checkpoint_reached_the_guard_alone()
    {
        await using var backup = new Backup(_fixture, Published);
        await backup.TakeAsync();
        await _fixture.SequenceAsync();
        await backup.RestoreAsync();
        (await _fixture.Log.HeadAsync()).ShouldBeNull();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
        await _fixture.SequenceAsync();
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(2);
    }

    /// <summary>Was <c>BAD_WRITER_SIGNATURE</c>: the keys that speak behind the head weren't known yet.</summary>
    [Fact]
    public async Task A_writers_key_was_rotated_behind_the_head()
    {
        await _fixture.SequenceAsync();
        await using var backup = new Backup(_fixture, Published);
        await backup.TakeAsync();
        await _fixture.RotateAsync(KeyRole.Writer);
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageSealed("keeper"));
        await _fixture.SequenceAsync();
        await backup.RestoreAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
    }

    /// <summary>Was <c>BAD_CHECKPOINT_SIGNATURE</c> and <c>BAD_WRITER_SIGNATURE</c>: an auditor's own keys weren't carried on.</summary>
    [Fact]
    public async Task Keys_were_rotated_after_an_auditor_got_them()
    {
        await _fixture.SequenceAsync();
        var head = (await _fixture.Log.HeadAsync())!;
        var trust = await _fixture.Log.TrustAsync(null) with { Checkpoint = SignedNote.Parse(head.Note) };
        for (var time = 0; time < 2; time++)
        {
            await _fixture.RotateAsync(KeyRole.Log);
            await _fixture.RotateAsync(KeyRole.Writer);
            await _fixture.AppendAsync(Guid.CreateVersion7(), new PageSealed("keeper"));
            await _fixture.SequenceAsync();
        }
        (await _fixture.VerifyAsync(trust: trust)).ShouldBeEmpty();
        var followed = (await _fixture.AnchorAsync(trust)).Trust;
        followed.Keys.ShouldBe((await _fixture.Log.TrustAsync(null)).Keys, ignoreOrder: true);
        (await _fixture.VerifyAsync(trust: followed)).ShouldBeEmpty();
        var findings = new List<Finding>();
        var since = await LogAnchor.ReadAsync(_fixture.Database.Auditor, _fixture.Guard, trust, head.Size);
        await new LedgerVerification(_fixture.Database.Auditor).RunSinceAsync(Checkpoint.Parse(trust.Checkpoint!.Text), since, findings.Add);
        findings.ShouldBeEmpty();
        (await LogAnchor.ReadAsync(_fixture.Database.Auditor, _fixture.Guard, trust, (await _fixture.Log.HeadAsync())!.Size)).Trust.ShouldBe(trust, "what isn't looked at isn't believed");
    }

    /// <summary>The leader halted with <c>LEAF_MISMATCH</c> on the first event of the epoch that it didn't know.</summary>
    [Fact]
    public async Task A_new_epoch_begins_under_a_running_leader()
    {
        var sequencer = new Sequencer(_fixture.Store, NullLogger<Sequencer>.Instance);
        await sequencer.TurnAsync();
        await _fixture.Owner.RunAsync("insert into ledger.epoch (epoch, origin) values (2, 'platform.example/test/2')");
        await _fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        (await sequencer.TurnAsync()).ShouldBe(1);
        var head = (await _fixture.Log.HeadAsync())!;
        (head.Epoch, head.Size, Checkpoint.Parse(SignedNote.Parse(head.Note).Text).Origin).ShouldBe((2, 3, "platform.example/test/2"));
        (await _fixture.Guard.ReadAsync("platform.example/test/2")).ShouldBe(head.Note);
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
    }
}
