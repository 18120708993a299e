namespace Platform.Ledger;

/// <summary>Which tile of a log (C2SP tlog-tiles).</summary>
/// <param name="Level">0 for leaf hashes, 1 for the roots of full tiles of level 0, and so on; null for an entry bundle.</param>
/// <param name="Index">Place within the level, from 0.</param>
/// <param name="Width">Hashes or entries in it: 256 in a full tile, fewer in a partial one.</param>
public readonly record struct TileId(int? Level, long Index, int Width)
{
    /// <summary>Whether nothing can be added to the tile.</summary>
    public bool IsFull => Width == TilePath.Width;

    /// <summary>The tile's path, such as <c>tile/0/x001/x234/067.p/12</c>.</summary>
    public override string ToString() => Level is { } level ? TilePath.Of(level, Index, Width) : TilePath.OfEntries(Index, Width);
}
