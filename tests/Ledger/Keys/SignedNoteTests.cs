using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class SignedNoteTests
{
    private const string Text = "platform.example/eu-1/1\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

    private static readonly Ed25519Signer _alice = new("alice.example/log", Seed(1));
    private static readonly Ed25519Signer _bob = new("bob.example", Seed(2));
    private static readonly SignedNote _note = SignedNote.Sign(Text, [_alice, _bob]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = SignedNote.Parse(_note.ToString());
        read.Text.ShouldBe(Text);
        read.Signatures.ShouldBe(_note.Signatures);
        read.ToString().ShouldBe(_note.ToString());
        SignedNote.Parse(Encoding.UTF8.GetBytes(_note.ToString())).ToString().ShouldBe(_note.ToString());
    }

    [Fact]
    public void A_text_with_empty_lines_is_parted_from_its_signatures_at_the_last_one()
    {
        var note = SignedNote.Parse(SignedNote.Sign("one\n\n— no signature\n\ntwo\n", [_alice]).ToString());
        note.Text.ShouldBe("one\n\n— no signature\n\ntwo\n");
        note.Verify([_alice.Key]).IsVerified.ShouldBeTrue();
    }

    [Fact]
    public void Each_known_signer_is_named_and_others_are_ignored()
    {
        _note.Verify([_bob.Key, _alice.Key]).Keys.ShouldBe([_alice.Key, _bob.Key]);
        var byAlice = _note.Verify([_alice.Key]);
        (byAlice.Verdict, byAlice.Keys.Single(), byAlice.Ignored.Single().Name).ShouldBe((NoteVerdict.Verified, _alice.Key, "bob.example"));
        _note.Verify([]).Verdict.ShouldBe(NoteVerdict.Unverified);
    }

    [Fact]
    public void One_bad_signature_of_a_known_key_rejects_the_note_even_behind_a_good_one()
    {
        var forged = SignedNote.Parse(_note.ToString()).With(_note.Signatures[1] with { Bytes = new byte[64] });
        var verification = forged.Verify([_alice.Key, _bob.Key]);
        (verification.Verdict, verification.Keys.Count).ShouldBe((NoteVerdict.Rejected, 0));
        verification.Problem!.ShouldContain("bob.example");
        forged.Verify([_alice.Key]).Verdict.ShouldBe(NoteVerdict.Verified);
    }

    [Fact]
    public void Another_text_has_no_valid_signature() =>
        SignedNote.Parse(_note.ToString().Replace("\n7\n", "\n8\n", StringComparison.Ordinal)).Verify([_alice.Key]).Verdict.ShouldBe(NoteVerdict.Rejected);

    [Fact]
    public void A_signature_is_added_once()
    {
        var note = SignedNote.Sign(Text, [_alice]);
        note.With(_note.Signatures).ToString().ShouldBe(_note.ToString());
        note.With(_note.Signatures).With(_note.Signatures).Signatures.Count.ShouldBe(2);
    }

    [Fact]
    public void A_note_has_100_signatures_at_most_and_1_mebibyte()
    {
        var lines = Enumerable.Range(0, 100).Select(n => new NoteSignature("x", (uint)n, new byte[] { 1 })).ToArray();
        var full = SignedNote.Sign(Text, [_alice]).With(lines[1..]);
        SignedNote.Parse(full.ToString()).Signatures.Count.ShouldBe(100);
        Should.Throw<ArgumentException>(() => full.With(lines[0]));
        SignedNote.TryParse(full + lines[0].ToString() + "\n", out _).ShouldBeFalse();
        var size = SignedNote.LongestNote - _note.ToString().Length - 100;
        SignedNote.TryParse(SignedNote.Sign(new string('a', size) + "\n", [_alice]).ToString(), out _).ShouldBeTrue();
        SignedNote.TryParse(SignedNote.Sign(new string('a', SignedNote.LongestNote) + "\n", [_alice]).ToString(), out _).ShouldBeFalse();
        SignedNote.TryParse(SignedNote.Sign(new string('—', size / 2) + "\n", [_alice]).ToString(), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("no newline")]
    [InlineData("tab\tin it\n")]
    public void What_no_note_may_have_is_not_signed(string text) => Should.Throw<ArgumentException>(() => SignedNote.Sign(text, [_alice]));

    [Fact]
    public void Half_a_character_is_not_signed() => Should.Throw<ArgumentException>(() => SignedNote.Sign("half a \ud83c character\n", [_alice]));

    [Fact]
    public void Without_a_signer_there_is_no_note() => Should.Throw<ArgumentException>(() => SignedNote.Sign(Text, []));

    [Fact]
    public void Bytes_that_are_no_utf8_are_no_note()
    {
        byte[] bytes = [0xff, .. Encoding.UTF8.GetBytes(_note.ToString())];
        SignedNote.TryParse(bytes, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => SignedNote.Parse(bytes));
    }

    [Fact]
    public void A_damaged_note_is_read_as_another_or_refused_and_never_verified() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = _note.ToString().ToCharArray();
            text[random.Next(text.Length)] = random.GetItems("\n\u0000 +—aB9=/\ud800é".AsSpan(), 1)[0];
            var damaged = new string(text);
            if (damaged == _note.ToString() || !SignedNote.TryParse(damaged, out var note))
                return;
            // Damage to the one line leaves the other's signature over the same text.
            var verified = note.Verify([_alice.Key, _bob.Key]).Keys.Count;
            (note.Text == Text ? verified < 2 || note.ToString() == _note.ToString() : verified == 0).ShouldBeTrue(damaged);
        }));

    [Fact]
    public void Random_bytes_are_refused_without_another_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255)).ToArbitrary(), bytes =>
        {
            byte[] note = [.. bytes.Select(b => (byte)b)];
            SignedNote.TryParse(note, out _).ShouldBeFalse();
            VerifierKey.TryParse(Encoding.UTF8.GetString(note), out _).ShouldBeFalse();
            Checkpoint.TryParse(Encoding.UTF8.GetString(note), out _).ShouldBeFalse();
        }));

    private static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, Ed25519.SeedSize)];
}
