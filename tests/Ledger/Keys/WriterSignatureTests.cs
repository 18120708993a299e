namespace Platform.Ledger.Tests;

public class WriterSignatureTests
{
    private static readonly Ed25519Signer _writer = new(WriterSignature.KeyName("platform.example/eu-1"), new byte[Ed25519.SeedSize]);
    private static readonly Hash _hash = Hash.Of("event"u8);

    [Fact]
    public void It_is_the_key_id_and_the_signature_over_the_domain_and_the_hash()
    {
        var bytes = Convert.FromBase64String(WriterSignature.Sign(_writer, _hash));
        byte[] message = [.. "platform/writer/l1"u8, 0, .. _hash.Bytes];
        _writer.Key.Name.ShouldBe("platform.example/eu-1/writer");
        Convert.ToHexStringLower(bytes[..4]).ShouldBe($"{_writer.Key.Id:x8}");
        bytes[4..].ShouldBe(Ed25519.Sign(new byte[Ed25519.SeedSize], message));
        WriterSignature.KeyId(WriterSignature.Sign(_writer, _hash)).ShouldBe(_writer.Key.Id);
        WriterSignature.Verify(_writer.Key, _hash, WriterSignature.Sign(_writer, _hash)).ShouldBeTrue();
    }

    [Fact]
    public void A_witness_is_no_writer()
    {
        using var witness = new WitnessSigner("w", new byte[Ed25519.SeedSize]);
        Should.Throw<ArgumentException>(() => WriterSignature.Sign(witness.At(DateTimeOffset.UnixEpoch), _hash));
    }

    [Fact]
    public void Another_hash_key_or_spelling_is_refused()
    {
        var signature = WriterSignature.Sign(_writer, _hash);
        WriterSignature.Verify(_writer.Key, Hash.Of("other"u8), signature).ShouldBeFalse();
        WriterSignature.Verify(new VerifierKey("other/writer", KeyAlgorithm.Ed25519, _writer.Key.PublicKey), _hash, signature).ShouldBeFalse();
        WriterSignature.Verify(new VerifierKey(_writer.Key.Name, KeyAlgorithm.WitnessEd25519, _writer.Key.PublicKey), _hash, signature).ShouldBeFalse();
        foreach (var text in new[] { "", "AAAA", " " + signature, signature + "\n", signature[4..], "A" + signature[1..], signature[..8] + "AAAA" + signature[12..], "\ud800" })
            WriterSignature.Verify(_writer.Key, _hash, text).ShouldBeFalse(text);
    }
}
