using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class TlogProofTests
{
    private const string Origin = "platform.example/eu-1/1";

    private static readonly Hash[] _leaves = NaiveTree.Leaves(20);
    private static readonly Ed25519Signer _log = new(Origin, new byte[Ed25519.SeedSize]);
    private static readonly LogTrust _trust = new([new TrustedKey(KeyRole.Log, _log.Key, 0, null)], []);
    private static readonly SignedNote _note = SignedNote.Sign(new Checkpoint(Origin, 20, MerkleTree.Root(_leaves)).ToText(), [_log]);

    [Fact]
    public void A_proof_is_written_as_the_standard_has_it_and_read_back()
    {
        var proof = Proof(18) with { Extra = [1, 2, 3] };
        var (sibling, rest) = (Convert.ToBase64String(proof.Hashes[0].Bytes), Convert.ToBase64String(proof.Hashes[^1].Bytes));
        proof.ToString().ShouldStartWith($"c2sp.org/tlog-proof@v1\nextra AQID\nindex 18\n{sibling}\n");
        proof.ToString().ShouldEndWith($"{rest}\n\n{_note}");
        var read = TlogProof.Parse(proof.ToString());
        read.Index.ShouldBe(18);
        read.Extra.ShouldBe([1, 2, 3]);
        read.Hashes.ShouldBe(proof.Hashes);
        read.ToString().ShouldBe(proof.ToString());
        TlogProof.Parse(Proof(0).ToString()).Extra.ShouldBeNull();
    }

    [Fact]
    public void Every_entry_is_proved_as_itself_alone()
    {
        for (var index = 0; index < 20; index++)
        {
            TlogProof.Parse(Proof(index).ToString()).Verify(_leaves[index], _trust).ShouldBeEmpty();
            Proof(index).Verify(_leaves[(index + 1) % 20], _trust).Single().Code.ShouldBe(FindingCode.RootMismatch);
            (Proof(index) with { Index = 20 }).Verify(_leaves[index], _trust).Single().Code.ShouldBe(FindingCode.RootMismatch);
        }
    }

    [Fact]
    public void A_proof_of_another_log_has_the_wrong_origin()
    {
        var trust = new LogTrust([new TrustedKey(KeyRole.Log, new VerifierKey("platform.example/us-1/1", KeyAlgorithm.Ed25519, _log.Key.PublicKey), 0, null)], []);
        Proof(3).Verify(_leaves[3], trust).Single().Code.ShouldBe(FindingCode.WrongOrigin);
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\n")]
    [InlineData("\nindex 18\n", "\nindex 018\n")]
    [InlineData("\nindex 18\n", "\nindex -1\n")]
    [InlineData("\nindex 18\n", "\nindex\n")]
    [InlineData("\nindex 18\n", "\n")]
    [InlineData("\nindex 18\n", "\nindex 18\nAAAA\n")]
    [InlineData("\nindex 18\n", "\nextra AQI\nindex 18\n")]
    [InlineData("\nindex 18\n", "\nindex 18\nextra AQID\n")]
    [InlineData("\nindex 18\n", "\n\nindex 18\n")]
    [InlineData("\n\n", "\n")]
    public void Another_spelling_is_refused(string part, string other) =>
        Should.Throw<FormatException>(() => TlogProof.Parse(Proof(18).ToString().Replace(part, other, StringComparison.Ordinal)));

    [Fact]
    public void More_hashes_than_a_tree_has_levels_are_refused() =>
        TlogProof.TryParse((Proof(0) with { Hashes = new Hash[64] }).ToString(), out _).ShouldBeFalse();

    [Fact]
    public void A_damaged_proof_is_refused_and_never_another_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var index = random.Next(20);
            var text = Proof(index).ToString().ToCharArray();
            text[random.Next(text.Length)] = random.GetItems("\n 0+=/aZ\ud800\t".AsSpan(), 1)[0];
            if (TlogProof.TryParse(new string(text), out var proof) && proof.Verify(_leaves[index], _trust).Count == 0)
                proof.ToString().ShouldBe(Proof(index).ToString());
        }));

    private static TlogProof Proof(int index) => new(index, NaiveTree.Inclusion(index, _leaves), _note);
}
