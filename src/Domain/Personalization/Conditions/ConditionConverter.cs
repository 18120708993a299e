using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>Reads and writes conditions in events, states and answers; what clients send is read by <see cref="ConditionReader"/>.</summary>
public sealed class ConditionConverter : JsonConverter<Condition>
{
    public override Condition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var (condition, errors) = ConditionReader.Read(json.RootElement, "condition", isStored: true);
        return errors.Rejection is { } rejection ? throw new JsonException(rejection.Detail) : condition;
    }

    public override void Write(Utf8JsonWriter writer, Condition value, JsonSerializerOptions options) => ConditionWriter.Write(writer, value);
}

/// <summary>Reads and writes values as the JSON that they are.</summary>
public sealed class AttributeValueConverter : JsonConverter<AttributeValue>
{
    public override bool HandleNull => true;

    public override AttributeValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return AttributeValue.Of(json.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, AttributeValue value, JsonSerializerOptions options) => value.WriteTo(writer);
}

/// <summary>How the parts of conditions are written that other capabilities own.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BehaviourCondition))]
internal sealed partial class PersonalizationConditionJson : JsonSerializerContext;
