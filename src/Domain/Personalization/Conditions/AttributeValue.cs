using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Personalization;

/// <summary>What JSON can say, for conditions to look at without reading JSON again: null, a boolean, a number, a text, a list or a map. What isn't there is null.</summary>
[JsonConverter(typeof(AttributeValueConverter))]
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private readonly double _number;
    private readonly object? _content;

    private AttributeValue(JsonValueKind kind, double number, object? content) => (Kind, _number, _content) = (kind, number, content);

    public static AttributeValue Null { get; } = new(JsonValueKind.Null, 0, null);

    /// <summary>One of null, true, false, number, string, array and object.</summary>
    public JsonValueKind Kind => field == JsonValueKind.Undefined ? JsonValueKind.Null : field;

    public bool IsNull => Kind == JsonValueKind.Null;

    /// <summary>The number; of anything else 0.</summary>
    public double Number => _number;

    /// <summary>The text; of anything else null.</summary>
    public string? Text => _content as string;

    /// <summary>The list; of anything else empty.</summary>
    public ImmutableArray<AttributeValue> Items => _content is AttributeValue[] items ? ImmutableCollectionsMarshal.AsImmutableArray(items) : [];

    public static AttributeValue Of(bool value) => new(value ? JsonValueKind.True : JsonValueKind.False, value ? 1 : 0, null);

    public static AttributeValue Of(double value) => double.IsFinite(value) ? new(JsonValueKind.Number, value, null) : Null;

    public static AttributeValue Of(string? value) => value is null ? Null : new(JsonValueKind.String, 0, value);

    public static AttributeValue Of(IEnumerable<AttributeValue> items) => new(JsonValueKind.Array, 0, items.ToArray());

    public static AttributeValue Of(IEnumerable<KeyValuePair<string, AttributeValue>> members) => new(JsonValueKind.Object, 0, members.ToDictionary(StringComparer.Ordinal));

    /// <param name="json">Of a member that is there twice, the last one counts.</param>
    public static AttributeValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => Of(json.GetBoolean()),
        JsonValueKind.Number => Of(json.GetDouble()),
        JsonValueKind.String => Of(json.GetString()),
        JsonValueKind.Array => Of(json.EnumerateArray().Select(Of)),
        JsonValueKind.Object => OfMembers(json),
        _ => Null,
    };

    /// <summary>A member of a map; null where it's no map, or has none of the name.</summary>
    public AttributeValue this[string name] => _content is Dictionary<string, AttributeValue> members && members.TryGetValue(name, out var value) ? value : Null;

    /// <summary>Members of a map, in no order; of anything else none.</summary>
    public IEnumerable<KeyValuePair<string, AttributeValue>> Members => _content as Dictionary<string, AttributeValue> ?? Enumerable.Empty<KeyValuePair<string, AttributeValue>>();

    /// <summary>Alike in kind and content, whatever the order of members.</summary>
    public bool Equals(AttributeValue other) => Kind == other.Kind && Kind switch
    {
        JsonValueKind.Number => _number.Equals(other._number),
        JsonValueKind.String => Text == other.Text,
        JsonValueKind.Array => Items.SequenceEqual(other.Items),
        JsonValueKind.Object => Members.Count() == other.Members.Count() && Members.All(member => other._content is Dictionary<string, AttributeValue> theirs && theirs.TryGetValue(member.Key, out var value) && value.Equals(member.Value)),
        _ => true,
    };

    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Kind, _number, _content as string);

    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    /// <summary>As JavaScript makes a text of it: 1 for the number 1, 1,2 for the list of both.</summary>
    public override string ToString() => Kind switch
    {
        JsonValueKind.String => Text!,
        JsonValueKind.Number => NumberText(_number),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => string.Join(',', Items.Select(item => item.IsNull ? "" : item.ToString())),
        JsonValueKind.Object => "[object Object]",
        _ => "null",
    };

    /// <summary>As JavaScript makes a number of it; NaN where it's none. ECMA-262, section 7.1.4.</summary>
    public double ToNumber() => Kind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => _number,
        JsonValueKind.Null => 0,
        JsonValueKind.Object => double.NaN,
        _ => ToString().Trim() is { Length: > 0 } text ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN : 0,
    };

    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Number: writer.WriteNumberValue(_number); break;
            case JsonValueKind.True or JsonValueKind.False: writer.WriteBooleanValue(_number != 0); break;
            case JsonValueKind.String: writer.WriteStringValue(Text); break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in Items) item.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, value) in Members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }
                writer.WriteEndObject();
                break;
            default: writer.WriteNullValue(); break;
        }
    }

    private static AttributeValue OfMembers(JsonElement json)
    {
        var members = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject()) members[member.Name] = Of(member.Value);
        return new(JsonValueKind.Object, 0, members);
    }

    private static string NumberText(double number) => double.IsInteger(number) && Math.Abs(number) < 1e21
        ? number.ToString("F0", CultureInfo.InvariantCulture) is "-0" ? "0" : number.ToString("F0", CultureInfo.InvariantCulture)
        : number.ToString("R", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
}
