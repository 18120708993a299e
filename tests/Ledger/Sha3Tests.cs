using System.Security.Cryptography;
using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>SHA3-256 against the example values that NIST publishes with FIPS 202, and against the runtime's own where there is one.</summary>
public class Sha3Tests
{
    [Theory]
    [InlineData("", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")]
    [InlineData("abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "916f6061fe879741ca6469b43971dfdb28b1a32dc36cb3254e812be27aad1d18")]
    public void Texts(string text, string expected) => Hex(Encoding.ASCII.GetBytes(text)).ShouldBe(expected);

    [Fact]
    public void Two_hundred_times_a3() =>
        Hex([.. Enumerable.Repeat((byte)0xa3, 200)]).ShouldBe("79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787");

    [Fact]
    public void A_million_times_a() =>
        Hex([.. Enumerable.Repeat((byte)'a', 1_000_000)]).ShouldBe("5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1");

    [Fact]
    public void The_runtimes_own_agrees_at_every_length_around_a_block()
    {
        Assert.SkipUnless(SHA3_256.IsSupported, "not run: this platform has no SHA-3 of its own");
        var bytes = new byte[420];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
            Hex(bytes[..length]).ShouldBe(Convert.ToHexStringLower(SHA3_256.HashData(bytes.AsSpan(0, length))), $"{length} bytes");
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(Sha3.Hash256(content));
}
