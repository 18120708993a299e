namespace Platform.Ledger.Tests;

public class Ed25519Tests(ITestOutputHelper output)
{
    // RFC 8032, section 7.1, test 2.
    private static readonly byte[] _seed = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static readonly byte[] _publicKey = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    private static readonly byte[] _signature = Convert.FromHexString(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

    [Fact]
    public void Key_and_signature_are_those_of_the_standard()
    {
        Ed25519.PublicKey(_seed).ShouldBe(_publicKey);
        Ed25519.Sign(_seed, [0x72]).ShouldBe(_signature);
        Ed25519.Verify(_publicKey, [0x72], _signature).ShouldBeTrue();
    }

    [Fact]
    public void An_empty_message_is_signed() => Ed25519.Verify(_publicKey, [], Ed25519.Sign(_seed, [])).ShouldBeTrue();

    [Fact]
    public void Another_message_key_or_signature_is_refused()
    {
        Ed25519.Verify(_publicKey, [0x73], _signature).ShouldBeFalse();
        Ed25519.Verify(Ed25519.PublicKey(new byte[32]), [0x72], _signature).ShouldBeFalse();
        Ed25519.Verify(_publicKey, [0x72], new byte[64]).ShouldBeFalse();
    }

    [Fact]
    public void Other_lengths_are_no_signature_and_no_key()
    {
        Ed25519.Verify(_publicKey, [0x72], _signature.AsSpan(0, 63)).ShouldBeFalse();
        Ed25519.Verify(_publicKey, [0x72], [.. _signature, 0]).ShouldBeFalse();
        Ed25519.Verify(_publicKey.AsSpan(0, 31), [0x72], _signature).ShouldBeFalse();
        Ed25519.Verify([], [], []).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => Ed25519.Sign(new byte[31], []));
        Should.Throw<ArgumentException>(() => Ed25519.PublicKey(new byte[33]));
    }

    [Fact]
    public void A_signer_serves_many_threads()
    {
        using var signer = new Ed25519Signer("example.com/log", _seed);
        Parallel.For(0, 500, n => Ed25519.Verify(_publicKey, BitConverter.GetBytes(n), signer.Sign(BitConverter.GetBytes(n))).ShouldBeTrue());
    }

    [Fact]
    public void Wycheproofs_cases_have_their_verdict()
    {
        var (met, misses) = (0, new List<int>());
        foreach (var group in LedgerSets.Json("wycheproof", "ed25519_test.json.gz").Each("testGroups"))
            foreach (var test in group.Each("tests"))
                if (Ed25519.Verify(group.GetProperty("publicKey").Hex("pk"), test.Hex("msg"), test.Hex("sig")) == (test.Text("result") == "valid"))
                    met++;
                else
                    misses.Add(test.GetProperty("tcId").GetInt32());
        output.WriteLine($"ed25519_test: {met} met, {misses.Count} missed");
        misses.ShouldBeEmpty();
        met.ShouldBe(151);
    }
}
