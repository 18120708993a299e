using System.Runtime.InteropServices;

namespace Platform.Ledger.Tests;

/// <summary>A log's tiles in memory, built up as a writer does: level by level, from full tiles.</summary>
internal sealed class TiledLog : ITileSource
{
    public TiledLog(ReadOnlySpan<Hash> leaves)
    {
        Hash[] level = [.. leaves];
        foreach (var group in TileMath.Of(leaves.Length).GroupBy(tile => tile.Level!.Value))
        {
            var above = new List<Hash>();
            foreach (var tile in group)
            {
                var hashes = level.AsSpan((int)tile.Index * TilePath.Width, tile.Width);
                Tiles[tile] = MemoryMarshal.AsBytes(hashes).ToArray();
                if (tile.IsFull)
                    above.Add(TileMath.RootOf(hashes));
            }

            level = [.. above];
        }
    }

    public Dictionary<TileId, byte[]> Tiles { get; } = [];

    public List<TileId> Read { get; } = [];

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(TileId tile, CancellationToken cancel)
    {
        Read.Add(tile);
        return new(Tiles[tile]);
    }
}
