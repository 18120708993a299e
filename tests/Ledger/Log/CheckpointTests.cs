using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class CheckpointTests
{
    private const string Root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Fact]
    public void A_checkpoint_is_written_and_read()
    {
        var checkpoint = new Checkpoint("example.com/log", 12, MerkleTree.EmptyRoot, ["one", "two words"]);
        checkpoint.ToText().ShouldBe($"example.com/log\n12\n{Root}\none\ntwo words\n");
        Checkpoint.Parse(checkpoint.ToText()).ShouldBe(checkpoint);
        Checkpoint.Parse($"o\n9223372036854775807\n{Root}\n").Size.ShouldBe(long.MaxValue);
        Checkpoint.Parse($"origin with spaces\n0\n{Root}\n").Extensions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData($"\n1\n{Root}\n")]
    [InlineData("o\n1\n\n")]
    [InlineData("o\n1\n")]
    [InlineData($"o\n1\n{Root}")]
    [InlineData($"o\n01\n{Root}\n")]
    [InlineData($"o\n+1\n{Root}\n")]
    [InlineData($"o\n-1\n{Root}\n")]
    [InlineData($"o\n 1\n{Root}\n")]
    [InlineData($"o\n\n{Root}\n")]
    [InlineData($"o\n9223372036854775808\n{Root}\n")]
    [InlineData($"o\n1\n{Root} \n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n")]
    [InlineData("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n")]
    [InlineData($"o\n1\n{Root}\n\n")]
    [InlineData($"o\n1\n{Root}\n\nx\n")]
    [InlineData($"o\r\n1\n{Root}\n")]
    public void Another_spelling_is_refused(string? text) => Checkpoint.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void What_is_refused_is_refused_with_a_format_exception() => Should.Throw<FormatException>(() => Checkpoint.Parse("o\n1\n"));

    [Fact]
    public void Each_text_is_read_in_one_way() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = new Checkpoint("o/1", random.NextInt64(), NaiveTree.Leaf(seed), random.Next(2) == 0 ? [] : ["e"]).ToText().ToCharArray();
            text[random.Next(text.Length)] = random.GetItems("\n 0159+=/aZ\t".AsSpan(), 1)[0];
            if (Checkpoint.TryParse(new string(text), out var checkpoint))
                checkpoint.ToText().ShouldBe(new string(text));
        }));
}
