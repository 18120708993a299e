using System.Numerics;

namespace Platform.Ledger;

/// <summary>
/// Root, frontier and proofs of a log of <paramref name="size"/> leaves out of its tiles (RFC 6962, section 2.1), of which O(log n) are read. What the tiles
/// hold isn't trusted by this: compare <see cref="RootAsync"/> with a signed root, and verify proofs. Each member throws
/// <see cref="InvalidDataException"/> when a tile is too short.
/// </summary>
public sealed class TiledTree(ITileSource tiles, long size)
{
    /// <summary>Number of leaves.</summary>
    public long Size { get; } = size >= 0 ? size : throw new ArgumentOutOfRangeException(nameof(size), size, "A tree has no negative size.");

    public async Task<Hash> RootAsync(CancellationToken cancel = default) => (await FrontierAsync(cancel)).Root;

    /// <summary>The right edge, on which more leaves can be appended.</summary>
    public async Task<TreeFrontier> FrontierAsync(CancellationToken cancel = default) => await new Reading(tiles, Size, cancel).FrontierAsync(0, Size);

    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public async Task<Hash> LeafAsync(long index, CancellationToken cancel = default)
    {
        RequireLeaf(index);
        return await new Reading(tiles, Size, cancel).RootAsync(0, index);
    }

    /// <summary>The proof that the leaf at <paramref name="index"/> is in the tree, its sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public async Task<IReadOnlyList<Hash>> InclusionAsync(long index, CancellationToken cancel = default)
    {
        RequireLeaf(index);
        var siblings = new Stack<(long From, long To)>();
        var (from, to) = (0L, Size);
        while (to - from > 1)
        {
            var middle = Split(from, to);
            siblings.Push(index < middle ? (middle, to) : (from, middle));
            (from, to) = index < middle ? (from, middle) : (middle, to);
        }

        return await new Reading(tiles, Size, cancel).RootsAsync(siblings);
    }

    /// <summary>The proof that the tree begins with that of <paramref name="from"/> leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> is 0 or less, or beyond the tree.</exception>
    public async Task<IReadOnlyList<Hash>> ConsistencyAsync(long from, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, Size);
        var parts = new Stack<(long From, long To)>();
        var (left, right) = (0L, Size);
        while (right != from)
        {
            var middle = Split(left, right);
            parts.Push(from <= middle ? (middle, right) : (left, middle));
            (left, right) = from <= middle ? (left, middle) : (middle, right);
        }

        // The older tree as a whole is known to who asks.
        if (left > 0)
            parts.Push((left, right));
        return await new Reading(tiles, Size, cancel).RootsAsync(parts);
    }

    private void RequireLeaf(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Size);
    }

    private static long Split(long from, long to) => from + (1L << BitOperations.Log2((ulong)(to - from - 1)));

    /// <summary>One question, which reads each tile once.</summary>
    private sealed class Reading(ITileSource tiles, long size, CancellationToken cancel)
    {
        private readonly Dictionary<TileId, ReadOnlyMemory<byte>> _read = [];

        public async Task<IReadOnlyList<Hash>> RootsAsync(IEnumerable<(long From, long To)> ranges)
        {
            var roots = new List<Hash>();
            foreach (var (from, to) in ranges)
                roots.Add((await FrontierAsync(from, to)).Root);
            return roots;
        }

        /// <summary>The leaves of a range that a node of the tree spans.</summary>
        public async Task<TreeFrontier> FrontierAsync(long from, long to)
        {
            var frontier = new TreeFrontier();
            while (from < to)
            {
                var height = BitOperations.Log2((ulong)(to - from));
                frontier.Append(await RootAsync(height, from >> height), height);
                from += 1L << height;
            }

            return frontier;
        }

        public async Task<Hash> RootAsync(int height, long index)
        {
            var (tile, first, count) = TileMath.Holding(height, index, size);
            if (!_read.TryGetValue(tile, out var bytes))
            {
                bytes = await tiles.ReadAsync(tile, cancel);
                if (bytes.Length < tile.Width * Hash.Size)
                    throw new InvalidDataException($"{tile} has {bytes.Length} bytes instead of {tile.Width * Hash.Size}.");
                _read.Add(tile, bytes);
            }

            return TileMath.RootOf(TileMath.HashesIn(bytes.Span).Slice(first, count));
        }
    }
}
