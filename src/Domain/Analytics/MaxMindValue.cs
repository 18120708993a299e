namespace Platform.Domain.Analytics;

/// <summary>A value of a MaxMind DB where it lies: nothing is decoded, or allocated, before it's asked for.</summary>
public readonly struct MaxMindValue
{
    private readonly MaxMindSection _section;
    private readonly int _offset;

    internal MaxMindValue(MaxMindSection section, int offset) => (_section, _offset) = (section, offset);

    /// <summary>A map's value under a key; false where there is none, or this is no map.</summary>
    /// <exception cref="MaxMindException">The file is damaged there.</exception>
    public bool TryGet(ReadOnlySpan<byte> key, out MaxMindValue value)
    {
        value = default;
        if (_section.Follow(_offset) is not { Type: MaxMindType.Map } map)
            return false;
        var at = map.Start;
        for (var i = 0; i < map.Size; i++)
        {
            var found = _section.Key(at).SequenceEqual(key);
            at = _section.Skip(at);
            if (found)
            {
                value = new MaxMindValue(_section, at);
                return true;
            }
            at = _section.Skip(at);
        }
        return false;
    }

    /// <summary>The bytes of a text, as they are in the file; false for any other type.</summary>
    /// <exception cref="MaxMindException">The file is damaged there.</exception>
    public bool TryText(out ReadOnlySpan<byte> utf8)
    {
        var field = _section.Follow(_offset);
        utf8 = field.Type == MaxMindType.Text ? _section.Content(field) : default;
        return field.Type == MaxMindType.Text;
    }

    /// <summary>
    /// All of it: string, double, float, byte[], ushort, uint, int, ulong, <see cref="UInt128"/>, bool, Dictionary&lt;string, object&gt; (of equal
    /// keys the first counts) or List&lt;object&gt;.
    /// </summary>
    /// <exception cref="MaxMindException">The file is damaged there.</exception>
    public object Decode() => _section.Decode(_offset);
}
