using System.Text.Json;

namespace Platform.Ledger.Tests;

/// <summary>
/// The proofs of transparency-dev/merkle, mutations included. The files on subtrees are for cosigners of subtrees, which nothing here is:
/// a subtree's inclusion proof is tried nevertheless, as the inclusion proof of a tree of its own that it is; its consistency proof isn't.
/// </summary>
public class MerkleProofAcceptanceTests(ITestOutputHelper output)
{
    private const string Set = "merkle-proofs";

    [Fact]
    public void Inclusion_proofs_have_their_verdict() => Judge("inclusion.json", 98, test =>
        MerkleTree.VerifyInclusion(Number(test, "leafIdx"), Number(test, "treeSize"), Digest(test, "leafHash"), Proof(test), Digest(test, "root")));

    [Fact]
    public void Consistency_proofs_have_their_verdict() => Judge("consistency.json", 98, test =>
        MerkleTree.VerifyConsistency(Number(test, "size1"), Number(test, "size2"), Proof(test), Root(test, "root1"), Root(test, "root2")));

    [Fact]
    public void Inclusion_proofs_in_subtrees_have_their_verdict() => Judge("subtreeinclusion.json", 204, test =>
    {
        var (start, end) = (Number(test, "start"), Number(test, "end"));
        return IsSubtree(start, end)
            && MerkleTree.VerifyInclusion(Number(test, "leafIdx") - start, end - start, Digest(test, "leafHash"), Proof(test), Digest(test, "root"));
    });

    [Fact]
    public void The_reference_tree_has_its_roots_and_nodes()
    {
        var tree = LedgerSets.Json(Set, "rfc6962-reference-tree.json");
        Hash[] leaves = [.. tree.Each("leaf_inputs_hex").Select(leaf => Hash.Of([0, .. Convert.FromHexString(leaf.GetString()!)]))];
        string[] roots = [.. tree.Each("root_hash_by_tree_size_hex").Select(root => root.GetString()!)];
        roots.Length.ShouldBe(9);
        for (var size = 0; size < roots.Length; size++)
            MerkleTree.Root(leaves.AsSpan(0, size)).ToString().ShouldBe(roots[size], $"{size} leaves");
        var height = 0;
        foreach (var level in tree.Each("node_hashes_by_level_hex"))
        {
            var index = 0;
            foreach (var node in level.EnumerateArray())
                TileMath.RootOf(leaves.AsSpan(index++ << height, 1 << height)).ToString().ShouldBe(node.GetString());
            height++;
        }

        height.ShouldBeGreaterThan(2);
    }

    private void Judge(string file, int count, Func<JsonElement, bool> accepts)
    {
        var (met, misses) = (0, new List<string>());
        foreach (var test in LedgerSets.Json(Set, file).EnumerateArray())
            if (Accepts(test) == !test.GetProperty("wantErr").GetBoolean())
                met++;
            else
                misses.Add(test.Text("file"));
        output.WriteLine($"{file}: {met} met, {misses.Count} missed");
        misses.ShouldBeEmpty();
        met.ShouldBe(count);

        bool Accepts(JsonElement test)
        {
            try
            {
                return accepts(test);
            }
            catch (ArgumentException)
            {
                // A proof's part that isn't 32 bytes is no Hash.
                return false;
            }
        }
    }

    // The smallest power of two not below the width divides the start: draft-ietf-plants-merkle-tree-certs.
    private static bool IsSubtree(long start, long end) =>
        0 <= start && start < end && start % (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)(end - start)) == 0;

    private static long Number(JsonElement test, string member) => unchecked((long)test.GetProperty(member).GetUInt64());

    private static Hash Digest(JsonElement test, string member) => new(test.GetProperty(member).GetBytesFromBase64());

    // Where only the roots' equality matters, they are some words; these match no digest.
    private static Hash Root(JsonElement test, string member) =>
        test.GetProperty(member).GetBytesFromBase64() is var root && root.Length == Hash.Size ? new Hash(root) : Hash.Of(root);

    private static Hash[] Proof(JsonElement test) => test.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof
        ? [.. proof.EnumerateArray().Select(part => new Hash(part.GetBytesFromBase64()))] : [];
}
