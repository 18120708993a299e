using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>
/// The conversation with a witness of FiloSottile/torchwood's litewitness, in order. Its statuses are the contract, so an unknown log is answered by 403
/// unless the caller asks for the 404 of C2SP's present text.
/// </summary>
public class WitnessAcceptanceTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_request_of_the_conversation_has_its_answer()
    {
        var set = LedgerSets.Json("tlog-witness", "add-checkpoint-cases.json");
        var publicKey = set.Hex("log_public_key_hex");
        var log = new VerifierKey($"sigsum.org/v1/tree/{Hash.Of(publicKey)}", KeyAlgorithm.Ed25519, publicKey);
        using var witness = new WitnessSigner("example.com/witness", new byte[Ed25519.SeedSize]);
        var (state, count) = ((WitnessState?)null, 0);
        foreach (var test in set.Each("cases"))
        {
            count++;
            var body = Encoding.UTF8.GetBytes(test.Text("request_body"));
            var answer = WitnessDecision.On(body, origin => origin == log.Name ? [log] : [], _ => state, [witness.At(DateTimeOffset.UnixEpoch.AddDays(20_000))]);
            answer.Status.ShouldBe(test.GetProperty("status").GetInt32(), $"case {count}: {answer.Body}");
            if (test.Text("match") == "==")
                answer.Body.ShouldBe(test.Text("body"), $"case {count}");
            else
                answer.Body.ShouldContain(test.Text("body"), Case.Sensitive, $"case {count}");
            (answer.Remember is not null).ShouldBe(answer.Status == 200);
            state = answer.Remember ?? state;
        }

        output.WriteLine($"add-checkpoint-cases: {count} met");
        (count, state!.Size).ShouldBe((9, 5));
    }
}
