using System.Buffers.Binary;

namespace Platform.Ledger;

/// <summary>Entries of a tile (C2SP tlog-tiles): for each, its length as big-endian uint16, then its bytes.</summary>
public static class EntryBundle
{
    private const int LengthPrefix = sizeof(ushort);

    /// <summary>The bundle of entries given in order.</summary>
    /// <exception cref="ArgumentException">There are more than 256, or one is longer than 65,535 bytes.</exception>
    public static byte[] Encode(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        if (entries.Count > TilePath.Width || entries.Any(entry => entry.Length > ushort.MaxValue))
            throw new ArgumentException($"A bundle has at most {TilePath.Width} entries of {ushort.MaxValue} bytes.", nameof(entries));
        var bundle = new byte[entries.Sum(entry => LengthPrefix + entry.Length)];
        var rest = bundle.AsSpan();
        foreach (var entry in entries)
            rest = Write(rest, entry.Span);
        return bundle;
    }

    /// <summary>The bundle of a log whose entries are hashes: bytes 00 20 and the hash for each.</summary>
    /// <exception cref="ArgumentException">There are more than 256.</exception>
    public static byte[] Encode(ReadOnlySpan<Hash> entries)
    {
        if (entries.Length > TilePath.Width)
            throw new ArgumentException($"A bundle has at most {TilePath.Width} entries.", nameof(entries));
        var bundle = new byte[entries.Length * (LengthPrefix + Hash.Size)];
        var rest = bundle.AsSpan();
        foreach (ref readonly var entry in entries)
            rest = Write(rest, entry.Bytes);
        return bundle;
    }

    /// <summary>The entries, as views of the bundle.</summary>
    /// <exception cref="FormatException">The bundle ends within an entry, or has more than 256.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Decode(ReadOnlyMemory<byte> bundle)
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        while (bundle.Length > 0)
        {
            if (entries.Count == TilePath.Width)
                throw new FormatException($"An entry bundle has at most {TilePath.Width} entries.");
            var length = bundle.Length < LengthPrefix ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (length > bundle.Length - LengthPrefix)
                throw new FormatException($"The entry bundle ends within entry {entries.Count}.");
            entries.Add(bundle.Slice(LengthPrefix, length));
            bundle = bundle[(LengthPrefix + length)..];
        }

        return entries;
    }

    private static Span<byte> Write(Span<byte> destination, ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)entry.Length);
        entry.CopyTo(destination[LengthPrefix..]);
        return destination[(LengthPrefix + entry.Length)..];
    }
}
