using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class LogTrustTests
{
    private const string Origin = "platform.example/eu-1/1";

    private static readonly Ed25519Signer _first = new(Origin, Seed(1));
    private static readonly Ed25519Signer _second = new(Origin, Seed(2));
    private static readonly WitnessSigner[] _witnesses = [.. Enumerable.Range(3, 3).Select(n => new WitnessSigner($"w{n}.example", Seed((byte)n)))];

    private static readonly LogTrust _trust = new(
        [new(KeyRole.Log, _first.Key, 0, 100), new(KeyRole.Log, _second.Key, 101, null)],
        [.. _witnesses.Select((witness, n) => new TrustedWitness($"W{n}", witness.Key))]);

    [Fact]
    public void Each_checkpoint_is_trusted_under_the_key_of_its_time()
    {
        var check = _trust.Check(Note(100, _first));
        (check.IsTrusted, check.Checkpoint).ShouldBe((true, Head(100)));
        _trust.Check(Note(101, _second)).IsTrusted.ShouldBeTrue();
        _trust.Check(Note(101, _first, _second)).IsTrusted.ShouldBeTrue();
    }

    [Fact]
    public void A_key_whose_time_is_over_or_has_not_come_is_expired()
    {
        Codes(Note(101, _first)).ShouldBe([FindingCode.KeyExpired]);
        Codes(Note(100, _second)).ShouldBe([FindingCode.KeyExpired]);
    }

    [Fact]
    public void A_checkpoint_without_a_known_key_or_with_an_altered_line_is_badly_signed()
    {
        using var stranger = new Ed25519Signer(Origin, Seed(9));
        Codes(Note(5, stranger)).ShouldBe([FindingCode.BadCheckpointSignature]);
        Codes(SignedNote.Parse(Note(5, _first).ToString().Replace("\n5\n", "\n6\n", StringComparison.Ordinal))).ShouldBe([FindingCode.BadCheckpointSignature]);
        var forged = Note(5, _first).With(new NoteSignature(Origin, _second.Key.Id, new byte[64]));
        Codes(forged).ShouldBe([FindingCode.BadCheckpointSignature]);
        _trust.Check(forged).Problems[0].Detail.ShouldContain($"{Origin}+{_second.Key.Id:x8}");
        Codes(SignedNote.Sign("no checkpoint\n", [_first])).ShouldBe([FindingCode.BadCheckpointSignature]);
    }

    [Fact]
    public void A_checkpoint_of_another_log_has_the_wrong_origin_even_with_our_key() =>
        Codes(SignedNote.Sign(new Checkpoint("platform.example/us-1/1", 5, MerkleTree.EmptyRoot).ToText(), [_first])).ShouldBe([FindingCode.WrongOrigin]);

    [Fact]
    public void T25_what_is_shown_as_current_is_not_older_than_what_was_verified()
    {
        var trust = _trust with { Checkpoint = Note(50, _first) };
        string[] Current(SignedNote note) => [.. trust.CheckCurrent(note).Problems.Select(problem => problem.Code)];
        Current(Note(49, _first)).ShouldBe([FindingCode.Stale]);
        Current(Note(50, _first)).ShouldBeEmpty();
        Current(Note(101, _second)).ShouldBeEmpty();
        Current(Note(101, _first)).ShouldBe([FindingCode.KeyExpired]);
        Current(SignedNote.Sign((Head(50) with { Root = Hash.Of([1]) }).ToText(), [_first])).ShouldBe([FindingCode.SplitView]);
        trust.Check(Note(49, _first)).IsTrusted.ShouldBeTrue("it proves what it contains");
        _trust.CheckCurrent(Note(1, _first)).IsTrusted.ShouldBeTrue("nothing was verified yet");
    }

    [Fact]
    public void A_quorum_must_have_cosigned()
    {
        var trust = _trust with { Quorum = Quorum.Of(2, [Quorum.Of("W0"), Quorum.Of("W1"), Quorum.Of("W2")]) };
        trust.Check(Note(5, _first, At(0), At(2))).Cosigned.ShouldBe(["W0", "W2"]);
        trust.Check(Note(5, _first, At(0), At(2))).IsTrusted.ShouldBeTrue();
        trust.Check(Note(5, _first, At(0))).Problems.Select(problem => problem.Code).ShouldBe([FindingCode.NoQuorum]);
        trust.Check(Note(5, _first, At(0), At(0))).Problems.Select(problem => problem.Code).ShouldBe([FindingCode.NoQuorum]);
    }

    [Fact]
    public void From_a_size_on_both_algorithms_must_have_signed()
    {
        var pq = new VerifierKey(Origin, KeyAlgorithm.MlDsa65, MlDsa65.IsSupported ? MlDsa65.PublicKey(Seed(7)) : new byte[MlDsa65.PublicKeySize]);
        var trust = _trust with { Keys = [.. _trust.Keys, new(KeyRole.Log, pq, 0, null)], HybridFrom = 10 };
        trust.Check(Note(9, _first)).IsTrusted.ShouldBeTrue();
        trust.Check(Note(10, _first)).Problems.Single().Code.ShouldBe(FindingCode.BadCheckpointSignature);
        trust.Check(Note(10, _first)).Problems.Single().Detail.ShouldContain("ML-DSA-65");
        var forged = Note(10, _first).With(new NoteSignature(Origin, pq.Id, new byte[MlDsa65.SignatureSize]));
        if (MlDsa65.IsSupported)
        {
            using var signer = new MlDsa65Signer(Origin, Seed(7));
            trust.Check(Note(10, _first, signer)).IsTrusted.ShouldBeTrue();
            trust.Check(Note(10, signer)).Problems.Single().Code.ShouldBe(FindingCode.BadCheckpointSignature);
            trust.Check(forged).Problems.Single().Code.ShouldBe(FindingCode.BadCheckpointSignature);
        }
        else
        {
            trust.Check(forged).IsTrusted.ShouldBeTrue();
            trust.Check(forged).Unchecked.ShouldBe([pq]);
            Should.Throw<PlatformNotSupportedException>(() => new LogTrust([new(KeyRole.Log, pq, 0, null)], []).Check(forged));
        }
    }

    [Fact]
    public void A_rotation_ends_one_keys_time_and_begins_the_others()
    {
        var trust = new LogTrust([new(KeyRole.Log, _first.Key, 0, null), new(KeyRole.Writer, _first.Key, 1, null)], []);
        var statement = KeyRotation.Statement(KeyRole.Log, KeyAlgorithm.Ed25519, _first.Key.PublicKey.Span, _second.Key.PublicKey.Span);
        var rotation = new KeyAnnouncement(
            KeyRole.Log, KeyAlgorithm.Ed25519, _second.Key.PublicKey, _first.Key.PublicKey, _second.Sign(statement), _first.Sign(statement));
        trust.Rotated(rotation, 100).KeysAt(KeyRole.Log, 100).ShouldBe([_trust.Keys[0]]);
        trust.Rotated(rotation, 100).KeysAt(KeyRole.Log, 101).ShouldBe([_trust.Keys[1]]);
        trust.Rotated(rotation, 100).KeysAt(KeyRole.Writer, 101).Single().Key.ShouldBe(_first.Key);
        Should.Throw<ArgumentException>(() => trust.Rotated(rotation with { Signature = rotation.PreviousSignature }, 100));
        Should.Throw<ArgumentException>(() => trust.Rotated(rotation with { PreviousSignature = rotation.Signature }, 100));
        Should.Throw<ArgumentException>(() => trust.Rotated(rotation with { Role = KeyRole.Writer }, 100));
        Should.Throw<ArgumentException>(() => trust.Rotated(rotation with { Previous = null }, 100));
        Should.Throw<ArgumentException>(() => trust.Rotated(rotation, 100).Rotated(rotation, 200));
        trust.Following(rotation, 100).Keys.ShouldBe(trust.Rotated(rotation, 100).Keys);
        trust.Following(rotation, 100).Following(rotation, 100).Keys.ShouldBe(trust.Rotated(rotation, 100).Keys, "known already");
        trust.Following(rotation, 100).Following(rotation, 200).Keys.ShouldBe(trust.Rotated(rotation, 100).Keys, "the former key's time is over");
        trust.Following(rotation with { PreviousSignature = rotation.Signature }, 100).ShouldBe(trust);
        trust.Following(rotation with { Previous = null }, 100).ShouldBe(trust);
        new LogTrust([_trust.Keys[1]], []).Following(rotation, 200).Keys.ShouldBe([_trust.Keys[1]], "it isn't the trusted key's");
    }

    [Fact]
    public void A_trust_file_is_written_and_read()
    {
        var trust = _trust with
        {
            Quorum = Quorum.Of(1, [Quorum.Of("W0"), Quorum.Of(2, [Quorum.Of("W1"), Quorum.Of("W2")])]),
            HybridFrom = 7,
            Checkpoint = Note(100, _first),
        };
        var read = LogTrust.Parse(trust.ToJson());
        read.Keys.ShouldBe(trust.Keys);
        read.Witnesses.ShouldBe(trust.Witnesses);
        read.HybridFrom.ShouldBe(7);
        read.Checkpoint!.ToString().ShouldBe(Note(100, _first).ToString());
        read.Quorum!.IsMet(new HashSet<string> { "W1", "W2" }).ShouldBeTrue();
        read.Quorum.IsMet(new HashSet<string> { "W1" }).ShouldBeFalse();
        read.ToJson().ShouldBe(trust.ToJson());
        LogTrust.Parse(new LogTrust([], []).ToJson()).Quorum.ShouldBeNull();
    }

    [Theory]
    [InlineData("[]", "trust: this is an object")]
    [InlineData("{", "This is no trust file")]
    [InlineData("""{"keys":[],"keys":[]}""", "This is no trust file")]
    [InlineData("""{"keys":{}}""", "keys: this is an array")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":null,"hybridFrom":null}""", "checkpoint: it is missing")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":null,"hybridFrom":-1,"checkpoint":null}""", "hybridFrom: this is null or a whole number")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":null,"hybridFrom":1.5,"checkpoint":null}""", "hybridFrom: this is null or a whole number")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":"x","hybridFrom":null,"checkpoint":null}""", "quorum: x is no witness above")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":7,"hybridFrom":null,"checkpoint":null}""", "quorum: this is an object")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":{"threshold":1,"members":[]},"hybridFrom":null,"checkpoint":null}""", "quorum.threshold: this is a number from 1")]
    [InlineData("""{"keys":[],"witnesses":[{"name":"w","key":"k"}]}""", "witnesses[0].key: this is no verifier key of a witness")]
    [InlineData("""{"keys":[],"witnesses":[],"quorum":null,"hybridFrom":null,"checkpoint":"text"}""", "checkpoint: this is no signed checkpoint")]
    [InlineData("""{"keys":[{"name":"a b"}]}""", "keys[0].name: a name is not empty")]
    [InlineData("""{"keys":[{"name":"a","role":"Log"}]}""", "keys[0].role: this is log or writer")]
    [InlineData("""{"keys":[{"name":"a","role":"log","algorithm":"RSA"}]}""", "keys[0].algorithm: this is Ed25519 or ML-DSA-65")]
    [InlineData("""{"keys":[{"name":"a","role":"log","algorithm":"Ed25519","publicKey":"AA=="}]}""", "keys[0].publicKey: this is base64 of 32 bytes")]
    [InlineData("""{"keys":[{"name":"a","role":"log","algorithm":"Ed25519","publicKey":"KEY","fromSize":null}]}""", "keys[0].fromSize: this is a whole number")]
    [InlineData("""{"keys":[{"name":"a","role":"log","algorithm":"Ed25519","publicKey":"KEY","fromSize":2,"toSize":1}]}""", "keys[0].toSize: a key's time")]
    [InlineData("""{"keys":[{"name":"\ud800"}]}""", "This is no trust file")]
    public void What_is_wrong_is_said_with_its_place(string json, string message) => Should.Throw<FormatException>(
        () => LogTrust.Parse(json.Replace("KEY", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal))).Message.ShouldStartWith(message);

    [Fact]
    public void A_witness_counts_once_in_a_quorum()
    {
        var trust = _trust with { Quorum = Quorum.Of(2, [Quorum.Of("W0"), Quorum.Of(1, [Quorum.Of("W0")])]) };
        Should.Throw<FormatException>(() => LogTrust.Parse(trust.ToJson())).Message.ShouldStartWith("quorum: each witness counts once");
        trust = _trust with { Witnesses = [_trust.Witnesses[0], _trust.Witnesses[0] with { Name = "again" }] };
        Should.Throw<FormatException>(() => LogTrust.Parse(trust.ToJson())).Message.ShouldStartWith("witnesses: each name and each key");
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_with_a_format_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = (_trust with { Quorum = Quorum.Of("W1"), Checkpoint = Note(5, _first) }).ToJson().ToCharArray();
            text[random.Next(text.Length)] = random.GetItems("\"{}[]:,0-\\nul\ud800".AsSpan(), 1)[0];
            try
            {
                LogTrust.Parse(new string(text)).Keys.Count.ShouldBe(2);
            }
            catch (FormatException e)
            {
                e.Message.ShouldNotBeEmpty();
            }
        }));

    private static IEnumerable<string> Codes(SignedNote note) => _trust.Check(note).Problems.Select(problem => problem.Code);

    private static Checkpoint Head(long size) => new(Origin, size, MerkleTree.EmptyRoot);

    private static SignedNote Note(long size, params INoteSigner[] signers) => SignedNote.Sign(Head(size).ToText(), signers);

    private static INoteSigner At(int witness) => _witnesses[witness].At(DateTimeOffset.UnixEpoch.AddSeconds(witness));

    private static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, Ed25519.SeedSize)];
}
