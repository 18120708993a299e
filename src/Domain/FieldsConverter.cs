using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain;

/// <summary>Reads and writes <see cref="Fields"/> as the plain JSON object that it is.</summary>
public sealed class FieldsConverter : JsonConverter<Fields>
{
    public override Fields Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("Expected a JSON object.");

        var values = Fields.Empty.Values.ToBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            // A context of our own, so that a context using Fields needn't list JsonElement to have duplicates below refused.
            if (!values.TryAdd(name, JsonSerializer.Deserialize(ref reader, FieldsJson.Default.JsonElement)))
                throw new JsonException($"The member '{name}' stands twice.");
        }

        return new Fields(values.ToImmutable());
    }

    public override void Write(Utf8JsonWriter writer, Fields value, JsonSerializerOptions options) => value.WriteTo(writer);
}
