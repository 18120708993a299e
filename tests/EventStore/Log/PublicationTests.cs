using Microsoft.Extensions.Logging.Abstractions;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Log;

/// <summary>What the sequencer signs, and when it refuses to.</summary>
public sealed class PublicationTests : IAsyncLifetime
{
    private readonly StoreFixture _fixture = new();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();
    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_checkpoint_covers_every_event_and_is_signed_by_the_logs_key()
    {
        await AppendAsync(3);
        await _fixture.SequenceAsync();
        var head = (await _fixture.Log.HeadAsync()).ShouldNotBeNull();
        var note = SignedNote.Parse(head.Note);
        note.Verify([new VerifierKey("platform.example/test/1", KeyAlgorithm.Ed25519, _fixture.Keys[0].PublicKey)]).Verdict.ShouldBe(NoteVerdict.Verified);
        Checkpoint.Parse(note.Text).ShouldBe(new Checkpoint("platform.example/test/1", 3, MerkleTree.Root(await LeavesAsync())));
        (await _fixture.Log.AlarmAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData(255, 1, 1)]
    [InlineData(300, 212, 513)]
    [InlineData(70_000, 0, 0)]
    public async Task Tiles_are_those_of_the_tree_at_every_level(int first, int second, int third)
    {
        foreach (var count in new[] { first, second, third })
        {
            await AppendAsync(count);
            await _fixture.SequenceAsync();
            var leaves = await LeavesAsync();
            foreach (var tile in TileMath.Of(leaves.Length))
            {
                var bytes = (await _fixture.Log.FindAsync(tile)).ShouldNotBeNull();
                var span = 1L << (8 * tile.Level!.Value);
                for (var n = 0; n < tile.Width; n++)
                    new Hash(bytes.Span.Slice(n * Hash.Size, Hash.Size)).ShouldBe(MerkleTree.Root(leaves.AsSpan((int)(((tile.Index * 256) + n) * span), (int)span)), $"{tile} {n}");
            }
            var tree = _fixture.Log.Tree(leaves.Length);
            MerkleTree.VerifyInclusion(leaves.Length / 2, leaves.Length, leaves[leaves.Length / 2], await tree.InclusionAsync(leaves.Length / 2), MerkleTree.Root(leaves)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task What_was_altered_between_hashing_and_sequencing_is_not_signed()
    {
        await AppendAsync(2);
        await _fixture.SequenceAsync();
        var before = await _fixture.Log.HeadAsync();
        var stream = Guid.CreateVersion7();
        await _fixture.AppendAsync(stream, new PageWritten("true"));
        await TamperAsync($"update public.mt_events set data = '{{\"text\": \"false\"}}' where stream_id = '{stream}'");
        var sequencer = Sequencer();
        var halted = await Should.ThrowAsync<LogHaltedException>(() => sequencer.TurnAsync());
        await StopAsync(sequencer);
        halted.Code.ShouldBe(FindingCode.PayloadMismatch);
        halted.Message.ShouldContain($"index 2 (tenant {StoreFixture.Tenant}, stream {stream}, version 1)");
        (await _fixture.Log.HeadAsync()).ShouldBe(before);

        // Mended, as from a bit flip of the disk, the log goes on.
        await TamperAsync($"update public.mt_events set data = '{{\"text\": \"true\"}}' where stream_id = '{stream}'");
        await _fixture.SequenceAsync();
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_set_back_to_an_earlier_state_is_not_signed_again(bool continued)
    {
        await AppendAsync(2);
        await _fixture.SequenceAsync();
        await using var backup = new Backup(_fixture);
        await backup.TakeAsync();
        await AppendAsync(3);
        await _fixture.SequenceAsync();
        await backup.RestoreAsync();
        if (continued)
            await AppendAsync(5);
        var sequencer = Sequencer();
        (await Should.ThrowAsync<LogHaltedException>(() => sequencer.TurnAsync())).Code.ShouldBe(FindingCode.Rollback);
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(2);
        (await _fixture.Owner.ScalarAsync<long>("select ledger.size()")).ShouldBe(2, "nothing is sequenced either");
    }

    [Fact]
    public async Task Without_the_guard_of_a_log_that_was_signed_nothing_is_signed_but_the_order_goes_on()
    {
        await AppendAsync(2);
        await _fixture.SequenceAsync();
        using var elsewhere = new Platform.Tests.ScratchDirectory();
        await AppendAsync(1);
        var sequencer = new Sequencer(_fixture.Compose(signing: _fixture.Signing with { Guard = new FileCheckpointGuard(elsewhere.Path) }), NullLogger<Sequencer>.Instance);
        (await sequencer.TurnAsync()).ShouldBe(1);
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(2);
        (await _fixture.Log.AlarmAsync()).ShouldNotBeNull().ShouldContain("guard");
        await StopAsync(sequencer);
        await _fixture.SequenceAsync();
        (await _fixture.Log.AlarmAsync()).ShouldBeNull();
    }

    /// <summary>A leader that had none wrote the alarm; the one before it, back again, knew of none and left it standing.</summary>
    [Fact]
    public async Task An_alarm_of_another_leader_ends_when_one_leads_that_can_sign()
    {
        await AppendAsync(1);
        var able = Sequencer();
        await able.TurnAsync();
        await able.TurnAsync();
        await StopAsync(able);
        using var elsewhere = new Platform.Tests.ScratchDirectory();
        await AppendAsync(1);
        var unable = new Sequencer(_fixture.Compose(signing: _fixture.Signing with { Guard = new FileCheckpointGuard(elsewhere.Path) }), NullLogger<Sequencer>.Instance);
        await unable.TurnAsync();
        (await _fixture.Log.AlarmAsync()).ShouldNotBeNull();
        await StopAsync(unable);
        await able.TurnAsync();
        (await _fixture.Log.AlarmAsync()).ShouldBeNull();
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(2);
        await StopAsync(able);
    }

    [Fact]
    public async Task A_guard_that_is_damaged_is_an_alarm_and_nothing_is_signed()
    {
        await AppendAsync(1);
        await _fixture.SequenceAsync();
        await File.WriteAllTextAsync(_fixture.Guard.FileOf("platform.example/test/1"), "torn");
        await AppendAsync(1);
        var sequencer = Sequencer();
        (await sequencer.TurnAsync()).ShouldBe(1);
        (await _fixture.Log.AlarmAsync()).ShouldNotBeNull().ShouldContain("damaged");
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(1);
        await StopAsync(sequencer);
    }

    [Fact]
    public async Task Without_the_private_key_nothing_is_signed_but_the_order_goes_on()
    {
        await AppendAsync(2);
        await _fixture.SequenceAsync();
        _fixture.Keys[0] = StoreFixture.NewKey(KeyRole.Log);
        await AppendAsync(1);
        var sequencer = new Sequencer(_fixture.Compose(), NullLogger<Sequencer>.Instance);
        (await sequencer.TurnAsync()).ShouldBe(1);
        (await _fixture.Log.AlarmAsync()).ShouldNotBeNull().ShouldContain("isn't among this node's keys");
        await StopAsync(sequencer);
    }

    /// <summary>More than one page ahead, a smaller head was signed on the way, and the guard went back to it.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(17_000)]
    public async Task A_write_that_ended_between_the_guard_and_the_database_is_taken_up(int ahead)
    {
        await AppendAsync(2);
        await _fixture.SequenceAsync();
        await using var backup = new Backup(_fixture, "tile", "edge", "head", "checkpoint", "key");
        await backup.TakeAsync();
        await AppendAsync(ahead);
        await _fixture.SequenceAsync();
        var signed = (await _fixture.Log.HeadAsync())!;
        // As if the process had ended after the guard's write.
        await backup.RestoreAsync();
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(2);
        var guard = new Remembering(_fixture.Guard);
        await AppendAsync(1);
        var sequencer = new Sequencer(_fixture.Compose(signing: _fixture.Signing with { Guard = guard }), NullLogger<Sequencer>.Instance);
        while (await sequencer.TurnAsync() > 0)
        {
        }
        await StopAsync(sequencer);
        guard.Sizes.ShouldAllBe(size => size >= signed.Size);
        var head = (await _fixture.Log.HeadAsync())!;
        head.Size.ShouldBe(ahead + 3);
        MerkleTree.VerifyConsistency(signed.Size, head.Size, await _fixture.Log.Tree(head.Size).ConsistencyAsync(signed.Size), signed.Root, head.Root).ShouldBeTrue();
    }

    [Fact]
    public async Task Tiles_that_were_altered_are_noticed_before_anything_is_signed()
    {
        await AppendAsync(300);
        await _fixture.SequenceAsync();
        await TamperAsync("update ledger.edge set hashes = overlay(hashes placing '\\x00'::bytea from 20) where level = 1");
        await AppendAsync(1);
        (await Should.ThrowAsync<LogHaltedException>(() => Sequencer().TurnAsync())).Code.ShouldBe(FindingCode.RootMismatch);
    }

    private sealed class Remembering(ICheckpointGuard guard) : ICheckpointGuard
    {
        public List<long> Sizes { get; } = [];

        public Task<string?> ReadAsync(string origin, CancellationToken cancel) => guard.ReadAsync(origin, cancel);

        public Task<bool> TryReplaceAsync(string origin, string? expected, string next, CancellationToken cancel)
        {
            Sizes.Add(Checkpoint.Parse(SignedNote.Parse(next).Text).Size);
            return guard.TryReplaceAsync(origin, expected, next, cancel);
        }
    }

    private Sequencer Sequencer() => new(_fixture.Store, NullLogger<Sequencer>.Instance);

    private static async Task StopAsync(Sequencer sequencer)
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await sequencer.RunAsync(stop.Token);
    }

    private async Task AppendAsync(int count)
    {
        for (var left = count; left > 0; left -= 1_000)
            await _fixture.AppendAsync(Guid.CreateVersion7(), Enumerable.Range(0, Math.Min(left, 1_000)).Select(n => new PageWritten($"{n}")));
    }

    private async Task<Hash[]> LeavesAsync() => [.. await _fixture.Owner.ListAsync("""
        select h.hash from ledger.event h join public.mt_events e using (seq_id) order by ledger.index_of(e.seq_id)
        """, row => L1.Leaf(new Hash(row.GetFieldValue<byte[]>(0))))];

    private Task TamperAsync(string sql) => _fixture.Owner.RunAsync($"begin; set local session_replication_role = replica; {sql}; commit");
}
