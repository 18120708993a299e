using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// The tree at its right edge: what is needed to append entries and to know the root, and the tiles that became full since the last write. Grows with the
/// logarithm of the log.
/// </summary>
internal sealed class GrowingTree
{
    private readonly TreeFrontier _frontier;
    private readonly List<List<Hash>> _edges;
    private readonly List<Hash> _leaves = [];

    /// <param name="frontier">Of the tree so far.</param>
    /// <param name="edges">The partial tile of each level, from level 0 (entries).</param>
    public GrowingTree(TreeFrontier frontier, IEnumerable<IEnumerable<Hash>> edges)
    {
        (_frontier, _edges) = (frontier, [.. edges.Select(e => e.ToList())]);
        if (_edges.Count > 0)
            _leaves.AddRange(_edges[0].Select(entry => L1.Leaf(entry)));
    }

    public long Size => _frontier.Size;

    public Hash Root => _frontier.Root;

    /// <summary>Tiles that became full since <see cref="Written"/>.</summary>
    public List<(int Level, long Index, byte[] Hashes)> Full { get; } = [];

    /// <summary>The partial tiles of this size, each with the index that it has on its level.</summary>
    public IEnumerable<(int Level, long Index, byte[] Hashes)> Edges() =>
        _edges.Select((edge, level) => (level, Size >> (8 * (level + 1)), Bytes(edge))).Where(edge => edge.Item3.Length > 0);

    public void Append(in Hash entry)
    {
        var leaf = L1.Leaf(entry);
        _frontier.Append(leaf);
        _leaves.Add(leaf);
        Add(0, entry);
    }

    public void Written() => Full.Clear();

    private void Add(int level, in Hash hash)
    {
        if (level == _edges.Count)
            _edges.Add([]);
        var edge = _edges[level];
        edge.Add(hash);
        if (edge.Count < TilePath.Width)
            return;
        Full.Add((level, (Size >> (8 * (level + 1))) - 1, Bytes(edge)));
        var root = MerkleTree.Root(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(level == 0 ? _leaves : edge));
        edge.Clear();
        if (level == 0)
            _leaves.Clear();
        Add(level + 1, root);
    }

    private static byte[] Bytes(List<Hash> hashes)
    {
        var bytes = new byte[hashes.Count * Hash.Size];
        for (var n = 0; n < hashes.Count; n++)
            hashes[n].Bytes.CopyTo(bytes.AsSpan(n * Hash.Size));
        return bytes;
    }
}
