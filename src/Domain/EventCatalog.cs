using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Platform.Ledger;

namespace Platform.Domain;

/// <summary>One kind of event: its alias on the wire, its record, how that record is read and written as JSON, and its members that are about people.</summary>
public sealed record EventEntry(string Alias, Type ClrType, JsonTypeInfo Json, ImmutableArray<PersonalMember> Personal);

/// <summary>Every kind of event there is, found once by its <see cref="EventTypeAttribute"/>.</summary>
public static partial class EventCatalog
{
    /// <summary>By alias.</summary>
    /// <exception cref="TypeInitializationException">
    /// An alias is malformed or stands twice, or an event is missing from the JSON contexts; the inner exception says which.
    /// </exception>
    public static FrozenDictionary<string, EventEntry> All { get; } =
        Build(typeof(EventCatalog).Assembly.GetTypes(), JsonContexts.All);

    private static FrozenDictionary<Type, EventEntry> ByType { get; } = All.Values.ToFrozenDictionary(entry => entry.ClrType);

    /// <exception cref="KeyNotFoundException">The object isn't an event.</exception>
    public static EventEntry Of(object @event) => ByType[@event.GetType()];

    /// <summary>The catalog of the events among <paramref name="types"/>.</summary>
    /// <exception cref="InvalidOperationException">
    /// An alias is malformed or stands twice, an event isn't in any context, or a text about a person is nobody's.
    /// </exception>
    public static FrozenDictionary<string, EventEntry> Build(IEnumerable<Type> types, IEnumerable<JsonSerializerContext> contexts)
    {
        var entries = new Dictionary<string, EventEntry>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<EventTypeAttribute>() is not { Alias: var alias }) continue;
            if (!AliasForm().IsMatch(alias)) throw new InvalidOperationException($"'{alias}' of {type} isn't a well-formed alias.");
            if (!entries.TryAdd(alias, new EventEntry(alias, type, JsonContexts.Find(type, contexts), PersonalOf(type))))
                throw new InvalidOperationException($"The alias '{alias}' stands twice: {entries[alias].ClrType} and {type}.");
        }

        return entries.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static ImmutableArray<PersonalMember> PersonalOf(Type type) =>
        [.. type.GetProperties().Where(property => property.PropertyType == typeof(PersonalText)).Select(property => PersonalOf(type, property))];

    private static PersonalMember PersonalOf(Type type, PropertyInfo property) =>
        property.GetCustomAttribute<PersonalAttribute>() is { } personal && type.GetProperty(personal.Subject) is { } subject && (subject.PropertyType == typeof(Guid) || subject.PropertyType == typeof(Guid?))
            ? new PersonalMember(
                JsonNamingPolicy.CamelCase.ConvertName(property.Name), personal.Category, personal.IsSearchable, e => (Guid?)subject.GetValue(e), e => (PersonalText?)property.GetValue(e))
            : throw new InvalidOperationException($"{property.Name} of {type} is a text about a person: mark it with [Personal] and the member that says about whom.");

    [GeneratedRegex(@"^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*(_v[1-9][0-9]*)?\z")]
    private static partial Regex AliasForm();
}
