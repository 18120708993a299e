namespace Platform.Ledger;

/// <summary>The Merkle tree of RFC 6962, section 2.1 (RFC 9162, section 2.1): its root, and the verification of proofs. Leaves are <see cref="L1.Leaf"/>.</summary>
public static class MerkleTree
{
    /// <summary>The longest proof: a tree's size is below 2^63.</summary>
    public const int LongestProof = 63;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static readonly Hash EmptyRoot = Hash.Of([]);

    /// <summary>The root above leaves given in order.</summary>
    public static Hash Root(ReadOnlySpan<Hash> leaves)
    {
        var frontier = new TreeFrontier();
        foreach (ref readonly var leaf in leaves)
            frontier.Append(leaf);
        return frontier.Root;
    }

    /// <summary>Whether the proof leads from the leaf at <paramref name="index"/> (from 0) to the root of the tree of <paramref name="size"/> leaves.</summary>
    public static bool VerifyInclusion(long index, long size, Hash leaf, IReadOnlyList<Hash> proof, Hash root)
    {
        if (index < 0 || index >= size)
            return false;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = L1.Node(sibling, hash);
                SkipLevelsWithoutSibling(ref node, ref last);
            }
            else
                hash = L1.Node(hash, sibling);
            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>
    /// Whether the proof shows that the tree of <paramref name="to"/> leaves begins with that of <paramref name="from"/> leaves.
    /// False from size 0: every tree begins with nothing, so that it would prove nothing.
    /// </summary>
    public static bool VerifyConsistency(long from, long to, IReadOnlyList<Hash> proof, Hash fromRoot, Hash toRoot)
    {
        if (from <= 0 || from > to)
            return false;
        if (from == to)
            return proof.Count == 0 && fromRoot == toRoot;
        // A tree of 2^k leaves is a node of the larger one, and its root, which is known, is left out of the proof.
        var isWhole = (from & (from - 1)) == 0;
        if (!isWhole && proof.Count == 0)
            return false;
        var (node, last) = (from - 1, to - 1);
        while ((node & 1) == 1)
            (node, last) = (node >> 1, last >> 1);
        var first = isWhole ? fromRoot : proof[0];
        var (older, newer) = (first, first);
        for (var i = isWhole ? 0 : 1; i < proof.Count; i++)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                (older, newer) = (L1.Node(proof[i], older), L1.Node(proof[i], newer));
                SkipLevelsWithoutSibling(ref node, ref last);
            }
            else
                newer = L1.Node(newer, proof[i]);
            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && older == fromRoot && newer == toRoot;
    }

    private static void SkipLevelsWithoutSibling(ref long node, ref long last)
    {
        while ((node & 1) == 0 && node != 0)
            (node, last) = (node >> 1, last >> 1);
    }
}
