using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Audit;

/// <summary>Rotations change what everything after them is signed with: on a host of their own.</summary>
public sealed class KeyRotationOverHttpTests
{
    [Fact]
    public async Task After_a_rotation_checkpoints_and_events_are_signed_by_the_new_keys_and_everything_before_still_holds()
    {
        await using var app = await PlatformApp.StartAsync();
        using var operators = app.Client("operator");
        using var admin = app.Client();
        var before = TrustOf(await operators.AskAsync("/api/ledger/keys"));
        var old = SignedNote.Parse((await operators.AskAsync("/api/ledger/checkpoint")).ShouldBe(200).Text);
        foreach (var role in new[] { "log", "writer" })
            (await operators.PostAsync($"/api/ledger/keys/{role}/rotate?await=sequenced")).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe(KeyRotation.RotatedType);
        (await admin.PutAsync("/api/ledger/settings?await=sequenced", new { publicVerification = true })).ShouldBe(200).Receipt.State.ShouldBe("sequenced");

        var after = TrustOf(await operators.AskAsync("/api/ledger/keys"));
        after.Keys.Count.ShouldBe(before.Keys.Count + 2);
        var note = SignedNote.Parse((await operators.AskAsync("/api/ledger/checkpoint")).ShouldBe(200).Text);
        after.Check(note).Problems.ShouldBeEmpty();
        after.Check(old).Problems.ShouldBeEmpty();
        before.Check(note).Problems.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadCheckpointSignature);
        Directory.GetFiles(Path.Combine(app.DataDirectory, "keys"), "*.pem").Length.ShouldBe(4 + (MlDsa65.IsSupported ? 1 : 0));
        if (!OperatingSystem.IsWindows())
            foreach (var file in Directory.GetFiles(Path.Combine(app.DataDirectory, "keys")))
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var findings = new List<Finding>();
        await using var database = new EventStore.Database(app.Database.Connections);
        await new EventStore.LedgerVerification(database.Auditor).RunAsync(null, null, findings.Add);
        findings.ShouldBeEmpty();
    }

    private static LogTrust TrustOf(Answer answer) => LogTrust.Parse(answer.ShouldBe(200).Text);
}
