using System.Runtime.InteropServices;

namespace Platform.Ledger;

/// <summary>Which tiles a tree has, and what stands in them (C2SP tlog-tiles).</summary>
public static class TileMath
{
    /// <summary>Levels of the Merkle tree that one level of tiles spans.</summary>
    public const int Height = 8;

    /// <summary>Levels of tiles that a tree of fewer than 2^63 leaves can have.</summary>
    public const int Levels = 8;

    /// <summary>Hashes that all tiles of a level hold together for a tree of <paramref name="size"/> leaves.</summary>
    public static long Hashes(int level, long size) => level >= Levels ? 0 : size >> (Height * level);

    /// <summary>The width of a tile for a tree of <paramref name="size"/> leaves: 256, or less at the right edge, or 0 past it.</summary>
    public static int Width(int level, long index, long size) => index > Hashes(level, size) / TilePath.Width ? 0
        : (int)Math.Min(TilePath.Width, Hashes(level, size) - (index * TilePath.Width));

    /// <summary>All tiles of hashes of a tree of <paramref name="size"/> leaves, level by level, each once at its full width.</summary>
    public static IEnumerable<TileId> Of(long size) => Grown(0, size);

    /// <summary>The tiles that a tree of <paramref name="to"/> leaves has and one of <paramref name="from"/> leaves hasn't, or not at that width.</summary>
    public static IEnumerable<TileId> Grown(long from, long to)
    {
        for (var level = 0; Hashes(level, to) > 0; level++)
            for (var index = Hashes(level, from) / TilePath.Width; Width(level, index, to) is > 0 and var width; index++)
                if (width != Width(level, index, from))
                    yield return new TileId(level, index, width);
    }

    /// <summary>The tile of hashes that holds the root of the perfect subtree of <paramref name="height"/>, the <paramref name="index"/>th of its height, or its parts.</summary>
    internal static (TileId Tile, int First, int Count) Holding(int height, long index, long size)
    {
        var level = height / Height;
        var count = 1 << (height % Height);
        var first = index * count;
        var tile = first / TilePath.Width;
        return (new TileId(level, tile, Width(level, tile, size)), (int)(first % TilePath.Width), count);
    }

    /// <summary>A tile's bytes as the hashes they are; bytes past the last whole hash are left out.</summary>
    public static ReadOnlySpan<Hash> HashesIn(ReadOnlySpan<byte> tile) => MemoryMarshal.Cast<byte, Hash>(tile);

    /// <summary>The root of a perfect subtree: what a full tile's hashes give on the level above it.</summary>
    /// <param name="hashes">2^k hashes, 256 at most.</param>
    /// <exception cref="ArgumentException">Their number isn't such a power.</exception>
    public static Hash RootOf(ReadOnlySpan<Hash> hashes)
    {
        if (hashes.Length is < 1 or > TilePath.Width || (hashes.Length & (hashes.Length - 1)) != 0)
            throw new ArgumentException($"{hashes.Length} hashes aren't the leaves of a perfect subtree within a tile.", nameof(hashes));
        if (hashes.Length == 1)
            return hashes[0];
        Span<Hash> nodes = stackalloc Hash[TilePath.Width / 2];
        var count = hashes.Length / 2;
        for (var i = 0; i < count; i++)
            nodes[i] = L1.Node(hashes[2 * i], hashes[(2 * i) + 1]);
        for (; count > 1; count /= 2)
            for (var i = 0; i < count / 2; i++)
                nodes[i] = L1.Node(nodes[2 * i], nodes[(2 * i) + 1]);
        return nodes[0];
    }
}
