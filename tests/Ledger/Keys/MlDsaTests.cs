namespace Platform.Ledger.Tests;

public class MlDsaTests(ITestOutputHelper output)
{
    private const string Set = "wycheproof";
    private const string Missing = "not run: ML-DSA needs OpenSSL 3.5 or newer";

    private static readonly byte[] _seed = [.. Enumerable.Repeat((byte)7, MlDsa65.SeedSize)];

    [Fact]
    public void What_was_signed_is_verified_and_nothing_else()
    {
        Assert.SkipUnless(MlDsa65.IsSupported, Missing);
        var (key, signature) = (MlDsa65.PublicKey(_seed), MlDsa65.Sign(_seed, "text"u8));
        MlDsa65.Verify(key, "text"u8, signature).ShouldBeTrue();
        MlDsa65.Verify(key, "test"u8, signature).ShouldBeFalse();
        MlDsa65.Verify(key, "text"u8, signature.AsSpan(1)).ShouldBeFalse();
        MlDsa65.Verify(key.AsSpan(1), "text"u8, signature).ShouldBeFalse();
    }

    [Fact]
    public void A_note_with_both_kinds_of_line_is_verified_by_both()
    {
        Assert.SkipUnless(MlDsa65.IsSupported, Missing);
        using var first = new Ed25519Signer("example.com/log", _seed);
        using var second = new MlDsa65Signer("example.com/log", _seed);
        var note = SignedNote.Parse(SignedNote.Sign("text\n", [first, second]).ToString());
        note.Verify([first.Key, second.Key]).Keys.ShouldBe([first.Key, second.Key]);
        note.With(new NoteSignature(second.Key.Name, second.Key.Id, new byte[MlDsa65.SignatureSize])).Verify([first.Key, second.Key]).Verdict.ShouldBe(NoteVerdict.Rejected);
    }

    [Fact]
    public void A_platform_without_it_says_what_is_needed()
    {
        Assert.SkipWhen(MlDsa65.IsSupported, "not run: this platform has ML-DSA");
        string[] said =
        [
            Should.Throw<PlatformNotSupportedException>(() => MlDsa65.PublicKey(_seed)).Message,
            Should.Throw<PlatformNotSupportedException>(() => MlDsa65.Sign(_seed, [])).Message,
            Should.Throw<PlatformNotSupportedException>(() => MlDsa65.Verify(new byte[MlDsa65.PublicKeySize], [], [])).Message,
            Should.Throw<PlatformNotSupportedException>(() => MlDsa44.Verify(new byte[MlDsa44.PublicKeySize], [], [])).Message,
            Should.Throw<PlatformNotSupportedException>(() => new MlDsa65Signer("a", _seed)).Message,
        ];
        said.ShouldAllBe(message => message.Contains("OpenSSL 3.5"));
    }

    [Fact]
    public void A_seed_of_another_length_is_refused() => Should.Throw<ArgumentException>(() => MlDsa65.Sign(new byte[31], []));

    [Fact]
    public void Wycheproofs_cases_for_65_have_their_verdict() => Judge("mldsa_65_verify_test.json.gz", 210, MlDsa65.Verify);

    [Fact]
    public void Wycheproofs_cases_for_44_have_their_verdict() => Judge("mldsa_44_verify_test.json.gz", 180, MlDsa44.Verify);

    [Fact]
    public void Wycheproofs_seeds_have_their_public_keys_and_sign()
    {
        Assert.SkipUnless(MlDsa65.IsSupported, Missing);
        var (verified, refused) = (0, 0);
        foreach (var group in LedgerSets.Json(Set, "mldsa_65_sign_seed_test.json.gz").Each("testGroups"))
        {
            var seed = group.Hex("privateSeed");
            if (seed.Length != MlDsa65.SeedSize)
            {
                Should.Throw<ArgumentException>(() => MlDsa65.PublicKey(seed));
                refused++;
                continue;
            }

            MlDsa65.PublicKey(seed).ShouldBe(group.Hex("publicKey"));
            foreach (var test in group.Each("tests").Where(test => test.TryGetProperty("msg", out _) && !test.TryGetProperty("ctx", out _)))
            {
                // The platform signs hedged, so that its signatures can be compared by their validity alone.
                MlDsa65.Verify(group.Hex("publicKey"), test.Hex("msg"), test.Hex("sig")).ShouldBe(test.Text("result") == "valid");
                MlDsa65.Verify(group.Hex("publicKey"), test.Hex("msg"), MlDsa65.Sign(seed, test.Hex("msg"))).ShouldBeTrue();
                verified++;
            }
        }

        output.WriteLine($"mldsa_65_sign_seed_test: {verified} signed and verified, {refused} seeds refused");
        verified.ShouldBeGreaterThan(70);
    }

    private delegate bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>A case with a context isn't ours, for we have none: its signature must be refused, whatever it is with it.</summary>
    private void Judge(string file, int count, Verify verify)
    {
        Assert.SkipUnless(MlDsa65.IsSupported, Missing);
        var (met, misses) = (0, new List<int>());
        foreach (var group in LedgerSets.Json(Set, file).Each("testGroups"))
            foreach (var test in group.Each("tests"))
                if (verify(group.Hex("publicKey"), test.Hex("msg"), test.Hex("sig")) == (test.Text("result") == "valid" && test.Hex("ctx").Length == 0))
                    met++;
                else
                    misses.Add(test.GetProperty("tcId").GetInt32());
        output.WriteLine($"{file}: {met} met, {misses.Count} missed");
        misses.ShouldBeEmpty();
        met.ShouldBe(count);
    }
}
