using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>How one type of event that is about people is written: its JSON, in which each personal member is sealed before it goes anywhere.</summary>
internal sealed class PersonalSealing
{
    private readonly IReadOnlyList<PersonalProperty> _properties;
    private readonly JsonTypeInfo _unsealed;

    /// <param name="info">How it's written.</param>
    /// <param name="properties">Its personal members.</param>
    public PersonalSealing(JsonTypeInfo info, IReadOnlyList<PersonalProperty> properties)
    {
        _properties = properties;
        var options = new JsonSerializerOptions(info.Options);
        options.Converters.Add(new PersonalText.UnsealedConverter());
        _unsealed = options.GetTypeInfo(info.Type);
    }

    /// <summary>Whose texts an event has, and which.</summary>
    /// <exception cref="InvalidOperationException">A text is nobody's, or is another event's.</exception>
    public IEnumerable<(PersonalProperty Property, Guid SubjectId, string Text)> TextsOf(object e)
    {
        foreach (var property in _properties)
            if (property.Text(e) is { } text)
                yield return (property, SubjectOf(property, e), PlainOf(property, e, text));
    }

    /// <param name="e">The event.</param>
    /// <param name="eventId">Its id.</param>
    /// <param name="keys">Of its subjects.</param>
    public byte[] Write(object e, Guid eventId, IReadOnlyDictionary<Guid, SubjectKey> keys)
    {
        using var json = JsonSerializer.SerializeToDocument(e, _unsealed);
        using var stream = new MemoryStream(1024);
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var member in json.RootElement.EnumerateObject())
                if (_properties.FirstOrDefault(p => p.Name == member.Name) is { } property && property.Text(e) is { } text)
                    writer.WriteString(member.Name, SealedText.Seal(keys[SubjectOf(property, e)], eventId, property.Name, PlainOf(property, e, text)));
                else
                    member.WriteTo(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static Guid SubjectOf(PersonalProperty property, object e) =>
        property.Subject(e) is { } subject && subject != PersonalData.TermsKey ? subject : throw new InvalidOperationException($"{property.Name} of {e.GetType().Name} is about a person whom the event doesn't name.");

    private static string PlainOf(PersonalProperty property, object e, PersonalText text) => !text.IsSealed ? text.Text
        : throw new InvalidOperationException($"{property.Name} of {e.GetType().Name} was taken from another event: what is sealed belongs where it was sealed.");
}
