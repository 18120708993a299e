using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>
/// Lays out hash input in one reused buffer: <c>F(x)</c> = 4-byte big-endian length in bytes, then x; <c>N(x)</c> = byte 00 for null,
/// else byte 01 and F(x). Not safe for use by several threads at once.
/// </summary>
internal sealed class FieldWriter
{
    private const int LengthPrefix = 4;
    private const int UuidText = 36;
    private const int LongestNumber = 20;
    private const int RoundTripTime = 28;

    // A lone surrogate has no UTF-8 form: refuse it, rather than hash a replacement character that the database never held.
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _buffer = new byte[4096];
    private int _length;

    public FieldWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        return this;
    }

    public FieldWriter Raw(in Hash hash) => Raw(hash.Bytes);

    public FieldWriter Field(ReadOnlySpan<byte> bytes)
    {
        Length(bytes.Length);
        return Raw(bytes);
    }

    public FieldWriter Field(string text) =>
        Written(_utf8.GetBytes(text, Room(LengthPrefix + _utf8.GetMaxByteCount(text.Length))[LengthPrefix..]));

    public FieldWriter Field(long number)
    {
        number.TryFormat(Room(LengthPrefix + LongestNumber)[LengthPrefix..], out var written);
        return Written(written);
    }

    public FieldWriter Field(Guid id)
    {
        id.TryFormat(Room(LengthPrefix + UuidText)[LengthPrefix..], out var written, "D");
        return Written(written);
    }

    /// <summary>Writes the time in UTC as <c>YYYY-MM-DDTHH:MM:SS.ffffffZ</c>; what is finer than a microsecond is cut off.</summary>
    public FieldWriter Field(DateTimeOffset time)
    {
        var text = Room(LengthPrefix + RoundTripTime)[LengthPrefix..];
        time.UtcDateTime.TryFormat(text, out var written, "O");
        // The round-trip form has a seventh digit before its Z.
        text[written - 2] = (byte)'Z';
        return Written(written - 1);
    }

    /// <summary>Writes what a JSON string in UTF-8, quotes included, stands for.</summary>
    /// <exception cref="JsonException">It has an escape that JSON doesn't know.</exception>
    /// <exception cref="InvalidOperationException">It stands for no text: half a surrogate pair, or no UTF-8.</exception>
    public FieldWriter JsonString(ReadOnlySpan<byte> quoted)
    {
        var text = quoted[1..^1];
        var room = Room(LengthPrefix + text.Length)[LengthPrefix..];
        var written = 0;
        for (int next; (next = text.IndexOf((byte)'\\')) >= 0; text = text[(next + 2)..])
        {
            text[..next].CopyTo(room[written..]);
            written += next;
            var character = text[next + 1] switch
            {
                (byte)'"' or (byte)'\\' or (byte)'/' => text[next + 1],
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                _ => default,
            };
            if (character == 0)
                return Written(Unescape(quoted, room));
            room[written++] = character;
        }

        text.CopyTo(room[written..]);
        return Written(written + text.Length);
    }

    /// <summary>The same of a JSON string or null.</summary>
    public FieldWriter NullableJsonString(ReadOnlySpan<byte> value) => value[0] == (byte)'"' ? Raw([1]).JsonString(value) : Raw([0]);

    public FieldWriter Nullable(string? text) => text is null ? Raw([0]) : Raw([1]).Field(text);

    public FieldWriter Nullable(byte[]? bytes) => bytes is null ? Raw([0]) : Raw([1]).Field(bytes);

    /// <summary>The digest of all that was written; the buffer is empty afterwards.</summary>
    public Hash Digest()
    {
        var digest = Hash.Of(_buffer.AsSpan(0, _length));
        _length = 0;
        return digest;
    }

    /// <summary>Drops what an earlier, failed layout left behind.</summary>
    public FieldWriter Start()
    {
        _length = 0;
        return this;
    }

    private static int Unescape(ReadOnlySpan<byte> quoted, Span<byte> destination)
    {
        var json = new Utf8JsonReader(quoted);
        json.Read();
        return json.CopyString(destination);
    }

    private FieldWriter Written(int bytes)
    {
        Length(bytes);
        _length += bytes;
        return this;
    }

    private void Length(int bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(LengthPrefix), bytes);
        _length += LengthPrefix;
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes)
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, checked(_length + bytes)));
        return _buffer.AsSpan(_length);
    }
}
