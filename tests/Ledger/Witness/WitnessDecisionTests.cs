using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class WitnessDecisionTests
{
    private const string Origin = "example.com/log";

    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000);
    private static readonly Hash[] _leaves = NaiveTree.Leaves(20);
    private static readonly Ed25519Signer _log = new(Origin, Seed(1));
    private static readonly WitnessSigner _witness = new("witness.example/w1", Seed(2));

    [Fact]
    public void A_first_checkpoint_is_cosigned_and_remembered()
    {
        var request = Request(0, 7);
        var answer = On(request, null);
        (answer.Status, answer.Remember).ShouldBe((200, new WitnessState(7, Root(7))));
        answer.Body.ShouldEndWith("\n");
        NoteSignature.TryParse(answer.Body[..^1], out var cosignature).ShouldBeTrue();
        request.Note.With(cosignature).Verify([_log.Key, _witness.Key]).Keys.ShouldBe([_log.Key, _witness.Key]);
        Cosignature.Time(cosignature.Bytes.Span).ShouldBe(1_700_000_000);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(7, 20)]
    [InlineData(8, 16)]
    [InlineData(20, 20)]
    public void A_checkpoint_that_continues_the_last_one_is_cosigned(int from, int to) =>
        On(Request(from, to), State(from)).Remember.ShouldBe(State(to));

    [Theory]
    [InlineData(0, 20, 7)]
    [InlineData(3, 20, 7)]
    [InlineData(9, 20, 7)]
    [InlineData(3, 20, 0)]
    public void Another_old_size_is_answered_with_the_one_that_is_remembered(int from, int to, int remembered)
    {
        var answer = On(Request(from, to), State(remembered));
        (answer.Status, answer.ContentType, answer.Body, answer.Remember).ShouldBe((409, "text/x.tlog.size", $"{remembered}\n", null));
    }

    [Fact]
    public void A_checkpoint_smaller_than_its_old_size_is_malformed() =>
        On(new AddCheckpoint(9, [], Note(7, Root(7)), new Checkpoint(Origin, 7, Root(7))), State(9)).Status.ShouldBe(400);

    [Fact]
    public void A_log_that_was_rewritten_is_not_cosigned()
    {
        var forged = new AddCheckpoint(7, [], Note(7, Root(8)), new Checkpoint(Origin, 7, Root(8)));
        (On(forged, State(7)).Status, On(forged, State(7)).Remember).ShouldBe((409, null));
        On(Request(7, 20), new WitnessState(7, Root(8))).Status.ShouldBe(422);
        On(Request(7, 20) with { Proof = [] }, State(7)).Status.ShouldBe(422);
        On(Request(0, 7) with { Proof = [Root(1)] }, null).Status.ShouldBe(422);
        On(Request(7, 7) with { Proof = [Root(1)] }, State(7)).Status.ShouldBe(422);
    }

    [Fact]
    public void The_empty_log_is_cosigned_under_its_own_root_alone()
    {
        On(Request(0, 0), null).Status.ShouldBe(200);
        On(new AddCheckpoint(0, [], Note(0, Root(1)), new Checkpoint(Origin, 0, Root(1))), null).Status.ShouldBe(422);
    }

    [Fact]
    public void An_unknown_log_is_forbidden_or_not_found_and_a_stranger_is_forbidden()
    {
        WitnessDecision.On(Request(0, 7), [], null, [_witness.At(_now)]).Status.ShouldBe(403);
        WitnessDecision.On(Request(0, 7), [], null, [_witness.At(_now)], unknownLog: 404).Status.ShouldBe(404);
        using var stranger = new Ed25519Signer(Origin, Seed(3));
        WitnessDecision.On(Request(0, 7), [stranger.Key], null, [_witness.At(_now)]).Status.ShouldBe(403);
    }

    [Fact]
    public void A_body_that_is_too_long_or_malformed_is_refused()
    {
        Status(new byte[AddCheckpoint.LongestBody + 1]).ShouldBe(413);
        Status([]).ShouldBe(400);
        var body = Request(7, 20).ToString();
        Status(body).ShouldBe(200);
        foreach (var (part, other) in new[]
        {
            ("old 7\n", "old 07\n"), ("old 7\n", "old -7\n"), ("old 7\n", "Old 7\n"), ("old 7\n", "old 7 \n"), ("old 7\n", "\nold 7\n"), ("old 7\n", ""),
            ("old 7\n", "old 7\nAAAA\n"), ("\n20\n", "\n020\n"), ("\n20\n", "\n"),
        })
            Status(body.Replace(part, other, StringComparison.Ordinal)).ShouldBe(400, other);
        var line = Convert.ToBase64String(Root(1).Bytes) + "\n";
        Status(body.Replace("old 7\n", "old 7\n" + string.Concat(Enumerable.Repeat(line, 64)), StringComparison.Ordinal)).ShouldBe(400);
        Status(body.Replace("old 7\n", "old 7\n" + line, StringComparison.Ordinal)).ShouldBe(422);
    }

    [Fact]
    public void A_request_is_read_as_it_was_written_and_random_bytes_are_malformed()
    {
        for (var to = 1; to <= 20; to++)
            for (var from = 0; from <= to; from++)
            {
                AddCheckpoint.TryParse(Encoding.UTF8.GetBytes(Request(from, to).ToString()), out var read).ShouldBeTrue();
                read.ToString().ShouldBe(Request(from, to).ToString());
            }

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 255)).ToArbitrary(), bytes =>
            Status([.. bytes.Select(b => (byte)b)]).ShouldBe(400)));
    }

    private static int Status(string body) => Status(Encoding.UTF8.GetBytes(body));

    private static int Status(byte[] body) => WitnessDecision.On(body, _ => [_log.Key], _ => State(7), [_witness.At(_now)]).Status;

    private static WitnessAnswer On(AddCheckpoint request, WitnessState? state) => WitnessDecision.On(request, [_log.Key], state, [_witness.At(_now)]);

    private static AddCheckpoint Request(int from, int to) => new(
        from, from == 0 ? [] : NaiveTree.Consistency(from, _leaves.AsSpan(0, Math.Max(from, to))), Note(to, Root(to)), new Checkpoint(Origin, to, Root(to)));

    private static WitnessState State(int size) => new(size, Root(size));

    private static SignedNote Note(int size, Hash root) => SignedNote.Sign(new Checkpoint(Origin, size, root).ToText(), [_log]);

    private static Hash Root(int size) => NaiveTree.Root(_leaves.AsSpan(0, size));

    private static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, Ed25519.SeedSize)];
}
