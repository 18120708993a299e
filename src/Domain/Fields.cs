using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain;

/// <summary>
/// A JSON object whose members the platform doesn't know beforehand: the fields of an item, the settings of a site.
/// Two are equal when they are equal as JSON, whatever the order of members or the spelling of numbers.
/// </summary>
[JsonConverter(typeof(FieldsConverter))]
public sealed record Fields(ImmutableSortedDictionary<string, JsonElement> Values)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Fields Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal));

    public bool IsEmpty => Values.IsEmpty;

    /// <exception cref="JsonException">The text isn't a JSON object, or names a member twice.</exception>
    public static Fields Parse(string json) => JsonSerializer.Deserialize(json, FieldsJson.Default.Fields)
        ?? throw new JsonException("Expected a JSON object.");

    /// <summary>The member's value; null when there is no such member.</summary>
    public JsonElement? Find(string name) => Values.TryGetValue(name, out var value) ? value : null;

    /// <summary>These with the members of <paramref name="set"/> put in, then those named <paramref name="removed"/> taken out.</summary>
    public Fields With(Fields set, IEnumerable<string> removed) => new(Values.SetItems(set.Values).RemoveRange(removed));

    /// <summary>The members that aren't null: on the way in, a null says that there is no value.</summary>
    public Fields WithoutNulls() =>
        new(Values.RemoveRange(Values.Where(member => member.Value.ValueKind is JsonValueKind.Null).Select(member => member.Key)));

    /// <summary>The members that <paramref name="other"/> lacks or has with another value.</summary>
    public Fields Except(Fields other) => new(Values.RemoveRange(Values.Where(other.Has).Select(member => member.Key)));

    /// <summary>Length of the shortest JSON text of this object, in bytes of UTF-8.</summary>
    public int CountBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain)) WriteTo(writer);
        return buffer.WrittenCount;
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in Values)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    public bool Equals(Fields? other) => other is not null && Values.Count == other.Values.Count && Values.All(other.Has);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in Values)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value.ValueKind);
        }

        return hash.ToHashCode();
    }

    private bool Has(KeyValuePair<string, JsonElement> member) =>
        Values.TryGetValue(member.Key, out var value) && JsonElement.DeepEquals(value, member.Value);
}
