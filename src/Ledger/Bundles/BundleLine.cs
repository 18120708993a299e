using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>Where the members of a line of <c>events/&lt;n&gt;.jsonl</c> stand in it: the values as they are written, strings with their quotes.</summary>
internal ref struct BundleLine
{
    private const int Members = 17;

    // In the order in which they are written, so that mostly the next one is the right one.
    private static readonly byte[][] _names =
    [
        [.. "index"u8], [.. "epoch"u8], [.. "tenant"u8], [.. "stream"u8], [.. "version"u8], [.. "id"u8], [.. "type"u8], [.. "timestamp"u8], [.. "data"u8], [.. "bdata"u8],
        [.. "correlation"u8], [.. "causation"u8], [.. "headers"u8], [.. "prev"u8], [.. "hash"u8], [.. "checks"u8], [.. "writer"u8],
    ];

    // What stands before each value in a line as the platform writes it.
    private static readonly byte[][] _starts = [.. _names.Select((name, member) => (byte[])[(byte)(member == 0 ? '{' : ','), (byte)'"', .. name, .. "\":"u8])];

    private static readonly SearchValues<byte> _hex = SearchValues.Create("0123456789abcdef"u8);

    private readonly ReadOnlySpan<byte> _line;
    private Places _places;

    /// <exception cref="FormatException">The line isn't a JSON object that has each member once.</exception>
    public BundleLine(ReadOnlySpan<byte> line)
    {
        _line = line;
        if (IsAsWritten())
            return;
        _places = default;
        try
        {
            var json = new Utf8JsonReader(line);
            var found = 0;
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                throw new FormatException("it is no JSON object");
            for (var expected = 0; json.Read() && json.TokenType == JsonTokenType.PropertyName;)
            {
                var member = MemberAt(json, expected);
                json.Read();
                if (member < 0)
                {
                    json.Skip();
                    continue;
                }

                if (_places[member].Length > 0)
                    throw new FormatException($"{Name(member)} stands twice in it");
                _places[member] = (json.TokenType, (int)json.TokenStartIndex, (int)(json.BytesConsumed - json.TokenStartIndex));
                (expected, found) = (member + 1, found + 1);
            }

            json.Read();
            for (var member = 0; found < Members && member < Members; member++)
                if (_places[member].Length == 0)
                    throw new FormatException($"it has no {Name(member)}");
        }
        catch (JsonException e)
        {
            throw new FormatException("it can't be read as JSON", e);
        }
    }

    public const int Index = 0, Epoch = 1, Tenant = 2, Stream = 3, Version = 4, Id = 5, Type = 6, Timestamp = 7, Data = 8, BinaryData = 9, Correlation = 10, Causation = 11, Headers = 12,
        Prev = 13, Hash = 14, Checks = 15, Writer = 16;

    public readonly bool IsNull(int member) => _places[member].Type == JsonTokenType.Null;

    /// <summary>A string with its quotes.</summary>
    public readonly ReadOnlySpan<byte> String(int member) => _places[member] is (JsonTokenType.String, var start, var length) ? _line.Slice(start, length)
        : throw new FormatException($"{Name(member)} is no string");

    /// <summary>A string with its quotes, or null.</summary>
    public readonly ReadOnlySpan<byte> Nullable(int member) => _places[member] is (JsonTokenType.Null, var start, var length) ? _line.Slice(start, length) : String(member);

    /// <summary>What a string without escapes stands for; one with escapes is taken apart.</summary>
    public readonly ReadOnlySpan<byte> Text(int member)
    {
        var quoted = String(member);
        if (!quoted.Contains((byte)'\\'))
            return quoted[1..^1];
        var json = new Utf8JsonReader(quoted);
        json.Read();
        var text = new byte[quoted.Length];
        return text.AsSpan(0, json.CopyString(text));
    }

    public readonly long Number(int member)
    {
        var (type, start, length) = _places[member];
        return type == JsonTokenType.Number && Utf8Parser.TryParse(_line.Slice(start, length), out long number, out var read) && read == length ? number
            : throw new FormatException($"{Name(member)} is no whole number of 64 bits");
    }

    public readonly Guid Uuid(int member) => Utf8Parser.TryParse(Text(member), out Guid id, out var read) && read == 36 && Text(member).Length == 36 ? id
        : throw new FormatException($"{Name(member)} is no UUID");

    /// <summary>Lower-case hexadecimal digits, two for each byte of <paramref name="destination"/>.</summary>
    public readonly void Hex(int member, Span<byte> destination)
    {
        var text = Text(member);
        if (text.Length != 2 * destination.Length || text.ContainsAnyExcept(_hex) || Convert.FromHexString(text, destination, out _, out _) != OperationStatus.Done)
            throw new FormatException($"{Name(member)} isn't {2 * destination.Length} lower-case hexadecimal digits");
    }

    /// <summary>Base64 in its one spelling; null for null.</summary>
    public readonly byte[]? Bytes(int member)
    {
        if (IsNull(member))
            return null;
        return Ledger.Base64.TryDecode(System.Text.Encoding.Latin1.GetString(Text(member)), out byte[]? bytes) ? bytes : throw new FormatException($"{Name(member)} is no base64");
    }

    /// <summary>Finds the members of a line that has them in the usual order and without white space, four times as fast as by a reader of JSON; false: it isn't such a line.</summary>
    private bool IsAsWritten()
    {
        if (_line.ContainsAnyInRange((byte)0, (byte)0x1f))
            return false;
        var at = 0;
        for (var member = 0; member < Members; member++)
        {
            if (!_line[at..].StartsWith(_starts[member]))
                return false;
            at += _starts[member].Length;
            var (type, length) = Value(_line[at..]);
            _places[member] = (type, at, length);
            if (length == 0)
                return false;
            at += length;
        }

        return at == _line.Length - 1 && _line[at] == (byte)'}';
    }

    private static (JsonTokenType Type, int Length) Value(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("null"u8))
            return (JsonTokenType.Null, 4);
        if (text is [>= (byte)'1' and <= (byte)'9', ..])
            return (JsonTokenType.Number, Math.Max(0, text.IndexOfAnyExceptInRange((byte)'0', (byte)'9')));
        if (text is [(byte)'0', (byte)',', ..])
            return (JsonTokenType.Number, 1);
        if (text is not [(byte)'"', ..])
            return default;
        for (var at = 1; at < text.Length; at += 2)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return default;
            at += next;
            if (text[at] == (byte)'"')
                return (JsonTokenType.String, at + 1);
        }

        return default;
    }

    private static int MemberAt(in Utf8JsonReader json, int expected)
    {
        if (expected < Members && json.ValueTextEquals(_names[expected]))
            return expected;
        for (var member = 0; member < Members; member++)
            if (json.ValueTextEquals(_names[member]))
                return member;
        return -1;
    }

    private static string Name(int member) => System.Text.Encoding.ASCII.GetString(_names[member]);

    [System.Runtime.CompilerServices.InlineArray(Members)]
    private struct Places
    {
        private (JsonTokenType Type, int Start, int Length) _first;
    }
}
