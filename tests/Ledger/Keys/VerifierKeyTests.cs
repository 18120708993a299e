namespace Platform.Ledger.Tests;

public class VerifierKeyTests
{
    // The example of C2SP signed-note.
    private const string Example = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    [Fact]
    public void A_key_is_read_and_written()
    {
        var key = VerifierKey.Parse(Example);
        (key.Name, key.Algorithm, key.Id, key.ToString()).ShouldBe(("example.com/foo", KeyAlgorithm.Ed25519, 0x530d903au, Example));
    }

    [Fact]
    public void Keys_are_compared_by_value()
    {
        VerifierKey.Parse(Example).ShouldBe(VerifierKey.Parse(Example));
        VerifierKey.Parse(Example).GetHashCode().ShouldBe(VerifierKey.Parse(Example).GetHashCode());
        new VerifierKey("a", KeyAlgorithm.Ed25519, new byte[32]).ShouldNotBe(new VerifierKey("a", KeyAlgorithm.WitnessEd25519, new byte[32]));
        new VerifierKey("a", KeyAlgorithm.Ed25519, new byte[32]).ShouldNotBe(new VerifierKey("b", KeyAlgorithm.Ed25519, new byte[32]));
    }

    [Theory]
    [InlineData(KeyAlgorithm.Ed25519, 32)]
    [InlineData(KeyAlgorithm.WitnessEd25519, 32)]
    [InlineData(KeyAlgorithm.WitnessMlDsa44, 1312)]
    [InlineData(KeyAlgorithm.MlDsa65, 1952)]
    public void Each_algorithm_has_its_length_and_is_read_back(KeyAlgorithm algorithm, int length)
    {
        var key = new VerifierKey("example.com/log", algorithm, Enumerable.Range(0, length).Select(n => (byte)n).ToArray());
        VerifierKey.Parse(key.ToString()).ShouldBe(key);
        Should.Throw<ArgumentException>(() => new VerifierKey("example.com/log", algorithm, new byte[length - 1]));
    }

    [Fact]
    public void The_id_of_a_witness_key_of_ml_dsa_44_is_computed_whatever_is_written()
    {
        var key = new VerifierKey("w", KeyAlgorithm.WitnessMlDsa44, new byte[1312]);
        var written = key.ToString();
        VerifierKey.Parse("w+00000000" + written[10..]).ShouldBe(key);
        VerifierKey.TryParse("w+0000000g" + written[10..], out _).ShouldBeFalse();
        VerifierKey.Parse("w+00000000" + written[10..]).ToString().ShouldBe(written);
    }

    [Fact]
    public void The_id_of_an_ml_dsa_65_key_covers_the_algorithms_name()
    {
        var key = new VerifierKey("n", KeyAlgorithm.MlDsa65, new byte[1952]);
        var digest = Hash.Of([.. "n\n"u8, 0xff, .. "ML-DSA-65"u8, .. new byte[1952]]);
        key.ToString().ShouldStartWith($"n+{digest.ToString()[..8]}+/01MLURTQS02N");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\u2003b")]
    [InlineData("a\n")]
    public void A_name_that_a_line_could_not_hold_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => new VerifierKey(name, KeyAlgorithm.Ed25519, new byte[32]));

    [Theory]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")]
    [InlineData("example.com/foo+530d903a+")]
    [InlineData(null)]
    public void Another_spelling_is_refused(string? vkey) => VerifierKey.TryParse(vkey, out _).ShouldBeFalse();
}
