using System.Globalization;

namespace Platform.Ledger;

/// <summary>
/// Paths of tiles (C2SP tlog-tiles): <c>tile/&lt;level&gt;/&lt;index&gt;</c> and <c>tile/entries/&lt;index&gt;</c>, the index in groups of three digits of
/// which all but the last begin with x, and <c>.p/&lt;width&gt;</c> behind a partial tile.
/// </summary>
public static class TilePath
{
    /// <summary>Hashes in a full tile.</summary>
    public const int Width = 256;

    /// <summary>The highest level that a path can name.</summary>
    public const int HighestLevel = 63;

    private const int LongestPath = 64;

    /// <exception cref="ArgumentOutOfRangeException">The level isn't within 0 to 63, the index negative, or the width not within 1 to 256.</exception>
    public static string Of(int level, long index, int width = Width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, HighestLevel);
        return Of(string.Create(CultureInfo.InvariantCulture, $"tile/{level}/"), index, width);
    }

    /// <exception cref="ArgumentOutOfRangeException">The index is negative, or the width not within 1 to 256.</exception>
    public static string OfEntries(long index, int width = Width) => Of("tile/entries/", index, width);

    /// <summary>Reads a path that <see cref="Of(int, long, int)"/> or <see cref="OfEntries"/> writes, and no other spelling of it.</summary>
    public static bool TryParse(string? path, out TileId id)
    {
        id = default;
        if (path is null || path.Length > LongestPath || path.Split('/') is not { Length: >= 3 } parts || parts[0] != "tile")
            return false;
        int? level = null;
        if (parts[1] != "entries")
        {
            if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > HighestLevel)
                return false;
            level = number;
        }

        var (end, width) = (parts.Length, Width);
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= Width)
                return false;
            parts[--end - 1] = parts[^2][..^2];
        }

        var digits = string.Concat(parts[2..end].Select(group => group.TrimStart('x')));
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return false;
        id = new TileId(level, index, width);
        // Writing it again settles leading zeros, the number of digits in each group, and where the x stands.
        return id.ToString() == path;
    }

    private static string Of(string folder, long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width);
        var groups = (index % 1000).ToString("000", CultureInfo.InvariantCulture);
        for (index /= 1000; index > 0; index /= 1000)
            groups = string.Create(CultureInfo.InvariantCulture, $"x{index % 1000:000}/{groups}");
        return width == Width ? folder + groups : string.Create(CultureInfo.InvariantCulture, $"{folder}{groups}.p/{width}");
    }
}
