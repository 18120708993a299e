using System.Text.Json;
using Platform.Api.Tests.Hosting;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

public sealed class VerifyBundleTests : IDisposable
{
    private const string Origin = "platform.example/eu-1/1";

    private static readonly Ed25519Signer _key = new(Origin, new byte[Ed25519.SeedSize]);
    private static readonly LogTrust _trust = new([new TrustedKey(KeyRole.Log, _key.Key, 0, null)], []);

    private readonly ScratchDirectory _scratch = new();

    public VerifyBundleTests() => Directory.CreateDirectory(_scratch.Path);

    [Fact]
    public async Task A_clean_bundle_exits_0_and_moves_the_checkpoint_in_the_trust_file_on()
    {
        await WriteAsync(5);
        await File.WriteAllTextAsync(TrustFile, _trust.ToJson());
        var (code, output, _) = await VerifyAsync("--trust", TrustFile);
        output.ShouldContain("verified: 5 events of all tenants, indices 0 to 5 of platform.example/eu-1/1, no finding");
        output.ShouldNotContain("NOT CHECKED");
        code.ShouldBe(0);
        Checkpoint.Parse(LogTrust.Parse(await File.ReadAllTextAsync(TrustFile)).Checkpoint!.Text).Size.ShouldBe(5);
        Directory.GetFiles(_scratch.Path).Length.ShouldBe(2);

        await WriteAsync(3);
        (code, output, _) = await VerifyAsync("--trust", TrustFile);
        (code, output.Contains("STALE", StringComparison.Ordinal)).ShouldBe((1, true));
        Checkpoint.Parse(LogTrust.Parse(await File.ReadAllTextAsync(TrustFile)).Checkpoint!.Text).Size.ShouldBe(5);
    }

    [Fact]
    public async Task Findings_exit_1_in_json_and_leave_the_trust_file_alone()
    {
        await WriteAsync(5, tampered: 2);
        await File.WriteAllTextAsync(TrustFile, _trust.ToJson());
        var (code, output, _) = await VerifyAsync("--trust", TrustFile, "--json");
        code.ShouldBe(1);
        var json = JsonDocument.Parse(output).RootElement;
        (json.GetProperty("ok").GetBoolean(), json.GetProperty("checked").GetInt64()).ShouldBe((false, 5));
        var finding = json.GetProperty("findings").EnumerateArray().ShouldHaveSingleItem();
        (finding.GetProperty("code").GetString(), finding.GetProperty("tenant").GetString(), finding.GetProperty("version").GetInt64(), finding.GetProperty("index").GetInt64())
            .ShouldBe((FindingCode.PayloadMismatch, "tenant-a", 3, 2));
        (await File.ReadAllTextAsync(TrustFile)).ShouldBe(_trust.ToJson());
    }

    [Fact]
    public async Task Without_a_trust_file_it_says_that_nobody_vouches_for_the_keys()
    {
        await WriteAsync(1);
        var (code, output, _) = await VerifyAsync();
        (code, output.Contains("NOT CHECKED  Whose keys these are", StringComparison.Ordinal)).ShouldBe((0, true));
    }

    [Fact]
    public async Task What_is_no_bundle_exits_2()
    {
        await File.WriteAllTextAsync(BundleFile, "no tar");
        (await VerifyAsync()).ShouldBe((2, "", "The bundle couldn't be verified: The bundle is empty or cut off.\n"));
        await WriteAsync(1);
        (await VerifyAsync("--trust", TrustFile)).Code.ShouldBe(2);
        (await VerifyAsync("--stream", Guid.Empty.ToString())).Code.ShouldBe(2);
    }

    public void Dispose() => _scratch.Dispose();

    private string BundleFile => Path.Combine(_scratch.Path, "bundle.tar");

    private string TrustFile => Path.Combine(_scratch.Path, "trust.json");

    private async Task<(int Code, string Output, string Error)> VerifyAsync(params string[] arguments)
    {
        using var program = ClusterChild.Start(["verify", "--bundle", BundleFile, .. arguments]);
        var error = program.Process.StandardError.ReadToEndAsync();
        var output = await program.Process.StandardOutput.ReadToEndAsync();
        await program.Process.WaitForExitAsync();
        return (program.Process.ExitCode, output, await error);
    }

    private async Task WriteAsync(int count, int? tampered = null)
    {
        var (suite, stream, events) = (new L1(), new Guid(1, 0, 0, new byte[8]), new List<BundleEvent>());
        var (metadata, body) = (suite.Metadata(null, null, null), "{\"n\": 1}"u8.ToArray());
        var (payload, prev) = (suite.Payload(body, null), suite.Genesis("tenant-a", stream));
        for (var n = 0; n < count; n++)
        {
            var fields = new EventFields(new Guid(n, 1, 0, new byte[8]), n + 1, "item_edited", DateTimeOffset.UnixEpoch, payload, metadata);
            var hash = suite.Event(Origin, "tenant-a", stream, fields, prev);
            events.Add(new BundleEvent(n, 1, "tenant-a", stream, n + 1, fields.Id, fields.Type, fields.Timestamp, n == tampered ? "{\"n\": 2}"u8.ToArray() : body,
                null, null, null, null, prev, hash, ChainEntry.Check(payload), ChainEntry.Check(metadata), null));
            prev = hash;
        }

        Hash[] leaves = [.. events.Select(e => L1.Leaf(e.Hash))];
        await using var output = File.Create(BundleFile);
        await using var bundle = new BundleWriter(output, new BundleAbout(Origin, new Dictionary<int, string> { [1] = Origin }, null, 0, count, "2026-01-01T00:00:00.000000Z"));
        await bundle.WriteAboutAsync(_trust, SignedNote.Sign(new Checkpoint(Origin, count, MerkleTree.Root(leaves)).ToText(), [_key]).ToString());
        await bundle.WriteTileAsync(new TileId(0, 0, count), leaves.SelectMany(leaf => leaf.Bytes.ToArray()).ToArray());
        foreach (var e in events)
            await bundle.WriteEventAsync(e);
    }
}
