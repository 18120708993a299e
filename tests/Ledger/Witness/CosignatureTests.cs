using System.Text;

namespace Platform.Ledger.Tests;

public class CosignatureTests
{
    // The example checkpoint of C2SP tlog-cosignature.
    private const string Text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    private static readonly DateTimeOffset _time = DateTimeOffset.FromUnixTimeSeconds(1679315147);
    private static readonly WitnessSigner _witness = new("witness.example.com/w1", new byte[Ed25519.SeedSize]);

    [Fact]
    public void The_message_is_that_of_the_standards_example() =>
        Encoding.UTF8.GetString(Cosignature.Message(Text, 1679315147)).ShouldBe("cosignature/v1\ntime 1679315147\n" + Text);

    [Fact]
    public void A_cosignature_carries_its_time_and_is_verified()
    {
        var line = NoteSignature.By(_witness.At(_time.AddMilliseconds(900)), Text);
        line.Bytes.Length.ShouldBe(8 + Ed25519.SignatureSize);
        Cosignature.Time(line.Bytes.Span).ShouldBe(1679315147);
        _witness.Key.Verify(Text, line.Bytes.Span).ShouldBeTrue();
    }

    [Fact]
    public void Another_time_text_key_or_length_is_refused()
    {
        var bytes = NoteSignature.By(_witness.At(_time), Text).Bytes.ToArray();
        _witness.Key.Verify(Text.Replace('3', '4'), bytes).ShouldBeFalse();
        _witness.Key.Verify(Text, bytes.AsSpan(0, bytes.Length - 1)).ShouldBeFalse();
        _witness.Key.Verify(Text, bytes.AsSpan(0, 8)).ShouldBeFalse();
        _witness.Key.Verify(Text, []).ShouldBeFalse();
        using var another = new WitnessSigner("witness.example.com/w1", [.. Enumerable.Repeat((byte)9, 32)]);
        another.Key.Verify(Text, bytes).ShouldBeFalse();
        bytes[7] ^= 1;
        _witness.Key.Verify(Text, bytes).ShouldBeFalse();
    }

    [Fact]
    public void A_time_past_2_to_the_63_is_none() => Cosignature.Time([0x80, 0, 0, 0, 0, 0, 0, 0, 1]).ShouldBeNull();

    [Fact]
    public void What_is_no_checkpoint_has_no_cosignature() =>
        _witness.Key.Verify("text\n", NoteSignature.By(_witness.At(_time), "text\n").Bytes.Span).ShouldBeFalse();

    [Fact]
    public void A_time_before_1970_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => _witness.At(DateTimeOffset.UnixEpoch.AddSeconds(-1)));

    [Fact]
    public void The_message_for_ml_dsa_names_witness_time_origin_and_tree()
    {
        var message = Cosignature.SubtreeMessage("w", Checkpoint.Parse("log\n258\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\next\n"), 1679315147);
        byte[] expected =
        [
            .. "subtree/v1\n\0"u8, 1, .. "w"u8, 0, 0, 0, 0, 0x64, 0x18, 0x50, 0xcb, 3, .. "log"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2,
            .. MerkleTree.EmptyRoot.Bytes,
        ];
        message.ShouldBe(expected);
        Should.Throw<ArgumentException>(() => Cosignature.SubtreeMessage(new string('w', 256), Checkpoint.Parse(Text), 0));
    }
}
