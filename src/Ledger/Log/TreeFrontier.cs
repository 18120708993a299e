using System.Numerics;

namespace Platform.Ledger;

/// <summary>
/// The right edge of a Merkle tree: the roots of the perfect subtrees that cover [0, <see cref="Size"/>), at most 63 hashes. It grows leaf by
/// leaf without allocating, and gives the root at any time. Serves one thread.
/// </summary>
public sealed class TreeFrontier
{
    // By height: there is one where the size has that bit.
    private readonly Hash[] _roots;

    public TreeFrontier() => _roots = new Hash[MerkleTree.LongestProof];

    private TreeFrontier(long size, Hash[] roots) => (Size, _roots) = (size, roots);

    /// <summary>Number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>The tree's root; <see cref="MerkleTree.EmptyRoot"/> without leaves.</summary>
    public Hash Root
    {
        get
        {
            if (Size == 0)
                return MerkleTree.EmptyRoot;
            var height = BitOperations.TrailingZeroCount(Size);
            var root = _roots[height];
            while (++height < _roots.Length)
                if ((Size >> height & 1) == 1)
                    root = L1.Node(_roots[height], root);
            return root;
        }
    }

    /// <summary>The subtrees' roots from left to right, the largest first.</summary>
    public IReadOnlyList<Hash> Roots
    {
        get
        {
            var roots = new List<Hash>(BitOperations.PopCount((ulong)Size));
            for (var height = _roots.Length - 1; height >= 0; height--)
                if ((Size >> height & 1) == 1)
                    roots.Add(_roots[height]);
            return roots;
        }
    }

    /// <summary>The frontier of a tree of which only the perfect subtrees are known.</summary>
    /// <param name="size">Number of leaves.</param>
    /// <param name="roots">The subtrees' roots from left to right, one for each bit of <paramref name="size"/>.</param>
    /// <exception cref="ArgumentException">There are more or fewer roots than that, or the size is negative.</exception>
    public static TreeFrontier Of(long size, IReadOnlyList<Hash> roots)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (roots.Count != BitOperations.PopCount((ulong)size))
            throw new ArgumentException($"A tree of {size} leaves has {BitOperations.PopCount((ulong)size)} perfect subtrees, not {roots.Count}.", nameof(roots));
        var frontier = new TreeFrontier { Size = size };
        var next = 0;
        for (var height = frontier._roots.Length - 1; height >= 0; height--)
            if ((size >> height & 1) == 1)
                frontier._roots[height] = roots[next++];
        return frontier;
    }

    public void Append(in Hash leaf) => Append(leaf, 0);

    /// <summary>Appends a perfect subtree of 2^<paramref name="height"/> leaves, whose place must begin at a multiple of its width.</summary>
    /// <exception cref="InvalidOperationException">The tree's size isn't a multiple of 2^<paramref name="height"/>, or the tree is full.</exception>
    public void Append(in Hash root, int height)
    {
        var width = 1L << height;
        if (height is < 0 or >= MerkleTree.LongestProof || (Size & (width - 1)) != 0 || Size > long.MaxValue - width)
            throw new InvalidOperationException($"A subtree of height {height} can't stand at {Size}.");
        var hash = root;
        while ((Size >> height & 1) == 1)
            hash = L1.Node(_roots[height++], hash);
        _roots[height] = hash;
        Size += width;
    }

    public TreeFrontier Clone() => new(Size, (Hash[])_roots.Clone());
}
