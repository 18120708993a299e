namespace Platform.Ledger;

/// <summary>Where a log's tiles are.</summary>
public interface ITileSource
{
    /// <summary>The tile's bytes: at least <see cref="TileId.Width"/> hashes of 32 bytes. A full tile may stand in for a partial one.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(TileId tile, CancellationToken cancel);
}
