using System.Runtime.InteropServices;

namespace Platform.Ledger;

/// <summary>The tiles of a bundle, each compared with the one above it. The leaves lie in a <see cref="Spill"/>; of the other levels memory holds 1/8 byte a leaf.</summary>
internal sealed class BundleTiles : ITileSource, IDisposable
{
    private const int TileBytes = TilePath.Width * Hash.Size;

    private readonly long _firstTile;
    private readonly long _size;
    private readonly List<Spill> _levels = [];
    private readonly Func<Spill> _spill;
    private readonly IEnumerator<TileId> _expected;
    private List<Hash> _below = [];
    private List<Hash> _roots = [];

    /// <param name="about">Of which tree, and from which of its entries on there are leaves.</param>
    /// <param name="directory">For temporary files.</param>
    /// <param name="budget">Bytes of each level that may stay in memory.</param>
    public BundleTiles(BundleAbout about, string directory, long budget)
    {
        (_firstTile, _size) = (about.From / TilePath.Width, about.To);
        _spill = () => new Spill(directory, 1, TileBytes, budget);
        _expected = TileMath.Of(about.To).Where(tile => tile.Level > 0 || tile.Index >= _firstTile).GetEnumerator();
        Next = _expected.MoveNext() ? _expected.Current : null;
    }

    /// <summary>The tile that has to come next; null: all are there.</summary>
    public TileId? Next { get; private set; }

    /// <summary>The entries (first and after the last) under the first tile that doesn't give the hash in the tile above it, on the lowest level that has one; null: each does.</summary>
    public (long From, long To)? Inconsistent { get; private set; }

    /// <summary>Takes the content of <see cref="Next"/>.</summary>
    public void Add(ReadOnlySpan<byte> content)
    {
        var tile = Next!.Value;
        var level = tile.Level!.Value;
        if (level == _levels.Count)
        {
            _levels.Add(_spill());
            (_below, _roots) = (_roots, []);
        }

        var hashes = TileMath.HashesIn(content);
        if (level > 0)
            Compare(tile, hashes);
        if (tile.IsFull)
            _roots.Add(TileMath.RootOf(hashes));
        _levels[level].Append(0, content);
        Next = _expected.MoveNext() ? _expected.Current : null;
    }

    /// <summary>The leaves of a tile of level 0.</summary>
    public ReadOnlyMemory<byte> Leaves(long tile) => _levels[0].Read(0, (int)(tile - _firstTile));

    /// <summary>The first entry in [from, to) that has this leaf; null: none has.</summary>
    public long? Find(in Hash leaf, long from, long to)
    {
        for (from = Math.Max(from, _firstTile * TilePath.Width); from < to; from = (from / TilePath.Width + 1) * TilePath.Width)
        {
            var leaves = TileMath.HashesIn(Leaves(from / TilePath.Width).Span);
            for (var i = (int)(from % TilePath.Width); i < leaves.Length && from - (from % TilePath.Width) + i < to; i++)
                if (leaves[i] == leaf)
                    return from - (from % TilePath.Width) + i;
        }

        return null;
    }

    /// <summary>The root of the tree's first <paramref name="size"/> entries. The first level has tiles from the bundle's first entry on.</summary>
    public Task<Hash> RootAsync(long size, CancellationToken cancel) => new TiledTree(this, size).RootAsync(cancel);

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(TileId tile, CancellationToken cancel)
    {
        var number = tile.Index - (tile.Level == 0 ? _firstTile : 0);
        return tile.Index * TilePath.Width < TileMath.Hashes(tile.Level!.Value, _size) && number >= 0
            ? new(_levels[tile.Level.Value].Read(0, (int)number)) : throw new InvalidDataException($"The bundle has no {tile}.");
    }

    public void Dispose()
    {
        _expected.Dispose();
        _levels.ForEach(level => level.Dispose());
    }

    private void Compare(TileId tile, ReadOnlySpan<Hash> hashes)
    {
        var below = CollectionsMarshal.AsSpan(_below);
        var first = tile.Level == 1 ? _firstTile : 0;
        for (var i = 0; i < hashes.Length; i++)
        {
            var number = (tile.Index * TilePath.Width) + i;
            if (number < first || below[(int)(number - first)] == hashes[i] || Inconsistent is not null)
                continue;
            var height = TileMath.Height * tile.Level!.Value;
            Inconsistent = (number << height, (number + 1) << height);
        }
    }
}
