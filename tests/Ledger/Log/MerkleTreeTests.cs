using FsCheck;
using FsCheck.Fluent;

namespace Platform.Ledger.Tests;

public class MerkleTreeTests
{
    private const int Largest = 70;

    private static readonly Hash[] _leaves = NaiveTree.Leaves(Largest);
    private static readonly Hash[] _roots = [.. Enumerable.Range(0, Largest + 1).Select(n => NaiveTree.Root(_leaves.AsSpan(0, n)))];

    [Fact]
    public void The_root_of_each_size_is_that_of_the_definition()
    {
        for (var size = 0; size <= Largest; size++)
            MerkleTree.Root(_leaves.AsSpan(0, size)).ShouldBe(_roots[size], $"{size} leaves");
        MerkleTree.EmptyRoot.ToString().ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    [Fact]
    public void Every_leaf_is_proved_in_its_place_and_in_no_other()
    {
        for (var size = 1; size <= Largest; size++)
            for (var index = 0; index < size; index++)
            {
                var proof = NaiveTree.Inclusion(index, _leaves.AsSpan(0, size));
                for (var claimed = -1; claimed <= size; claimed++)
                    MerkleTree.VerifyInclusion(claimed, size, _leaves[index], proof, _roots[size]).ShouldBe(claimed == index, $"{index} as {claimed} of {size}");
            }
    }

    [Fact]
    public void Every_tree_is_proved_to_begin_with_each_smaller_one_and_with_no_other()
    {
        for (var to = 1; to <= Largest; to++)
            for (var from = 1; from <= to; from++)
            {
                var proof = NaiveTree.Consistency(from, _leaves.AsSpan(0, to));
                for (var claimed = 0; claimed <= to; claimed++)
                    MerkleTree.VerifyConsistency(claimed, to, proof, _roots[claimed], _roots[to]).ShouldBe(claimed == from, $"{from} as {claimed} of {to}");
            }
    }

    [Fact]
    public void Nothing_is_proved_from_the_empty_tree() =>
        MerkleTree.VerifyConsistency(0, 1, [], MerkleTree.EmptyRoot, _roots[1]).ShouldBeFalse();

    [Fact]
    public void An_entry_of_64_bytes_cannot_pass_a_node_off_as_a_leaf()
    {
        // Without the domain separation, the first node of two leaves would be the leaf of their concatenation.
        byte[] entry = [.. _leaves[0].Bytes, .. _leaves[1].Bytes];
        var leaf = Hash.Of([0, .. entry]);
        MerkleTree.VerifyInclusion(0, 1, leaf, [], _roots[2]).ShouldBeFalse();
        leaf.ShouldNotBe(L1.Node(_leaves[0], _leaves[1]));
    }

    /// <summary>A node's own proof is a leaf's without its first hashes: only the size that was signed tells that it is no leaf's.</summary>
    [Fact]
    public void T23_no_interior_node_is_proved_as_a_leaf()
    {
        for (var size = 2; size <= Largest; size++)
            for (var height = 1; 1 << height <= size; height++)
                for (var node = 0; (node + 1) << height <= size; node++)
                {
                    var subtree = NaiveTree.Root(_leaves.AsSpan(node << height, 1 << height));
                    var proof = NaiveTree.Inclusion(node << height, _leaves.AsSpan(0, size))[height..];
                    for (var claimed = 0; claimed < size; claimed++)
                        MerkleTree.VerifyInclusion(claimed, size, subtree, proof, _roots[size]).ShouldBeFalse($"node {height}/{node} as {claimed} of {size}");
                    if (size == 64)
                        MerkleTree.VerifyInclusion(node, size >> height, subtree, proof, _roots[size]).ShouldBeTrue("else the proof is none of the node");
                }
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void T23_sizes_that_no_tree_has_prove_nothing(long size)
    {
        MerkleTree.VerifyInclusion(0, size, _roots[1], [], _roots[1]).ShouldBeFalse();
        MerkleTree.VerifyInclusion(size, size, _roots[1], [], _roots[1]).ShouldBeFalse();
        MerkleTree.VerifyConsistency(size, Largest, [], MerkleTree.EmptyRoot, _roots[Largest]).ShouldBeFalse();
        MerkleTree.VerifyConsistency(1, size, [], _roots[1], _roots[1]).ShouldBeFalse();
    }

    [Fact]
    public void T23_a_proof_without_any_hash_proves_the_only_leaf_alone()
    {
        for (var size = 2; size <= Largest; size++)
        {
            for (var index = 0; index < size; index++)
                MerkleTree.VerifyInclusion(index, size, _roots[size], [], _roots[size]).ShouldBeFalse($"{index} of {size}");
            for (var from = 1; from < size; from++)
                MerkleTree.VerifyConsistency(from, size, [], _roots[size], _roots[size]).ShouldBeFalse($"{from} of {size}");
        }
    }

    [Fact]
    public void A_proof_that_was_cut_padded_or_altered_is_refused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var size = random.Next(2, Largest + 1);
            var index = random.Next(size);
            var from = random.Next(1, size);
            var inclusion = Damage(random, NaiveTree.Inclusion(index, _leaves.AsSpan(0, size)));
            MerkleTree.VerifyInclusion(index, size, _leaves[index], inclusion, _roots[size]).ShouldBeFalse();
            var consistency = Damage(random, NaiveTree.Consistency(from, _leaves.AsSpan(0, size)));
            MerkleTree.VerifyConsistency(from, size, consistency, _roots[from], _roots[size]).ShouldBeFalse();
        }));

    private static List<Hash> Damage(Random random, List<Hash> proof)
    {
        var at = random.Next(proof.Count);
        switch (random.Next(4))
        {
            case 0:
                proof.RemoveAt(at);
                break;
            case 1:
                proof.Insert(random.Next(proof.Count + 1), NaiveTree.Leaf(random.Next(1000, 2000)));
                break;
            case 2:
                proof.Add(proof[^1]);
                break;
            default:
                var bytes = proof[at].Bytes.ToArray();
                bytes[random.Next(Hash.Size)] ^= (byte)(1 << random.Next(8));
                proof[at] = new Hash(bytes);
                break;
        }

        return proof;
    }
}
