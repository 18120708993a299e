using System.Text;
using System.Text.Json;

namespace Platform.Ledger.Tests;

/// <summary>Notes and keys of golang.org/x/mod's sumdb/note, C2SP signed-note and transparency-dev/formats.</summary>
public class SignedNoteAcceptanceTests(ITestOutputHelper output)
{
    private const string Set = "signed-note";

    [Fact]
    public void Every_note_is_opened_or_refused_as_it_must()
    {
        var count = 0;
        foreach (var test in LedgerSets.Json(Set, "open-cases.json").EnumerateArray())
        {
            count++;
            var name = test.Text("name");
            VerifierKey[] keys = [.. test.Each("keys").Select(key => VerifierKey.Parse(key.GetString()!))];
            var verification = SignedNote.TryParse(test.Text("note"), out var note) ? note.Verify(keys) : null;
            switch (test.Text("expect"))
            {
                case "ok":
                    verification.ShouldNotBeNull(name).Verdict.ShouldBe(NoteVerdict.Verified, name);
                    verification.Keys.Select(key => key.Name).ShouldBe(Names(test, "verified"), name);
                    verification.Ignored.Select(signature => signature.Name).ShouldBe(Names(test, "ignored"), name);
                    break;
                case "unverified":
                    verification.ShouldNotBeNull(name).Verdict.ShouldBe(NoteVerdict.Unverified, name);
                    break;
                default:
                    if (test.Text("error") == "malformed note")
                        verification.ShouldBeNull(name);
                    else
                        verification.ShouldNotBeNull(name).Verdict.ShouldBe(NoteVerdict.Rejected, name);
                    break;
            }
        }

        output.WriteLine($"open-cases: {count} met");
        count.ShouldBe(16);
    }

    [Fact]
    public void Every_verifier_key_is_read_or_refused_as_it_must()
    {
        var count = 0;
        foreach (var test in LedgerSets.Json(Set, "vkey-cases.json").EnumerateArray())
        {
            count++;
            var isValid = test.GetProperty("valid").GetBoolean();
            VerifierKey.TryParse(test.Text("vkey"), out var key).ShouldBe(isValid, test.Text("vkey"));
            if (key is { Algorithm: not KeyAlgorithm.WitnessMlDsa44 })
                key.ToString().ShouldBe(test.Text("vkey"));
        }

        output.WriteLine($"vkey-cases: {count} met");
        count.ShouldBe(9);
    }

    /// <summary>The set's ML-DSA-44 key is left out: its id isn't the hash of its key, and so is no check on it.</summary>
    [Fact]
    public void Every_part_of_a_verifier_key_and_every_byte_counted_up_is_refused()
    {
        string[] vkeys = [.. LedgerSets.Json(Set, "vkey-cases.json").EnumerateArray().Where(test => test.GetProperty("valid").GetBoolean()).Select(test => test.Text("vkey"))];
        foreach (var vkey in vkeys.Where(vkey => VerifierKey.Parse(vkey).Algorithm != KeyAlgorithm.WitnessMlDsa44))
            for (var i = 0; i < vkey.Length; i++)
            {
                VerifierKey.TryParse(vkey[..i], out _).ShouldBeFalse(vkey[..i]);
                VerifierKey.TryParse(vkey[(i + 1)..], out _).ShouldBeFalse(vkey[(i + 1)..]);
                var counted = vkey[..i] + (char)(vkey[i] + 1) + vkey[(i + 1)..];
                VerifierKey.TryParse(counted, out _).ShouldBeFalse(counted);
            }
    }

    [Fact]
    public void The_tree_note_has_its_text()
    {
        var test = LedgerSets.Json(Set, "tree-note.json");
        var checkpoint = new Checkpoint("go.sum database tree", test.GetProperty("size").GetInt64(), Hash.Of([0, .. Encoding.UTF8.GetBytes(test.Text("record"))]));
        checkpoint.ToText().ShouldBe(test.Text("text"));
        Checkpoint.Parse(test.Text("text")).ShouldBe(checkpoint);
    }

    private static IEnumerable<string> Names(JsonElement test, string member) => test.Each(member).Select(name => name.GetString()!);
}
