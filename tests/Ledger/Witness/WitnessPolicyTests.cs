using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class WitnessPolicyTests
{
    private static readonly Ed25519Signer _log = new("example.com/log", Seed(99));
    private static readonly WitnessSigner[] _witnesses = [.. Enumerable.Range(1, 6).Select(n => new WitnessSigner($"w{n}.example", Seed((byte)n)))];

    /// <summary>The structure of C2SP tlog-policy's example.</summary>
    private static readonly string _example = $"""
        # Two of X and one of Y
        log {_log.Key} https://example.com/log

        witness X1 {_witnesses[0].Key}
        witness X2 {_witnesses[1].Key} https://x2.example/
        witness X3 {_witnesses[2].Key}
        	group  X-witnesses	2 X1 X2 X3
        witness Y1 {_witnesses[3].Key}
        witness Y2 {_witnesses[4].Key}
        group Y-witnesses any Y1 Y2
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """;

    [Theory]
    [InlineData("X1 X2 Y1", true)]
    [InlineData("X1 X3 Y2", true)]
    [InlineData("X1 X2 X3 Y1 Y2", true)]
    [InlineData("X1 X2 X3", false)]
    [InlineData("X1 Y1 Y2", false)]
    [InlineData("", false)]
    public void The_standards_example_is_met_by_two_and_one(string cosigned, bool isMet) =>
        WitnessPolicy.Parse(_example).IsMet(cosigned.Split(' ').ToHashSet()).ShouldBe(isMet);

    [Fact]
    public void Logs_and_witnesses_have_their_keys_and_places()
    {
        var policy = WitnessPolicy.Parse(_example);
        policy.Logs.ShouldBe([new PolicyLog(_log.Key, "https://example.com/log")]);
        policy.Witnesses.Select(witness => witness.Name).ShouldBe(["X1", "X2", "X3", "Y1", "Y2"]);
        policy.Witnesses[1].ShouldBe(new PolicyWitness("X2", _witnesses[1].Key, "https://x2.example/"));
    }

    [Fact]
    public void Without_a_quorum_to_meet_nothing_is_needed()
    {
        var policy = WitnessPolicy.Parse("quorum none");
        policy.Quorum.ShouldBeNull();
        policy.IsMet(new HashSet<string>()).ShouldBeTrue();
    }

    [Fact]
    public void A_checkpoint_needs_a_log_of_the_policy_and_its_witnesses()
    {
        var policy = WitnessPolicy.Parse(_example);
        var text = new Checkpoint("example.com/log", 0, MerkleTree.EmptyRoot).ToText();
        policy.Accepts(Signed(text, 0, 1, 3)).ShouldBeTrue();
        policy.Accepts(Signed(text, 0, 1, 5)).ShouldBeFalse();
        policy.Accepts(SignedNote.Sign(text, [At(0), At(1), At(3)])).ShouldBeFalse();
        policy.Accepts(Signed(text.Replace("log", "other", StringComparison.Ordinal), 0, 1, 3)).ShouldBeFalse();
        policy.Accepts(Signed("no checkpoint\n", 0, 1, 3)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "Line 1: the policy ends without a quorum")]
    [InlineData("quorum none\nquorum none", "Line 2: there is a second quorum")]
    [InlineData("\n\nquorum x", "Line 3: x isn't defined above")]
    [InlineData("quorum", "Line 1: a line of this kind is written quorum <name>|none")]
    [InlineData("quorum a b", "Line 1: a line of this kind")]
    [InlineData("# fine\nrule x", "Line 2: a line begins with log, witness, group or quorum, not with rule")]
    [InlineData("quorum none\r\n", "Line 1: there is a control character")]
    [InlineData("log x", "Line 1: this is no verifier key of a log")]
    [InlineData("log W1", "Line 1: this is no verifier key of a log")]
    [InlineData("log LOG\nlog LOG", "Line 2: this log's key was given before")]
    [InlineData("log LOG a b", "Line 1: a line of this kind is written log <vkey> [<url>]")]
    [InlineData("witness a LOG", "Line 1: this is no verifier key of a witness")]
    [InlineData("witness none W1", "Line 1: the name none")]
    [InlineData("witness a W1\nwitness a W2", "Line 2: a is defined twice")]
    [InlineData("witness a W1\nwitness b W1", "Line 2: this witness's key was given before")]
    [InlineData("witness a W1\ngroup g 2 a", "Line 2: a group of 1 needs")]
    [InlineData("witness a W1\ngroup g 0 a", "Line 2: a group of 1 needs")]
    [InlineData("witness a W1\ngroup g +1 a", "Line 2: a group of 1 needs")]
    [InlineData("witness a W1\ngroup g 1 a\ngroup h 1 a", "Line 3: a is a member already")]
    [InlineData("witness a W1\ngroup g all a a", "Line 2: a is a member already")]
    [InlineData("witness a W1\ngroup a all a", "Line 2: a is defined twice")]
    [InlineData("group g any b\nwitness b W1", "Line 1: b isn't defined above")]
    [InlineData("group g any none", "Line 1: none isn't defined above")]
    [InlineData("group g any", "Line 1: a line of this kind is written group <name> all|any|<k> <name>...")]
    public void What_is_wrong_is_said_with_its_line(string text, string message) =>
        Should.Throw<FormatException>(() => WitnessPolicy.Parse(WithKeys(text))).Message.ShouldStartWith(message);

    [Fact]
    public void Thirty_two_of_everything_are_read()
    {
        var lines = Enumerable.Range(0, 32).SelectMany(n => new[]
        {
            $"log {new VerifierKey("l", KeyAlgorithm.Ed25519, Key(n))}", $"witness w{n} {new VerifierKey("w", KeyAlgorithm.WitnessEd25519, Key(n))}", $"group g{n} all w{n}",
        });
        var policy = WitnessPolicy.Parse(string.Join('\n', [.. lines, $"group all 32 {string.Join(' ', Enumerable.Range(0, 32).Select(n => $"g{n}"))}", "quorum all"]));
        policy.IsMet(Enumerable.Range(0, 32).Select(n => $"w{n}").ToHashSet()).ShouldBeTrue();
        policy.IsMet(Enumerable.Range(1, 31).Select(n => $"w{n}").ToHashSet()).ShouldBeFalse();

        static byte[] Key(int n) => [(byte)n, .. new byte[31]];
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_format_exception() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var words = random.GetItems(["log", "witness", "group", "quorum", "none", "all", "any", "1", "2", "a", "b", "W1", "W2", "LOG", "\n", "\n", "#", "\ud800"], 40);
            try
            {
                WitnessPolicy.Parse(WithKeys(string.Join(' ', words)));
            }
            catch (FormatException e)
            {
                e.Message.ShouldStartWith("Line ");
            }
        }));

    private static string WithKeys(string text) => text.Replace("LOG", _log.Key.ToString(), StringComparison.Ordinal)
        .Replace("W1", _witnesses[0].Key.ToString(), StringComparison.Ordinal).Replace("W2", _witnesses[1].Key.ToString(), StringComparison.Ordinal);

    private static SignedNote Signed(string text, params int[] witnesses) => SignedNote.Sign(text, [_log, .. witnesses.Select(At)]);

    private static INoteSigner At(int witness) => _witnesses[witness].At(DateTimeOffset.UnixEpoch);

    private static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, Ed25519.SeedSize)];
}
