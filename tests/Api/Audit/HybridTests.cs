using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Api.Cli;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors;
using Platform.Tests;

namespace Platform.Api.Tests.Audit;

/// <summary>
/// Checkpoints by Ed25519 and ML-DSA-65, from the host to the auditor. On a machine whose OpenSSL is older, <c>./platform test</c> runs this class once more, with a newer one.
/// </summary>
public sealed class HybridTests
{
    // Set where ML-DSA must be there: otherwise a library that doesn't load would look like a machine that is old.
    private static readonly bool _isBorrowed = Environment.GetEnvironmentVariable("PLATFORM_HYBRID") is { Length: > 0 };

    [Fact]
    public async Task A_log_with_both_keys_is_believed_with_both_lines_alone_and_rotates_either()
    {
        Assert.SkipUnless(MlDsa65.IsSupported || _isBorrowed, "not run: ML-DSA needs OpenSSL 3.5 or newer");
        MlDsa65.IsSupported.ShouldBeTrue();
        await using var app = await PlatformApp.StartAsync();
        using var operators = app.Client("operator");
        using var admin = app.Client();
        await SiteAsync(admin);
        var (trust, note) = (await TrustAsync(operators), await NoteAsync(operators));
        trust.HybridFrom.ShouldNotBeNull();
        note.Signatures.Count.ShouldBe(2);
        trust.Check(note).Problems.ShouldBeEmpty();
        (await Health(operators)).ShouldBe(("Healthy", "Signed with Ed25519 and ML-DSA-65."));
        OnlySome(trust, note);

        (await operators.PostAsync("/api/ledger/keys/log/rotate?await=sequenced", new { algorithm = "ML-DSA-65" })).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe(KeyRotation.RotatedType);
        await SiteAsync(admin);
        var (after, later) = (await TrustAsync(operators), await NoteAsync(operators));
        after.Keys.Count(key => key.Key.Algorithm == KeyAlgorithm.MlDsa65).ShouldBe(2);
        (after.HybridFrom, after.Check(later).IsTrusted, after.Check(note).IsTrusted).ShouldBe((trust.HybridFrom, true, true));
        trust.Check(later).Problems.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadCheckpointSignature);

        (await RunAsync(app, Libraries.Ours, "keys", "rotate", "--algorithm", "ML-DSA-65")).ShouldContain("rotated: checkpoints from size");
        var listed = await RunAsync(app, Libraries.Ours, "keys", "list");
        listed.Split('\n').Count(line => line.Contains("log     ML-DSA-65", StringComparison.Ordinal)).ShouldBe(3);
        (await RunAsync(app, Libraries.Ours, "verify")).ShouldContain("no finding");
        if (_isBorrowed)
            (await RunAsync(app, Libraries.OfTheMachine, "verify")).ShouldContain("NOT CHECKED  ML-DSA-65");
    }

    [Fact]
    public async Task A_node_without_the_algorithm_goes_on_with_the_other_on_the_same_directory()
    {
        Assert.SkipUnless(_isBorrowed, "not run: this needs one OpenSSL with ML-DSA and one without, as ./platform test has where it can");
        await using var app = await PlatformApp.StartAsync();
        using (var admin = app.Client())
            await SiteAsync(admin);
        await app.Services.GetRequiredService<IHost>().StopAsync();

        using var node = Start(app, Libraries.OfTheMachine, ["run", "--port", "0"]);
        try
        {
            using var admin = app.Client();
            using var here = new HttpClient { BaseAddress = new Uri(await ReadyAsync(node)) };
            here.DefaultRequestHeaders.Authorization = admin.DefaultRequestHeaders.Authorization;
            await SiteAsync(here);
            var (trust, note) = (await TrustAsync(here), await NoteAsync(here));
            note.Signatures.ShouldHaveSingleItem();
            trust.Check(note).Problems.ShouldHaveSingleItem().Detail.ShouldContain("no ML-DSA-65 signature");
            var (status, said) = await Health(here);
            (status, said.Contains($"from size {trust.HybridFrom} on", StringComparison.Ordinal)).ShouldBe(("Degraded", true), said);
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_rotation_that_is_not_or_cannot_be_checked_stops_the_signatures_and_nothing_else()
    {
        await using var app = await PlatformApp.StartAsync();
        using var admin = app.Client();
        await app.Services.GetRequiredService<CommandRunner>().RunAsync(new Arrival(DocumentStore.PlatformTenant, "test", "test"), 200, async (session, cancel) =>
        {
            var stream = await session.Events.FetchForWriting<LedgerKeys>(LedgerKeys.Id, cancel: cancel);
            var (key, signature) = (Convert.ToBase64String(new byte[MlDsa65.PublicKeySize]), Convert.ToBase64String(new byte[MlDsa65.SignatureSize]));
            var current = stream.Aggregate.Of("log", "ML-DSA-65");
            stream.AppendMany([.. current is null ? new object[] { new KeyRegistered("log", "ML-DSA-65", key) } : [], new KeyRotated("log", "ML-DSA-65", key, current ?? key, signature, signature)]);
            return new Handled(LedgerKeys.Id, stream.StartingVersion, null);
        }, TestContext.Current.CancellationToken);
        for (var attempt = 0; (await Health(admin)).Status != "Degraded" && attempt < 100; attempt++)
            await Task.Delay(50);
        (await Health(admin)).Description.ShouldContain(MlDsa65.IsSupported ? FindingCode.BadKeyAnnouncement : "can't be checked here");
        (await admin.PostAsync("/api/sites", new { name = "Journal", domain = $"{Guid.NewGuid():N}.example", settings = new { } })).ShouldBe(201);
    }

    private enum Libraries
    {
        Ours,
        OfTheMachine,
    }

    // One line alone, or one of another key, isn't enough from that size on.
    private static void OnlySome(LogTrust trust, SignedNote note)
    {
        var (checkpoint, size) = (Checkpoint.Parse(note.Text), Checkpoint.Parse(note.Text).Size);
        var quantum = trust.KeysAt(KeyRole.Log, size).Single(key => key.Key.Algorithm == KeyAlgorithm.MlDsa65).Key;
        var classical = note.Signatures.Single(line => !line.IsBy(quantum));
        using var stranger = new MlDsa65Signer(checkpoint.Origin, new byte[MlDsa65.SeedSize]);
        var foreign = NoteSignature.By(stranger, note.Text);
        foreach (var lines in new[] { $"{classical}\n", $"{note.Signatures.Single(line => line.IsBy(quantum))}\n", $"{classical}\n{foreign}\n", $"{classical}\n{foreign with { KeyId = quantum.Id }}\n" })
            trust.Check(SignedNote.Parse($"{note.Text}\n{lines}")).Problems.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.BadCheckpointSignature);
    }

    private static async Task SiteAsync(HttpClient client) =>
        (await client.PostAsync("/api/sites?await=sequenced", new { name = "Journal", domain = $"{Guid.NewGuid():N}.example", settings = new { } })).ShouldBe(201).Receipt.State.ShouldBe("sequenced");

    private static async Task<LogTrust> TrustAsync(HttpClient client) => LogTrust.Parse((await client.AskAsync("/api/ledger/keys")).ShouldBe(200).Text);

    private static async Task<SignedNote> NoteAsync(HttpClient client) => SignedNote.Parse((await client.AskAsync("/api/ledger/checkpoint")).ShouldBe(200).Text);

    private static async Task<(string Status, string Description)> Health(HttpClient client)
    {
        var check = (await client.AskAsync("/health/ready")).ShouldBe(200).Json.GetProperty("checks").GetProperty("ledger");
        return (check.GetProperty("status").GetString()!, check.GetProperty("description").GetString()!);
    }

    private static Process Start(PlatformApp app, Libraries libraries, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PlatformCommand).Assembly.Location, .. arguments, "--data", app.DataDirectory]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ConnectionStrings__Platform"] = app.Database.OwnerConnectionString;
        if (libraries == Libraries.OfTheMachine)
            start.Environment.Remove("LD_LIBRARY_PATH");
        return Process.Start(start)!;
    }

    private static async Task<string> RunAsync(PlatformApp app, Libraries libraries, params string[] arguments)
    {
        using var verb = Start(app, libraries, arguments);
        var errors = verb.StandardError.ReadToEndAsync();
        var output = await verb.StandardOutput.ReadToEndAsync();
        await verb.WaitForExitAsync();
        verb.ExitCode.ShouldBe(0, $"{output}\n{await errors}");
        return output;
    }

    private static async Task<string> ReadyAsync(Process node)
    {
        _ = node.StandardError.ReadToEndAsync();
        while (await node.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = node.StandardOutput.ReadToEndAsync();
                return line["ready ".Length..];
            }
        throw new InvalidOperationException("./platform run ended before it was ready.");
    }
}
