using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Platform.Ledger;

/// <summary>
/// JSON in the one form that RFC 8785 (JSON Canonicalization Scheme) gives it: no white space, members sorted by the UTF-16 units of their names,
/// strings escaped only where they must be, numbers as ECMAScript writes the double nearest to them; in UTF-8.
/// </summary>
public static class CanonicalJson
{
    // Below 1e21 and from 1e-6 on, ECMAScript writes a number without an exponent (ECMA-262, Number::toString).
    private const int PlainFrom = -6;
    private const int PlainTo = 21;

    private static readonly SearchValues<char> _escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    // A lone surrogate has no UTF-8 form.
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The canonical form, as bytes of UTF-8.</summary>
    /// <exception cref="FormatException">
    /// There is no canonical form: a number lies beyond the range of a double, a string has a lone surrogate, or an object has a member twice.
    /// </exception>
    public static byte[] Write(JsonElement value) => Write(text => Append(text, value));

    /// <summary>The canonical form of an object that has these members.</summary>
    /// <exception cref="FormatException">As of <see cref="Write(JsonElement)"/>.</exception>
    public static byte[] Write(IEnumerable<KeyValuePair<string, JsonElement>> members) => Write(text => AppendObject(text, members.Select(m => (m.Key, m.Value))));

    /// <summary>A finite number as ECMAScript's Number::toString writes it.</summary>
    /// <exception cref="FormatException">The number isn't finite.</exception>
    public static string Number(double number)
    {
        if (!double.IsFinite(number))
            throw new FormatException("A number lies beyond the range of a double.");
        if (number == 0)
            return "0";
        // The shortest digits that read back as the same double: d.dddE+nnn.
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var (digits, point) = Digits(shortest);
        var sign = number < 0 ? "-" : "";
        return sign + point switch
        {
            > PlainFrom and <= 0 => "0." + new string('0', -point) + digits,
            > 0 and <= PlainTo when point >= digits.Length => digits + new string('0', point - digits.Length),
            > 0 and <= PlainTo => digits[..point] + "." + digits[point..],
            _ => digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + (point > 0 ? "+" : "-") + Math.Abs(point - 1).ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <returns>The significant digits, and where the decimal point stands, counted from their beginning: 0.00123 is 123 and -2.</returns>
    private static (string Digits, int Point) Digits(string number)
    {
        var e = number.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? number : number[..e];
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = dot < 0 ? mantissa : mantissa.Remove(dot, 1);
        var significant = all.TrimStart('0');
        return (significant.TrimEnd('0'), (dot < 0 ? mantissa.Length : dot) + exponent - (all.Length - significant.Length));
    }

    private static byte[] Write(Action<StringBuilder> append)
    {
        var text = new StringBuilder();
        try
        {
            append(text);
            return _utf8.GetBytes(text.ToString());
        }
        catch (Exception e) when (e is InvalidOperationException or EncoderFallbackException)
        {
            throw new FormatException("A string has a lone surrogate.", e);
        }
    }

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value.EnumerateObject().Select(member => (member.Name, member.Value)));
                break;
            case JsonValueKind.Array:
                var first = true;
                text.Append('[');
                foreach (var element in value.EnumerateArray())
                {
                    text.Append(first ? "" : ",");
                    first = false;
                    Append(text, element);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.ValueKind switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => "null" });
                break;
        }
    }

    private static void AppendObject(StringBuilder text, IEnumerable<(string Name, JsonElement Value)> unsorted)
    {
        var members = unsorted.OrderBy(member => member.Name, StringComparer.Ordinal).ToList();
        text.Append('{');
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0 && members[i].Name == members[i - 1].Name)
                throw new FormatException($"The member '{members[i].Name}' stands twice.");
            text.Append(i > 0 ? "," : "");
            AppendString(text, members[i].Name);
            text.Append(':');
            Append(text, members[i].Value);
        }
        text.Append('}');
    }

    private static void AppendString(StringBuilder text, ReadOnlySpan<char> value)
    {
        text.Append('"');
        for (int next; (next = value.IndexOfAny(_escaped)) >= 0; value = value[(next + 1)..])
        {
            text.Append(value[..next]);
            _ = value[next] switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                var control => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)control:x4}"),
            };
        }
        text.Append(value).Append('"');
    }
}
