using Platform.EventStore.Tests.Log;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>What is shown as the log's word isn't (design/ledger.md, "Tampers", rows 13, 16, 17 and 25).</summary>
public sealed class CheckpointTamperTests : IAsyncLifetime
{
    private PublishedHistory _history = null!;

    public async ValueTask InitializeAsync() => _history = await PublishedHistory.CreateAsync();
    public ValueTask DisposeAsync() => _history.DisposeAsync();

    private Hash Root => Checkpoint.Parse(_history.Trust.Checkpoint!.Text).Root;

    [Fact]
    public async Task T13_a_checkpoint_of_an_unknown_key()
    {
        await _history.SignAsync(Root, StoreFixture.NewKey(KeyRole.Log));
        await FindsAsync(FindingCode.BadCheckpointSignature, _history.Size - 1);
    }

    [Fact]
    public async Task T13_the_size_line_altered()
    {
        await EditAsync($"\n{_history.Size}\n", $"\n{_history.Size + 1}\n");
        await FindsAsync(FindingCode.BadCheckpointSignature, _history.Size);
    }

    [Fact]
    public async Task T13_the_root_line_altered()
    {
        await EditAsync(Convert.ToBase64String(Root.Bytes), Convert.ToBase64String(MerkleTree.EmptyRoot.Bytes));
        await FindsAsync(FindingCode.BadCheckpointSignature, _history.Size - 1);
    }

    [Fact]
    public async Task T13_no_note_at_all()
    {
        await _history.TamperAsync("update ledger.head set note = 'trust me'");
        await FindsAsync(FindingCode.BadCheckpointSignature, null);
    }

    [Theory]
    [InlineData("size = size - 5")]
    [InlineData("root = sha256('x')")]
    public async Task T13_what_stands_beside_the_note_altered(string set)
    {
        await _history.TamperAsync($"update ledger.head set {set}");
        await FindsAsync(FindingCode.BadCheckpointSignature, _history.Size - 1);
    }

    [Theory]
    [InlineData("note = replace(note, E'\\n' || size || E'\\n', E'\\n' || size + 1 || E'\\n')", 1)]
    [InlineData("note = (select note from ledger.head)", 0)]
    public async Task T13_an_earlier_checkpoint_altered(string set, int off)
    {
        await _history.TamperAsync($"update ledger.checkpoint set {set} where size = {_history.Sizes[1]}");
        await FindsAsync(FindingCode.BadCheckpointSignature, _history.Sizes[1] - 1 + off);
    }

    /// <summary>Where the platform lacks ML-DSA, a line can be seen to be missing, though not to be wrong.</summary>
    [Theory]
    [InlineData(KeyAlgorithm.Ed25519)]
    [InlineData(KeyAlgorithm.MlDsa65)]
    public async Task T13_one_of_two_required_algorithms(KeyAlgorithm only)
    {
        var hybrid = StoreFixture.NewKey(KeyRole.Log) with { Algorithm = KeyAlgorithm.MlDsa65 };
        var key = new VerifierKey(PublishedHistory.Origin, KeyAlgorithm.MlDsa65, MlDsa65.IsSupported ? MlDsa65.PublicKey(hybrid.Seed) : new byte[MlDsa65.PublicKeySize]);
        var trust = _history.Trust with { Keys = [.. _history.Trust.Keys, new TrustedKey(KeyRole.Log, key, 0, null)], HybridFrom = _history.Size };
        if (only == KeyAlgorithm.MlDsa65)
        {
            var line = MlDsa65.IsSupported ? NoteSignature.By(hybrid.Signer(PublishedHistory.Origin), _history.Trust.Checkpoint!.Text)
                : new NoteSignature(PublishedHistory.Origin, key.Id, new byte[MlDsa65.SignatureSize]);
            await _history.TamperAsync($"update ledger.head set note = '{_history.Trust.Checkpoint!.Text}\n{line}\n'");
        }
        await _history.TamperAsync($"delete from ledger.checkpoint where size = {_history.Size}");
        await _history.FindsAsync(FindingCode.BadCheckpointSignature, _history.Size - 1, trust: trust);
    }

    [Fact]
    public async Task T16_a_proof_of_one_log_presented_for_another()
    {
        const long Index = 300;
        var tree = _history.Fixture.Log.Tree(_history.Size);
        var proof = TlogProof.Parse(new TlogProof(Index, await tree.InclusionAsync(Index), _history.Trust.Checkpoint!).ToString());
        var leaf = L1.Leaf(new Hash(await _history.Fixture.Owner.ScalarAsync<byte[]>("select h.hash from ledger.event h where ledger.index_of(h.seq_id) = $1", Index)));
        proof.Verify(leaf, _history.Trust).ShouldBeEmpty();
        // Even where both logs are signed with one key.
        var others = _history.Trust with { Keys = [.. _history.Trust.Keys.Select(key => key with { Key = new VerifierKey("platform.example/other/1", key.Key.Algorithm, key.Key.PublicKey) })] };
        proof.Verify(leaf, others).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.WrongOrigin);
    }

    [Fact]
    public async Task T16_a_checkpoint_of_another_log_in_the_place_of_this_ones()
    {
        await _history.SignAsync(Root, origin: "platform.example/other/1");
        await FindsAsync(FindingCode.WrongOrigin, _history.Size - 1);
    }

    [Fact]
    public async Task T17_a_head_signed_with_a_retired_key()
    {
        await _history.Fixture.RotateAsync(KeyRole.Log);
        await _history.SequenceAsync();
        var head = (await _history.Fixture.Log.HeadAsync())!;
        (await _history.VerifyAsync()).ShouldBeEmpty();
        var note = SignedNote.Sign(SignedNote.Parse(head.Note).Text, [_history.Fixture.Keys[0].Signer(PublishedHistory.Origin)]);
        await _history.TamperAsync($"update ledger.head set note = '{note}'");
        await _history.FindsAsync(FindingCode.KeyExpired, head.Size - 1);
    }

    [Fact]
    public async Task T25_an_earlier_note_in_the_place_of_the_last()
    {
        await _history.TamperAsync($"update ledger.head set note = (select note from ledger.checkpoint where size = {_history.Sizes[2]})");
        await _history.FindsAsync(FindingCode.Stale, _history.Sizes[2] - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T25_an_earlier_head_with_its_tiles_shown_as_the_last_to_one_who_remembers_a_later(bool guarded)
    {
        await using var backup = new Backup(_history.Fixture, "head", "edge");
        await backup.TakeAsync();
        await _history.Fixture.AppendAsync(_history.Stream, new PageWritten("one more"));
        await _history.SequenceAsync();
        var remembered = _history.Trust with { Checkpoint = SignedNote.Parse((await _history.Fixture.Log.HeadAsync())!.Note) };
        await backup.RestoreAsync();
        // As after a crash between the guard's write and the database's.
        (await _history.VerifyAsync(guarded: guarded)).ShouldBeEmpty();
        await _history.FindsAsync(FindingCode.Stale, null, trust: remembered, guarded: guarded);
    }

    [Fact]
    public async Task T25_a_checkpoint_shown_as_current_to_one_who_remembers_a_later()
    {
        var earlier = SignedNote.Parse(await _history.Fixture.Owner.ScalarAsync<string>("select note from ledger.checkpoint where size = $1", _history.Sizes[2]));
        _history.Trust.Check(earlier).IsTrusted.ShouldBeTrue();
        _history.Trust.CheckCurrent(earlier).Problems.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.Stale);
        (_history.Trust with { Checkpoint = earlier }).CheckCurrent(_history.Trust.Checkpoint!).IsTrusted.ShouldBeTrue();
    }

    private Task EditAsync(string part, string other)
    {
        var note = _history.Trust.Checkpoint!.ToString();
        note.ShouldContain(part);
        return _history.TamperAsync($"update ledger.head set note = '{note.Replace(part, other, StringComparison.Ordinal)}'");
    }

    private async Task FindsAsync(string code, long? index)
    {
        await _history.FindsAsync(code, index);
        await _history.FindsAsync(code, index, trust: _history.Trust, guarded: false);
    }
}
