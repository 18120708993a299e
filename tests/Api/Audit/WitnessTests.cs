using System.Text;
using Microsoft.AspNetCore.Builder;
using Platform.Api.Audit;
using Platform.Api.Hosting;
using Platform.Ledger;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Audit;

/// <summary>The log and its witnesses, each a server of its own.</summary>
public sealed class WitnessTests : IAsyncLifetime
{
    private const string Origin = "platform.example/test/1";

    private readonly ScratchDirectory _scratch = new();
    private readonly List<(WitnessServer Witness, WebApplication App)> _witnesses = [];
    private Dictionary<string, string?> _settings = [];

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_scratch.Path);
        var keys = new KeyDirectory(Path.Combine(_scratch.Path, "keys"));
        keys.Prepare();
        var log = new VerifierKey(Origin, KeyAlgorithm.Ed25519, keys.Ring().First(KeyRole.Log).PublicKey);
        var policy = new StringBuilder();
        foreach (var name in new[] { "a", "b", "c" })
        {
            var witness = new WitnessServer(Path.Combine(_scratch.Path, name), $"witness.example/{name}", [log], TimeProvider.System);
            var app = witness.Build("http://127.0.0.1:0");
            await app.StartAsync();
            _witnesses.Add((witness, app));
            policy.Append($"witness {name} {witness.Key} {app.Urls.First()}\n");
        }
        await File.WriteAllTextAsync(Path.Combine(_scratch.Path, "policy"), $"{policy}group two 2 a b c\nquorum two\n");
        _settings = new() { ["Ledger:Keys"] = keys.Path, ["Ledger:Policy"] = Path.Combine(_scratch.Path, "policy") };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (witness, app) in _witnesses)
        {
            await app.DisposeAsync();
            witness.Dispose();
        }
        _scratch.Dispose();
    }

    [Fact]
    public async Task Checkpoints_are_cosigned_by_a_quorum_also_while_one_witness_is_away_and_without_one_appends_go_on()
    {
        await using var app = await PlatformApp.StartAsync(settings: _settings);
        using var admin = app.Client();
        (await SiteAsync(admin, "witnessed")).ShouldBe("witnessed");
        var trust = LogTrust.Parse((await admin.AskAsync("/api/ledger/keys")).ShouldBe(200).Text);
        trust.Witnesses.Select(w => w.Name).ShouldBe(["a", "b", "c"]);
        await CosignedAsync(admin, trust, 3);

        await _witnesses[0].App.StopAsync();
        (await SiteAsync(admin, "witnessed")).ShouldBe("witnessed");
        await CosignedAsync(admin, trust, 2);

        await _witnesses[1].App.StopAsync();
        (await SiteAsync(admin, "witnessed&wait=1")).ShouldBe("sequenced");
        (await SiteAsync(admin, "sequenced")).ShouldBe("sequenced");
    }

    [Fact]
    public async Task A_proof_carries_the_cosignatures_of_the_checkpoint_that_covers_its_event()
    {
        await using var app = await PlatformApp.StartAsync(settings: _settings);
        using var admin = app.Client();
        var e = (await admin.PostAsync("/api/sites?await=witnessed", Site())).ShouldBe(201).Receipt.Events[0];
        var trust = LogTrust.Parse((await admin.AskAsync("/api/ledger/keys")).ShouldBe(200).Text);
        TlogProof.Parse((await admin.AskAsync($"/api/ledger/proof?event={e.Id}")).ShouldBe(200).Text).Verify(L1.Leaf(Hash.Parse(e.Hash)), trust).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Our_witness_answers_as_the_protocols_public_cases_ask(int n)
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        var set = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(AcceptanceSets.Find(Set)!, "add-checkpoint-cases.json"))).RootElement;
        var publicKey = Convert.FromHexString(set.GetProperty("log_public_key_hex").GetString()!);
        var origin = $"sigsum.org/v1/tree/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(publicKey))}";
        using var witness = new WitnessServer(Path.Combine(_scratch.Path, "cases"), "example.com/witness", [new VerifierKey(origin, KeyAlgorithm.Ed25519, publicKey)], TimeProvider.System);
        await using var server = witness.Build("http://127.0.0.1:0");
        await server.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        // Each case rests on those before it.
        foreach (var item in set.GetProperty("cases").EnumerateArray().Take(n + 1))
        {
            using var response = await client.PostAsync("/add-checkpoint", new StringContent(item.GetProperty("request_body").GetString()!));
            ((int)response.StatusCode).ShouldBe(item.GetProperty("status").GetInt32());
        }
    }

    private const string Set = "ledger/tlog-witness";

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, 9)];

    private static async Task<string?> SiteAsync(HttpClient client, string awaited) => (await client.PostAsync($"/api/sites?await={awaited}", Site())).ShouldBe(201).Receipt.State;

    private static object Site() => new { name = "Journal", domain = $"{Guid.NewGuid():N}.example", settings = new { } };

    // A cosignature may come after the quorum was met without it: the next checkpoint has it.
    private static async Task CosignedAsync(HttpClient client, LogTrust trust, int witnesses)
    {
        var check = trust.Check(SignedNote.Parse((await client.AskAsync("/api/ledger/checkpoint")).ShouldBe(200).Text));
        check.Problems.ShouldBeEmpty();
        check.Cosigned.Count.ShouldBe(witnesses);
    }
}
