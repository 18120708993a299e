using System.Security.Cryptography;
using Platform.Domain.Audit;
using static Platform.Domain.Tests.Audit.SigningKeys;

namespace Platform.Domain.Tests.Audit;

public sealed class PublicKeyTests
{
    [Fact]
    public void A_key_says_its_algorithm_and_is_written_as_it_was_read()
    {
        (Parse(Ed25519Key).Algorithm, Parse(Ed25519Key).ToString()).ShouldBe((PublicKey.Ed25519, Ed25519Key));
        (Parse(Es256Key).Algorithm, Parse(Es256Key).ToString()).ShouldBe((PublicKey.Es256, Es256Key));
    }

    [Fact]
    public void A_signature_holds_for_its_text_and_its_key_alone()
    {
        Parse(Ed25519Key).Verifies("text", Ed25519Sign("text")).ShouldBeTrue();
        Parse(Ed25519Key).Verifies("texts", Ed25519Sign("text")).ShouldBeFalse();
        Parse(Es256Key).Verifies("text", Ed25519Sign("text")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(DSASignatureFormat.Rfc3279DerSequence)]
    [InlineData(DSASignatureFormat.IeeeP1363FixedFieldConcatenation)]
    public void Es256_is_read_as_openssl_and_as_browsers_write_it(DSASignatureFormat format)
    {
        for (var n = 0; n < 50; n++)
            Parse(Es256Key).Verifies($"text {n}", Es256Sign($"text {n}", format)).ShouldBeTrue();
        Parse(Es256Key).Verifies("other", Es256Sign("text", format)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("no base64!")]
    [InlineData("AAAA")]
    [InlineData("AAAA\n")]
    public void What_is_no_signature_does_not_hold(string signature)
    {
        Parse(Ed25519Key).Verifies("text", signature).ShouldBeFalse();
        Parse(Es256Key).Verifies("text", signature).ShouldBeFalse();
    }

    [Fact]
    public void A_key_has_one_spelling()
    {
        foreach (var other in new[] { Ed25519Key + " ", " " + Ed25519Key, Ed25519Key + "\n", Ed25519Key.TrimEnd('='), Ed25519Key + "AAAA", Ed25519Key[4..], Es256Key[..^4] })
            PublicKey.TryParse(other, out var problem).ShouldBeNull(problem);
        // The last character before the padding of 91 bytes has two bits to spare.
        var (last, spare) = (Es256Key[^3], Es256Key.TrimEnd('='));
        PublicKey.TryParse(spare[..^1] + (char)(last + 1) + "==", out _)?.ToString().ShouldNotBe(Es256Key);
    }

    [Fact]
    public void Keys_of_other_kinds_are_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        foreach (var info in new[] { other.ExportSubjectPublicKeyInfo(), rsa.ExportSubjectPublicKeyInfo() })
            PublicKey.TryParse(Convert.ToBase64String(info), out var problem).ShouldBeNull(problem);
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_refused()
    {
        var info = Convert.FromBase64String(Es256Key);
        info[^1] ^= 1;
        PublicKey.TryParse(Convert.ToBase64String(info), out var problem).ShouldBeNull(problem);
    }

    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_key_under_which_one_signature_fits_many_texts_is_refused(string point)
    {
        var info = Convert.FromHexString("302a300506032b6570032100" + point);
        PublicKey.TryParse(Convert.ToBase64String(info), out var problem).ShouldBeNull(problem);
    }
}
