using System.Text;

namespace Platform.Ledger;

/// <summary>
/// The entries of a bundle's tar (POSIX ustar, or pax whose records repeat what the headers say), one after another and without seeking. Whatever can't be part of a bundle is
/// refused with <see cref="InvalidDataException"/>. System.Formats.Tar takes extended headers of any length into memory, which nobody should be able to ask of a verifier.
/// </summary>
internal sealed class BundleTar(Stream input)
{
    private const int Block = 512;
    private const int LongestRecords = 1 << 16;

    private readonly byte[] _header = new byte[Block];
    private int _padding;

    /// <summary>The entry's name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Its length in bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of it that aren't read yet.</summary>
    public long Left { get; private set; }

    /// <summary>Goes to the next entry; false: the archive has ended.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        byte[]? records = null;
        for (; ; records = await ContentAsync(LongestRecords, cancel))
        {
            if (Left > 0)
                throw new InvalidDataException($"{Name} wasn't read to its end.");
            await RequireAsync(_header.AsMemory(0, _padding), cancel);
            _padding = 0;
            await RequireAsync(_header, cancel);
            if (!_header.AsSpan().ContainsAnyExcept((byte)0))
                return await EndAsync(records, cancel);
            ReadHeader();
            if (_header[156] is (byte)'0' or 0)
                break;
            if (_header[156] != (byte)'x' || records is not null)
                throw new InvalidDataException($"{Name} is no regular file.");
        }

        Compare(records);
        return true;
    }

    /// <summary>The next bytes of the entry; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancel)
    {
        var count = (int)Math.Min(destination.Length, Left);
        if (count == 0)
            return 0;
        var read = await input.ReadAsync(destination[..count], cancel);
        Left -= read > 0 ? read : throw Truncated();
        return read;
    }

    /// <summary>All of the entry, which may have this many bytes.</summary>
    public async ValueTask<byte[]> ContentAsync(int longest, CancellationToken cancel)
    {
        if (Length > longest)
            throw new InvalidDataException($"{Name} has {Length} bytes, and {longest} are allowed.");
        var content = new byte[Length];
        await RequireAsync(content, cancel);
        Left = 0;
        return content;
    }

    private async ValueTask<bool> EndAsync(byte[]? records, CancellationToken cancel)
    {
        await RequireAsync(_header, cancel);
        return _header.AsSpan().ContainsAnyExcept((byte)0) || records is not null ? throw new InvalidDataException("The tar's end mark isn't whole.") : false;
    }

    private void ReadHeader()
    {
        var header = _header.AsSpan();
        var sum = 0;
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : header[i];
        if (sum != Octal(header[148..156]) || !header.Slice(257, 8).SequenceEqual("ustar\000"u8))
            throw new InvalidDataException($"What follows {(Name == "" ? "the beginning" : Name)} is no header of a POSIX tar.");
        var prefix = Text(header.Slice(345, 155));
        Name = prefix == "" ? Text(header[..100]) : $"{prefix}/{Text(header[..100])}";
        Length = Left = Octal(header[124..136]) is >= 0 and var length ? length : throw new InvalidDataException($"{Name} has no length.");
        _padding = (int)((Block - (Length % Block)) % Block);
    }

    // Another reader would go by the records, so they must say the same.
    private void Compare(byte[]? records)
    {
        for (var rest = records.AsSpan(); rest.Length > 0;)
        {
            var space = rest.IndexOf((byte)' ');
            if (space is < 1 or > 5 || !int.TryParse(rest[..space], out var length) || length <= space + 1 || length > rest.Length || rest[length - 1] != '\n')
                throw new InvalidDataException($"The extended header of {Name} isn't understood.");
            var record = rest[(space + 1)..(length - 1)];
            if ((record.StartsWith("path="u8) && !record[5..].SequenceEqual(Encoding.ASCII.GetBytes(Name)))
                || (record.StartsWith("size="u8) && !record[5..].SequenceEqual(Encoding.ASCII.GetBytes(NoteText.Number(Length)))))
                throw new InvalidDataException($"The extended header of {Name} contradicts it.");
            rest = rest[length..];
        }
    }

    private async ValueTask RequireAsync(Memory<byte> destination, CancellationToken cancel)
    {
        if (await input.ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, cancel) < destination.Length)
            throw Truncated();
    }

    private InvalidDataException Truncated() => new(Name == "" ? "The bundle is empty or cut off." : $"The bundle is cut off in or after {Name}.");

    private static string Text(ReadOnlySpan<byte> field) => Encoding.Latin1.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    private static long Octal(ReadOnlySpan<byte> field)
    {
        var (value, digits) = (0L, 0);
        for (; digits < field.Length && field[digits] is >= (byte)'0' and <= (byte)'7'; digits++)
            value = (value * 8) + field[digits] - '0';
        return digits > 0 && !field[digits..].ContainsAnyExcept((byte)0, (byte)' ') ? value : -1;
    }
}
