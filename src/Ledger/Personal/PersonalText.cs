using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Ledger;

/// <summary>
/// A text about a person, in an event or in what is made of events. It comes in plain with a command, and is sealed as its event is written; from then on it's <see cref="SealedText"/> wherever it goes.
/// Nothing writes it in plain: as JSON that throws, as text it says nothing.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class PersonalText : IEquatable<PersonalText>
{
    private readonly string _value;

    private PersonalText(string value, bool isSealed) => (_value, IsSealed) = (value, isSealed);

    /// <summary>As it came in.</summary>
    public static PersonalText Plain(string text) => new(text, isSealed: false);

    /// <summary>As it's stored.</summary>
    public static PersonalText Sealed(string token) => new(token, isSealed: true);

    public bool IsSealed { get; }

    /// <summary>See <see cref="SealedText.Token"/>.</summary>
    /// <exception cref="InvalidOperationException">It isn't sealed.</exception>
    public string Token => IsSealed ? _value : throw new InvalidOperationException("The text isn't sealed yet: it can't be stored.");

    /// <summary>The text itself, for decisions on a command.</summary>
    /// <exception cref="InvalidOperationException">It's sealed.</exception>
    public string Text => IsSealed ? throw new InvalidOperationException("The text is sealed.") : _value;

    public bool Equals(PersonalText? other) => other is not null && other.IsSealed == IsSealed && string.Equals(other._value, _value, StringComparison.Ordinal);
    public override bool Equals(object? obj) => Equals(obj as PersonalText);
    public override int GetHashCode() => string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>For logs and errors: nothing of it.</summary>
    public override string ToString() => "[personal]";

    /// <summary>Writes what is sealed, and refuses anything else.</summary>
    public sealed class Converter : JsonConverter<PersonalText>
    {
        public override PersonalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType == JsonTokenType.String
            ? Sealed(reader.GetString()!)
            : throw new JsonException("A personal text is stored sealed, as a string.");

        public override void Write(Utf8JsonWriter writer, PersonalText value, JsonSerializerOptions options) => writer.WriteStringValue(value.Token);
    }

    /// <summary>Writes a plain text as an object with one member, for whoever seals it before the JSON goes anywhere; a sealed one as it is.</summary>
    public sealed class UnsealedConverter : JsonConverter<PersonalText>
    {
        /// <summary>The object's member.</summary>
        public const string Member = "plain";

        public override PersonalText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, PersonalText value, JsonSerializerOptions options)
        {
            if (value.IsSealed)
            {
                writer.WriteStringValue(value._value);
                return;
            }
            writer.WriteStartObject();
            writer.WriteString(Member, value._value);
            writer.WriteEndObject();
        }
    }
}
