using System.Text.Json;
using Platform.Api.Tests.Content;
using Platform.Api.Tests.Samples;
using Platform.Ledger;

namespace Platform.Api.Tests.Audit;

/// <summary>The public log as clients of C2SP's formats ask for it, and proofs that hold for themselves.</summary>
public sealed class LedgerOverHttpTests(SharedApp shared) : OverHttp(shared)
{
    private HttpClient Auditor => field ??= As("auditor");

    [Fact]
    public async Task The_checkpoint_is_signed_by_the_key_that_the_log_announces()
    {
        await SiteAsync("sequenced");
        var trust = LogTrust.Parse((await Auditor.AskAsync("/api/ledger/keys")).ShouldBe(200).Text);
        var answer = (await Auditor.AskAsync("/api/ledger/checkpoint")).ShouldBe(200);
        answer.Header("Content-Type").ShouldBe("text/plain; charset=utf-8");
        var check = trust.Check(SignedNote.Parse(answer.Text));
        check.Problems.ShouldBeEmpty();
        answer.Header("X-Ledger-Index").ShouldBe($"{check.Checkpoint!.Size - 1}");
        trust.Keys.Select(key => key.Role).Distinct().ShouldBe([KeyRole.Log, KeyRole.Writer], ignoreOrder: true);
    }

    [Fact]
    public async Task A_receipt_is_provable_by_its_events_id_and_by_nothing_else()
    {
        var receipt = await SiteAsync("sequenced");
        receipt.State.ShouldBe("sequenced");
        var e = receipt.Events[0];
        var trust = LogTrust.Parse((await Auditor.AskAsync("/api/ledger/keys")).ShouldBe(200).Text);
        var text = (await Auditor.AskAsync($"/api/ledger/proof?event={e.Id}")).ShouldBe(200).Text;
        var proof = TlogProof.Parse(text);
        proof.Verify(L1.Leaf(Hash.Parse(e.Hash)), trust).ShouldBeEmpty();
        proof.Verify(L1.Leaf(Hash.Of([1])), trust).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.RootMismatch);
        (await Auditor.AskAsync($"/api/ledger/proof?event={e.Id}&sequence={e.Sequence}")).ShouldBe(200);
        (await Auditor.AskAsync($"/api/ledger/proof?event={e.Id}&sequence={e.Sequence + 1}")).ShouldBeProblem(404, "not-found");
        (await Auditor.AskAsync($"/api/ledger/proof?event={Guid.CreateVersion7()}")).ShouldBeProblem(404, "not-found");
        (await Auditor.AskAsync($"/api/ledger/proof?event={Guid.NewGuid()}")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"/api/ledger/proof?event={e.Id}")).ShouldBeProblem(404, "not-found");
        (await Stranger().AskAsync($"/api/ledger/proof?event={e.Id}&sequence={e.Sequence}")).ShouldBeProblem(404, "not-found");
        (await Auditor.AskAsync("/api/ledger/proof")).ShouldBeProblem(422, "invalid", "event");
    }

    [Fact]
    public async Task A_verifier_that_nobody_here_wrote_accepts_a_real_proof_and_refuses_mutations_of_it()
    {
        await SigstoreTests.InstallAsync();
        var e = (await SiteAsync("sequenced")).Events[0];
        var trust = LogTrust.Parse((await Auditor.AskAsync("/api/ledger/keys")).ShouldBe(200).Text);
        var proof = TlogProof.Parse((await Auditor.AskAsync($"/api/ledger/proof?event={e.Id}")).ShouldBe(200).Text);
        var key = trust.KeysAt(KeyRole.Log, Checkpoint.Parse(proof.Checkpoint.Text).Size).First(k => k.Key.Algorithm == KeyAlgorithm.Ed25519);
        (await SigstoreTests.CheckAsync(Convert.ToBase64String(key.Key.PublicKey.Span), proof.Checkpoint.ToString(), Hash.Parse(e.Hash), proof.Index, proof.Hashes)).ShouldBe(0);
    }

    [Fact]
    public async Task A_later_checkpoint_is_provably_a_continuation_of_an_earlier_one()
    {
        await SiteAsync("sequenced");
        var earlier = await CheckpointAsync();
        await SiteAsync("sequenced");
        var later = await CheckpointAsync();
        var lines = (await Auditor.AskAsync($"/api/ledger/proof?from={earlier.Size}&to={later.Size}")).ShouldBe(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        MerkleTree.VerifyConsistency(earlier.Size, later.Size, [.. lines.Select(line => new Hash(Convert.FromBase64String(line)))], earlier.Root, later.Root).ShouldBeTrue();
        (await Auditor.AskAsync($"/api/ledger/proof?from={later.Size}&to={earlier.Size}")).ShouldBeProblem(422, "invalid", "to");
        (await Auditor.AskAsync("/api/ledger/proof?from=0")).ShouldBeProblem(422, "invalid", "from");
        (await Auditor.AskAsync($"/api/ledger/proof?from=1&to={long.MaxValue}")).ShouldBeProblem(422, "invalid", "to");
    }

    [Fact]
    public async Task Tiles_and_entries_give_the_checkpoints_root()
    {
        await SiteAsync("sequenced");
        var checkpoint = await CheckpointAsync();
        var frontier = new TreeFrontier();
        foreach (var tile in TileMath.Of(checkpoint.Size).Where(tile => tile.Level == 0))
        {
            var hashes = await BytesAsync(tile.ToString());
            var entries = EntryBundle.Decode(await BytesAsync((tile with { Level = null }).ToString()));
            entries.Count.ShouldBe(tile.Width);
            for (var n = 0; n < tile.Width; n++)
            {
                var leaf = L1.Leaf(new Hash(entries[n].Span));
                leaf.ShouldBe(new Hash(hashes.AsSpan(n * Hash.Size, Hash.Size)));
                frontier.Append(leaf);
            }
        }
        frontier.Root.ShouldBe(checkpoint.Root);
    }

    [Theory]
    [InlineData("0/999999999", 422)]
    [InlineData("0/x999/x999/999", 404)]
    [InlineData("9/000", 404)]
    [InlineData("0/000.p/0", 422)]
    [InlineData("0/000.p/256", 422)]
    [InlineData("entries/x000/000", 422)]
    [InlineData("0/..%2f000", 422)]
    [InlineData("64/000", 422)]
    [InlineData("x", 422)]
    public async Task A_tile_that_is_none_is_refused_by_name(string path, int status) =>
        (await Auditor.AskAsync($"/api/ledger/tile/{path}")).ShouldBeProblem(status, status == 404 ? "not-found" : "invalid", status == 404 ? null : "tile");

    [Fact]
    public async Task An_event_is_shown_with_all_that_its_hash_is_made_of()
    {
        var receipt = await SiteAsync("sequenced");
        var e = (await Auditor.AskAsync($"/api/ledger/events/{receipt.Events[0].Id}")).ShouldBe(200).Json;
        string? Text(string name) => e.GetProperty(name).GetString();
        var suite = new L1();
        var fields = new EventFields(e.GetProperty("id").GetGuid(), e.GetProperty("version").GetInt64(), Text("type")!, e.GetProperty("timestamp").GetDateTimeOffset(),
            suite.Payload(Text("data")!, null), suite.Metadata(Text("correlation"), Text("causation"), Text("headers")));
        (fields.Payload.ToString(), fields.Metadata.ToString()).ShouldBe((Text("payload"), Text("metadata")));
        suite.Event(Text("origin")!, Tenant, receipt.StreamId, fields, Hash.Parse(Text("prev")!)).ToString().ShouldBe(receipt.Events[0].Hash);
        (Text("hash"), Text("leaf")).ShouldBe((receipt.Events[0].Hash, L1.Leaf(Hash.Parse(receipt.Events[0].Hash)).ToString()));
        e.GetProperty("writer").ValueKind.ShouldBe(JsonValueKind.Null);
        (await Stranger().AskAsync($"/api/ledger/events/{receipt.Events[0].Id}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Another_shard_is_not_found_and_this_ones_name_is_the_last_part_of_the_logs()
    {
        await SiteAsync("sequenced");
        var shard = (await CheckpointAsync()).Origin.Split('/')[^2];
        (await Auditor.AskAsync($"/api/ledger/shards/{shard}/checkpoint")).ShouldBe(200);
        (await Auditor.AskAsync("/api/ledger/shards/elsewhere/checkpoint")).ShouldBeProblem(404, "not-found");
        (await Auditor.AskAsync($"/api/ledger/shards/{shard}/tile/0/000")).Status.ShouldBeOneOf(200, 404);
    }

    [Fact]
    public async Task A_tenant_may_let_everybody_verify_and_take_it_back()
    {
        var e = (await SiteAsync("sequenced")).Events[0];
        var open = $"/api/ledger/public/{Tenant}";
        (await Nobody().AskAsync($"{open}/checkpoint")).ShouldBeProblem(404, "not-found");
        (await As("editor").PutAsync("/api/ledger/settings", new { publicVerification = true })).ShouldBeProblem(403, "forbidden");
        (await Admin.PutAsync("/api/ledger/settings", new { })).ShouldBeProblem(422, "invalid", "publicVerification");
        (await Admin.PutAsync("/api/ledger/settings", new { publicVerification = true })).ShouldBe(200).Receipt.Events.ShouldHaveSingleItem().Type.ShouldBe("audit.public-verification-allowed");
        (await Auditor.AskAsync("/api/ledger/settings")).ShouldBe(200).Json.GetProperty("publicVerification").GetBoolean().ShouldBeTrue();
        var trust = LogTrust.Parse((await Nobody().AskAsync($"{open}/keys")).ShouldBe(200).Text);
        TlogProof.Parse((await Nobody().AskAsync($"{open}/proof?event={e.Id}")).ShouldBe(200).Text).Verify(L1.Leaf(Hash.Parse(e.Hash)), trust).ShouldBeEmpty();
        trust.Check(SignedNote.Parse((await Nobody().AskAsync($"{open}/checkpoint")).ShouldBe(200).Text)).Problems.ShouldBeEmpty();
        (await Nobody().AskAsync($"{open}/events/{e.Id}")).Status.ShouldBe(404);
        (await Admin.PutAsync("/api/ledger/settings", new { publicVerification = false })).ShouldBe(200);
        (await Nobody().AskAsync($"{open}/proof?event={e.Id}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task Await_says_how_far_the_events_are_and_a_time_out_is_no_failure()
    {
        (await SiteAsync(null)).State.ShouldBeNull();
        (await SiteAsync("appended")).State.ShouldBe("appended");
        // Nobody cosigns here: what was reached in time is told.
        (await SiteAsync("witnessed&wait=0")).State.ShouldBeOneOf("appended", "sequenced");
        await RefusedAsync(() => Admin.PostAsync("/api/sites?await=proven", new { name = "Journal", domain = $"{Guid.NewGuid():N}.example", settings = new { } }), 422, "invalid", "await");
    }

    [Fact]
    public async Task A_bundle_downloaded_is_verified_by_the_sample_in_python()
    {
        var receipt = await SiteAsync("sequenced");
        await Admin.PutAsync("/api/ledger/settings", new { publicVerification = true });
        await SiteAsync("sequenced");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, await Auditor.GetByteArrayAsync("/api/ledger/bundle"));
            var verified = await PythonVerifierTests.VerifyAsync(file);
            // Python has no ML-DSA: of a hybrid log the sample can't say more than that it found nothing.
            if (MlDsa65.IsSupported)
                (verified.ExitCode, verified.Errors.Contains("nothing is wrong so far", StringComparison.Ordinal)).ShouldBe((2, true), verified.Output + verified.Errors);
            else
            {
                verified.Output.ShouldContain("\"ok\": true", Case.Sensitive, verified.Output + verified.Errors);
                verified.ExitCode.ShouldBe(0);
                JsonDocument.Parse(verified.Output).RootElement.GetProperty("checked").GetInt64().ShouldBeGreaterThanOrEqualTo(5);
            }
            var text = await File.ReadAllTextAsync(file);
            text.ShouldContain(receipt.Events[0].Hash);
            (await Auditor.AskAsync($"/api/ledger/bundle?from={long.MaxValue}")).ShouldBeProblem(422, "invalid", "from");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_bundle_has_no_word_of_another_tenant()
    {
        var (mine, theirs) = ($"mine-{Guid.NewGuid():N}", $"theirs-{Guid.NewGuid():N}");
        (await Admin.PostAsync("/api/sites?await=sequenced", new { name = mine, domain = $"{mine}.example", settings = new { } })).ShouldBe(201);
        (await Stranger().PostAsync("/api/sites?await=sequenced", new { name = theirs, domain = $"{theirs}.example", settings = new { } })).ShouldBe(201);
        var bundle = System.Text.Encoding.UTF8.GetString(await Auditor.GetByteArrayAsync("/api/ledger/bundle"));
        bundle.ShouldContain(mine);
        bundle.ShouldNotContain(theirs);
    }

    [Fact]
    public async Task Only_an_operator_rotates_keys()
    {
        (await Admin.PostAsync("/api/ledger/keys/log/rotate")).ShouldBeProblem(403, "forbidden");
        (await As("operator").PostAsync("/api/ledger/keys/elsewhere/rotate")).ShouldBeProblem(404, "not-found");
        (await As("operator").PostAsync("/api/ledger/keys/log/rotate", new { algorithm = "RSA" })).ShouldBeProblem(422, "invalid", "algorithm");
    }

    private async Task<Processors.Receipt> SiteAsync(string? awaited) =>
        (await Admin.PostAsync($"/api/sites{(awaited is null ? "" : $"?await={awaited}")}", new { name = "Journal", domain = $"{Guid.NewGuid():N}.example", settings = new { } })).ShouldBe(201).Receipt;

    private async Task<Checkpoint> CheckpointAsync() => Checkpoint.Parse(SignedNote.Parse((await Auditor.AskAsync("/api/ledger/checkpoint")).ShouldBe(200).Text).Text);

    private Task<byte[]> BytesAsync(string path) => Auditor.GetByteArrayAsync($"/api/ledger/{path}");
}
