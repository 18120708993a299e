using System.Formats.Tar;
using System.Globalization;
using System.Text;

namespace Platform.Ledger;

/// <summary>What an interrupted export left behind, so that it can go on: the tree that it's about stays the same.</summary>
/// <param name="About">Its <c>bundle.json</c>.</param>
/// <param name="Checkpoint">Its signed note.</param>
/// <param name="Entries">Names of the entries that are whole.</param>
/// <param name="NextIndex">The first index of which it has no events yet.</param>
/// <param name="Length">Bytes up to the end of the last whole entry: what follows is to be cut off.</param>
public sealed record BundleBegun(BundleAbout About, string Checkpoint, IReadOnlySet<string> Entries, long NextIndex, long Length)
{
    private const int Block = 512;

    /// <summary>Reads what is there; null: not even the first entries are whole, so it's begun anew.</summary>
    public static BundleBegun? Read(Stream file)
    {
        var (about, checkpoint, names, next, end) = ((BundleAbout?)null, (string?)null, new HashSet<string>(StringComparer.Ordinal), 0L, 0L);
        using var tar = new TarReader(file, leaveOpen: true);
        try
        {
            while (tar.GetNextEntry(copyData: false) is { } entry)
            {
                var content = entry.Name is "bundle.json" or "checkpoint" ? Content(entry) : null;
                var whole = entry.DataOffset + ((entry.Length + Block - 1) / Block * Block);
                if (whole > file.Length)
                    break;
                if (entry.Name == "bundle.json")
                    about = BundleAbout.Parse(content);
                else if (entry.Name == "checkpoint")
                    checkpoint = Encoding.UTF8.GetString(content!);
                else if (entry.Name.StartsWith("events/", StringComparison.Ordinal))
                    next = (long.Parse(entry.Name["events/".Length..^".jsonl".Length], CultureInfo.InvariantCulture) + 1) * TilePath.Width;
                names.Add(entry.Name);
                end = whole;
            }
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or FormatException)
        {
            // The last entry was being written.
        }
        return about is null || checkpoint is null ? null : new BundleBegun(about, checkpoint, names, Math.Max(next, about.From), end);
    }

    private static byte[] Content(TarEntry entry)
    {
        using var copy = new MemoryStream();
        entry.DataStream!.CopyTo(copy);
        return copy.ToArray();
    }
}
