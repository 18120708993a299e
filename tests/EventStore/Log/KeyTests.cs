using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Log;

/// <summary>Which key signs what: the log's by size, the writer's before the commit.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private const string Log = "platform.example/test";
    private readonly StoreFixture _fixture = new();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();
    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Events_of_weight_carry_their_writers_signature_and_others_none()
    {
        await _fixture.AnnounceAsync(KeyRole.Writer);
        var stream = Guid.CreateVersion7();
        var appended = await _fixture.AppendAsync(stream, new PageWritten("open"), new PageSealed("keeper"));
        var signatures = await SignaturesAsync();
        signatures.Keys.ShouldBe([1L, appended[1].Sequence], ignoreOrder: true);
        WriterSignature.Verify(WriterKey(1), Hash.Parse(appended[1].Hash), signatures[appended[1].Sequence]).ShouldBeTrue();
        await _fixture.SequenceAsync();
        (await _fixture.Log.TrustAsync(null)).KeysAt(KeyRole.Writer, 2).ShouldHaveSingleItem().Key.ShouldBe(WriterKey(1));
    }

    [Fact]
    public async Task A_signature_cannot_be_added_later_nor_by_another_key()
    {
        var appended = await _fixture.AppendAsync(Guid.CreateVersion7(), new PageSealed("keeper"), new PageWritten("open"));
        var mine = _fixture.Keys[1].PublicKey;
        (await RefusalAsync(mine, appended[1].Sequence)).ShouldBe("PL006");
        (await RefusalAsync(StoreFixture.NewKey(KeyRole.Writer).PublicKey, appended[1].Sequence)).ShouldBe("PL012");
    }

    [Fact]
    public async Task A_rotated_writer_key_signs_from_its_own_announcement_on_and_nodes_with_the_old_one_follow()
    {
        await _fixture.AnnounceAsync(KeyRole.Writer);
        var node = _fixture.Compose();
        await SealAsync(node);
        await _fixture.RotateAsync(KeyRole.Writer);
        // This node had the old key in memory.
        await SealAsync(node);
        await _fixture.SequenceAsync();
        var signatures = await SignaturesAsync();
        var hashes = await HashesAsync();
        var trust = await _fixture.Log.TrustAsync(null);
        signatures.Count.ShouldBe(4);
        foreach (var (index, (sequence, hash)) in hashes.Index())
            trust.KeysAt(KeyRole.Writer, index + 1).ShouldHaveSingleItem().Key.ShouldSatisfyAllConditions(
                key => key.ShouldBe(WriterKey(index < 2 ? 1 : 2)), key => WriterSignature.Verify(key, hash, signatures[sequence]).ShouldBeTrue($"{index}"));
    }

    [Fact]
    public async Task Writers_that_sign_while_the_key_is_rotated_never_leave_an_event_of_the_old_key_behind_the_rotation()
    {
        await _fixture.AnnounceAsync(KeyRole.Writer);
        using var stop = new CancellationTokenSource();
        var nodes = Enumerable.Range(0, 4).Select(_ => _fixture.Compose()).ToList();
        var writing = nodes.Select(node => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await SealAsync(node);
        })).ToList();
        for (var n = 0; n < 5; n++)
        {
            await Task.Delay(60);
            await _fixture.RotateAsync(KeyRole.Writer);
        }
        await stop.CancelAsync();
        await Task.WhenAll(writing);
        await _fixture.SequenceAsync();
        var (signatures, trust) = (await SignaturesAsync(), await _fixture.Log.TrustAsync(null));
        foreach (var (index, (sequence, hash)) in (await HashesAsync()).Index())
            WriterSignature.Verify(trust.KeysAt(KeyRole.Writer, index + 1).ShouldHaveSingleItem().Key, hash, signatures[sequence]).ShouldBeTrue($"{index} of {signatures.Count}");
    }

    [Fact]
    public async Task A_rotated_log_key_signs_from_the_checkpoint_that_covers_its_announcement_on()
    {
        await _fixture.AnnounceAsync(KeyRole.Log);
        await SealAsync(_fixture.Store);
        await _fixture.SequenceAsync();
        var before = SignedNote.Parse((await _fixture.Log.HeadAsync())!.Note);
        await _fixture.RotateAsync(KeyRole.Log);
        var (old, next) = (_fixture.Keys[0], _fixture.Keys[^1]);
        await _fixture.SequenceAsync();
        var after = SignedNote.Parse((await _fixture.Log.HeadAsync())!.Note);
        (VerdictOf(before, old), VerdictOf(before, next)).ShouldBe((NoteVerdict.Verified, NoteVerdict.Unverified));
        (VerdictOf(after, old), VerdictOf(after, next)).ShouldBe((NoteVerdict.Unverified, NoteVerdict.Verified));
        var trust = await _fixture.Log.TrustAsync(null);
        trust.Check(before).Problems.ShouldBeEmpty();
        trust.Check(after).Problems.ShouldBeEmpty();
        trust.Keys.Select(key => (key.FromSize, key.ToSize)).ShouldBe([(0L, (long?)2), (3L, null)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_rotation_that_the_key_before_did_not_sign_stops_the_log_unsigned()
    {
        await _fixture.AnnounceAsync(KeyRole.Log);
        await _fixture.SequenceAsync();
        var (thief, next) = (StoreFixture.NewKey(KeyRole.Log), StoreFixture.NewKey(KeyRole.Log));
        await AppendAsync(KeyRotated.Of(thief, next) with { Previous = Convert.ToBase64String(_fixture.Keys[0].PublicKey) });
        (await Should.ThrowAsync<LogHaltedException>(() => new Sequencer(_fixture.Store, NullLogger<Sequencer>.Instance).TurnAsync())).Code.ShouldBe(FindingCode.BadKeyAnnouncement);
        (await _fixture.Log.HeadAsync())!.Size.ShouldBe(1);
    }

    private NoteVerdict VerdictOf(SignedNote note, LedgerKey key) => note.Verify([new VerifierKey($"{Log}/1", KeyAlgorithm.Ed25519, key.PublicKey)]).Verdict;

    private VerifierKey WriterKey(int n) => new($"{Log}/writer", KeyAlgorithm.Ed25519, _fixture.Keys[n].PublicKey);

    private Task AppendAsync(object e) => _fixture.AppendAsync(DocumentStore.PlatformTenant, Guid.CreateVersion7(), [e]);

    private static async Task SealAsync(DocumentStore store)
    {
        var session = store.LightweightSession(new SessionOptions(StoreFixture.Tenant));
        session.Events.Append(Guid.CreateVersion7(), new PageSealed("keeper"));
        await session.SaveChangesAsync();
    }

    private async Task<Dictionary<long, string>> SignaturesAsync() => (await _fixture.Owner.ListAsync(
        "select seq_id, signature from ledger.writer_signature", row => (row.GetInt64(0), Convert.ToBase64String(row.GetFieldValue<byte[]>(1))))).ToDictionary();

    private Task<List<(long Sequence, Hash Hash)>> HashesAsync() => _fixture.Owner.ListAsync(
        "select e.seq_id, h.hash from ledger.event h join public.mt_events e using (seq_id) order by ledger.index_of(e.seq_id)", row => (row.GetInt64(0), new Hash(row.GetFieldValue<byte[]>(1))));

    private Task<string?> RefusalAsync(byte[] key, long sequence) =>
        _fixture.Database.App.RefusalAsync($"select ledger.countersign('\\x{Convert.ToHexStringLower(key)}', array[{sequence}]::bigint[], array['\\x00'::bytea])", StoreFixture.Tenant);
}
