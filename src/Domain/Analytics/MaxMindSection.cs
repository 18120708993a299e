using System.Buffers.Binary;
using System.Text;

namespace Platform.Domain.Analytics;

/// <summary>Types of values, with the format's own numbers.</summary>
public enum MaxMindType
{
    Pointer = 1,
    Text = 2,
    Double = 3,
    Bytes = 4,
    UInt16 = 5,
    UInt32 = 6,
    Map = 7,
    Int32 = 8,
    UInt64 = 9,
    UInt128 = 10,
    Array = 11,
    Boolean = 14,
    Float = 15,
}

/// <summary>
/// Values one after the other, as the data section and the metadata have them (MaxMind DB format 2.0, "Output Data Section"). Whatever the
/// bytes are, reading ends: each step goes forward in the section, and what pointers can repeat is limited.
/// </summary>
internal sealed class MaxMindSection(ReadOnlyMemory<byte> bytes)
{
    /// <summary>Values within values.</summary>
    public const int MaxDepth = 512;

    /// <summary>Bytes that one decoded value may take: those of its texts, and 32 for each value in it.</summary>
    public const int MaxCost = 32 * 1024 * 1024;

    private const int CostOfValue = 32;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A value's type, and where its content is.</summary>
    /// <param name="Type">Never a pointer in what <see cref="Follow"/> gives.</param>
    /// <param name="Size">Bytes; pairs of a map; values of an array; 0 or 1 for a boolean; a pointer's target.</param>
    /// <param name="Start">Of the content; behind a pointer.</param>
    public readonly record struct Field(MaxMindType Type, int Size, int Start);

    public int Length => bytes.Length;

    /// <summary>The value there, or the one that the pointer there leads to.</summary>
    public Field Follow(int offset)
    {
        var field = Read(offset);
        if (field.Type != MaxMindType.Pointer)
            return field;
        var target = Read(field.Size);
        return target.Type == MaxMindType.Pointer ? throw new MaxMindException(MaxMindFault.InvalidPointer, $"The pointer at {offset} leads to another.") : target;
    }

    /// <summary>Where the next value is, without a look into this one.</summary>
    public int Skip(int offset)
    {
        for (var left = 1L; left > 0; left--)
        {
            var field = Read(offset);
            offset = field.Type is MaxMindType.Pointer or MaxMindType.Map or MaxMindType.Array or MaxMindType.Boolean ? field.Start : field.Start + field.Size;
            left += field.Type switch { MaxMindType.Map => 2L * field.Size, MaxMindType.Array => field.Size, _ => 0 };
        }
        return offset;
    }

    public ReadOnlySpan<byte> Content(Field field) => bytes.Span.Slice(field.Start, field.Size);

    /// <summary>A text of the section.</summary>
    /// <param name="offset">Of a value; if it's no text, the file is damaged: only keys of maps are read so.</param>
    public ReadOnlySpan<byte> Key(int offset) => Follow(offset) is { Type: MaxMindType.Text } field
        ? Content(field)
        : throw new MaxMindException(MaxMindFault.InvalidType, $"The key at {offset} isn't a string.");

    /// <summary>The value there with all that is in it: <see cref="MaxMindValue.Decode"/>.</summary>
    public object Decode(int offset)
    {
        var cost = 0L;
        return Decode(ref offset, 0, ref cost);
    }

    private object Decode(ref int offset, int depth, ref long cost)
    {
        if (depth > MaxDepth)
            throw new MaxMindException(MaxMindFault.TooDeep, $"The value at {offset} is more than {MaxDepth} deep.");
        var field = Follow(offset);
        cost += CostOfValue + (field.Type is MaxMindType.Text or MaxMindType.Bytes ? field.Size : 0);
        if (cost > MaxCost)
            throw new MaxMindException(MaxMindFault.TooLarge, $"The value takes more than {MaxCost} bytes.");
        if (field.Type is not (MaxMindType.Map or MaxMindType.Array))
        {
            offset = Skip(offset);
            return Scalar(field);
        }
        // Behind a pointer, the next value is behind the pointer, not behind what it leads to.
        var direct = Read(offset);
        var inner = field.Start;
        object value = field.Type == MaxMindType.Map ? Map(field.Size, ref inner, depth, ref cost) : Array(field.Size, ref inner, depth, ref cost);
        offset = direct.Type == MaxMindType.Pointer ? direct.Start : inner;
        return value;
    }

    private Dictionary<string, object> Map(int size, ref int offset, int depth, ref long cost)
    {
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < size; i++)
        {
            var key = Text(Key(offset));
            cost += key.Length;
            offset = Skip(offset);
            map.TryAdd(key, Decode(ref offset, depth + 1, ref cost));
        }
        return map;
    }

    private List<object> Array(int size, ref int offset, int depth, ref long cost)
    {
        var array = new List<object>();
        for (var i = 0; i < size; i++)
            array.Add(Decode(ref offset, depth + 1, ref cost));
        return array;
    }

    private object Scalar(Field field) => field.Type switch
    {
        MaxMindType.Text => Text(Content(field)),
        MaxMindType.Bytes => Content(field).ToArray(),
        MaxMindType.Double => BinaryPrimitives.ReadDoubleBigEndian(Content(field)),
        MaxMindType.Float => BinaryPrimitives.ReadSingleBigEndian(Content(field)),
        MaxMindType.Boolean => field.Size == 1,
        MaxMindType.UInt16 => (ushort)Integer(field),
        MaxMindType.UInt32 => (uint)Integer(field),
        MaxMindType.Int32 => (int)(uint)Integer(field),
        MaxMindType.UInt64 => (ulong)Integer(field),
        _ => Integer(field),
    };

    private UInt128 Integer(Field field)
    {
        var value = UInt128.Zero;
        foreach (var part in Content(field))
            value = (value << 8) | part;
        return value;
    }

    private static string Text(ReadOnlySpan<byte> content)
    {
        try
        {
            return _utf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            throw new MaxMindException(MaxMindFault.InvalidText, "A string isn't UTF-8.");
        }
    }

    private Field Read(int offset)
    {
        var span = bytes.Span;
        var at = offset;
        var control = Next(span, ref at, 1);
        var type = (MaxMindType)(control >> 5);
        var low = (int)(control & 0x1F);
        if (type == MaxMindType.Pointer)
            return Pointer(span, low, at);
        if (type == 0)
        {
            type = (MaxMindType)(Next(span, ref at, 1) + 7);
            // The types below have a number of their own in the first byte.
            if (type is <= MaxMindType.Map or (MaxMindType)12 or (MaxMindType)13 or > MaxMindType.Float)
                throw new MaxMindException(MaxMindFault.InvalidType, $"The value at {offset} is of type {(int)type}, which there isn't.");
        }
        var size = low switch
        {
            29 => 29 + (int)Next(span, ref at, 1),
            30 => 285 + (int)Next(span, ref at, 2),
            31 => 65_821 + (int)Next(span, ref at, 3),
            _ => low,
        };
        Check(type, size, offset);
        // A value takes a byte at least, a pair two.
        var least = type switch { MaxMindType.Boolean => 0, MaxMindType.Map => 2L * size, _ => size };
        return least > span.Length - at ? throw Truncated(offset) : new Field(type, size, at);
    }

    private static Field Pointer(ReadOnlySpan<byte> span, int low, int at)
    {
        var width = (low >> 3) + 1;
        var high = (uint)(low & 7);
        var value = Next(span, ref at, width);
        long target = width switch
        {
            1 => (high << 8) | value,
            2 => ((high << 16) | value) + 2_048,
            3 => ((high << 24) | value) + 526_336,
            _ => value,
        };
        return target < span.Length
            ? new Field(MaxMindType.Pointer, (int)target, at)
            : throw new MaxMindException(MaxMindFault.InvalidPointer, $"A pointer leads to {target}, beyond its section.");
    }

    private static void Check(MaxMindType type, int size, int offset)
    {
        var fits = type switch
        {
            MaxMindType.Boolean => size <= 1,
            MaxMindType.UInt16 => size <= 2,
            MaxMindType.UInt32 or MaxMindType.Int32 => size <= 4,
            MaxMindType.UInt64 => size <= 8,
            MaxMindType.UInt128 => size <= 16,
            MaxMindType.Float => size == 4,
            MaxMindType.Double => size == 8,
            _ => true,
        };
        if (!fits)
            throw new MaxMindException(MaxMindFault.InvalidSize, $"The {type} at {offset} has a size of {size}.");
    }

    private static uint Next(ReadOnlySpan<byte> span, ref int at, int count)
    {
        if (at < 0 || count > span.Length - at)
            throw Truncated(at);
        uint value = 0;
        for (; count > 0; count--)
            value = (value << 8) | span[at++];
        return value;
    }

    private static MaxMindException Truncated(int offset) => new(MaxMindFault.Truncated, $"The value at {offset} goes on beyond its section.");
}
