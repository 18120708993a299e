using System.Text.Json;
using Platform.Ledger;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Samples;

/// <summary>samples/verify-ledger/sigstore: an inclusion proof and a checkpoint before npm's @sigstore/verify, which nobody here wrote.</summary>
public sealed class SigstoreTests
{
    private const string Origin = "platform.example/eu-1/1";

    // .NET has no Ed25519: Node signs.
    private const string Sign = """
        const crypto = require('node:crypto');
        const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
        const [text, name] = [process.argv[1], process.argv[1].split('\n')[0]];
        const key = publicKey.export({ format: 'der', type: 'spki' });
        const id = crypto.createHash('sha256').update(name + '\n\x01').update(key.subarray(-32)).digest().subarray(0, 4);
        const signature = Buffer.concat([id, crypto.sign(null, Buffer.from(text), privateKey)]).toString('base64');
        process.stdout.write(JSON.stringify({ key: key.toString('base64'), note: `${text}\n\u2014 ${name} ${signature}\n` }));
        """;

    private static readonly string _folder = Path.Combine(Repository.Root, "samples", "verify-ledger", "sigstore");

    [Fact]
    public async Task A_proof_and_a_checkpoint_are_accepted_and_five_mutations_of_them_refused()
    {
        await InstallAsync();
        Hash[] entries = [.. Enumerable.Range(0, 5).Select(i => Hash.Of([(byte)i]))];
        var leaves = entries.Select(entry => L1.Leaf(entry)).ToArray();
        var (left, right) = (L1.Node(leaves[0], leaves[1]), L1.Node(leaves[2], leaves[3]));
        var root = L1.Node(L1.Node(left, right), leaves[4]);
        var (key, note) = await SignAsync($"{Origin}\n5\n{Text(root)}\n");

        (await CheckAsync(key, note, entries[2], 2, [leaves[3], left, leaves[4]])).ShouldBe(0);
        (await CheckAsync(key, note, entries[4], 4, [L1.Node(left, right)])).ShouldBe(0);
    }

    [Fact]
    public async Task A_proof_of_another_entry_is_refused()
    {
        await InstallAsync();
        Hash[] entries = [Hash.Of([0]), Hash.Of([1])];
        var (key, note) = await SignAsync($"{Origin}\n2\n{Text(L1.Node(L1.Leaf(entries[0]), L1.Leaf(entries[1])))}\n");

        (await CheckAsync(key, note, entries[1], 1, [L1.Leaf(entries[0])])).ShouldBe(0);
        (await CheckAsync(key, note, entries[0], 1, [L1.Leaf(entries[0])])).ShouldBe(1);
    }

    /// <summary>The exit code of check.js with its mutations: 0 as it should be, 1 refused, or a mutation accepted.</summary>
    /// <param name="key">The log's public key: 32 bytes or SPKI, base64.</param>
    /// <param name="proof">RFC 6962's audit path, leaf side first.</param>
    internal static async Task<int> CheckAsync(string key, string checkpoint, Hash entry, long index, IEnumerable<Hash> proof)
    {
        var input = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                input, JsonSerializer.Serialize(new { logPublicKey = key, checkpoint, entry = Text(entry), index, proof = proof.Select(hash => Text(hash)) }));
            var check = (await Script.RunAsync(_folder, "node", "check.js", "--mutations", input))!;
            check.ExitCode.ShouldBeLessThan(2, check.Output + check.Errors);
            return check.ExitCode;
        }
        finally
        {
            File.Delete(input);
        }
    }

    /// <summary>Installs the package beside the script, once; skips the test where Node or the package isn't to be had.</summary>
    internal static async Task InstallAsync()
    {
        var node = await Script.RunAsync(_folder, "node", "--version");
        Assert.SkipWhen(node is null, "not run: no node here");
        Assert.SkipWhen(Version.Parse(node!.Output.Trim().TrimStart('v')) < new Version(20, 17), $"not run: node {node.Output.Trim()} is older than 20.17");
        if (Directory.Exists(Path.Combine(_folder, "node_modules", "@sigstore", "verify")))
            return;
        var npm = await Script.RunAsync(_folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        Assert.SkipUnless(npm is { ExitCode: 0 }, $"not run: npm ci can't install @sigstore/verify: {npm?.Errors}");
    }

    private static async Task<(string Key, string Note)> SignAsync(string text)
    {
        var signed = JsonDocument.Parse((await Script.RunAsync(_folder, "node", "-e", Sign, text))!.Output).RootElement;
        return (signed.GetProperty("key").GetString()!, signed.GetProperty("note").GetString()!);
    }

    private static string Text(in Hash hash) => Convert.ToBase64String(hash.Bytes);
}
