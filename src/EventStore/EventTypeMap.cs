using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// Alias to type and back, with upcasting: an old alias is read as its old shape and turned into the current one, never rewritten.
/// </summary>
public sealed class EventTypeMap
{
    private readonly Dictionary<string, Func<ReadOnlyMemory<byte>, object>> _readers = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, (string Alias, string DotnetType, JsonTypeInfo Info)> _writers = [];
    private readonly Dictionary<Type, PersonalSealing> _sealings = [];

    /// <summary>Registers the current type of an alias.</summary>
    /// <param name="alias">What it's called in the ledger.</param>
    /// <param name="info">How it's read and written.</param>
    /// <param name="personal">Its members that are about people; null: none.</param>
    /// <exception cref="ArgumentException">The alias or the type is registered already.</exception>
    public EventTypeMap Add(string alias, JsonTypeInfo info, IReadOnlyList<PersonalProperty>? personal = null)
    {
        ArgumentNullException.ThrowIfNull(info);
        _writers.Add(info.Type, (alias, $"{info.Type.FullName}, {info.Type.Assembly.GetName().Name}", info));
        if (personal is { Count: > 0 })
            _sealings.Add(info.Type, new PersonalSealing(info, personal));
        _readers.Add(alias, json => JsonSerializer.Deserialize(json.Span, info)
            ?? throw new JsonException($"Event of type {alias} is a JSON null."));
        return this;
    }

    /// <summary>Registers an alias that is no longer written: its events are read as <typeparamref name="TOld"/> and turned into today's.</summary>
    public EventTypeMap Upcast<TOld>(string alias, JsonTypeInfo<TOld> info, Func<TOld, object> upcast) where TOld : notnull
    {
        _readers.Add(alias, json => upcast(JsonSerializer.Deserialize(json.Span, info)
            ?? throw new JsonException($"Event of type {alias} is a JSON null.")));
        return this;
    }

    /// <summary>The alias under which events of a type are written.</summary>
    /// <exception cref="InvalidOperationException">The type isn't registered.</exception>
    public string AliasOf(Type type) => WriterOf(type).Alias;

    /// <summary>An event as it is stored: alias, Marten's name of its type, JSON in UTF-8.</summary>
    /// <param name="event">The event.</param>
    /// <param name="eventId">Its id, which what is personal in it is bound to.</param>
    /// <param name="keys">Of the people whom it's about.</param>
    /// <exception cref="InvalidOperationException">The type isn't registered.</exception>
    internal (string Alias, string DotnetType, byte[] Json) Write(object @event, Guid eventId, IReadOnlyDictionary<Guid, SubjectKey> keys)
    {
        var (alias, dotnetType, info) = WriterOf(@event.GetType());
        return (alias, dotnetType, SealingOf(@event)?.Write(@event, eventId, keys) ?? JsonSerializer.SerializeToUtf8Bytes(@event, info));
    }

    /// <summary>How what is personal in an event is sealed; null: nothing is.</summary>
    internal PersonalSealing? SealingOf(object @event) => _sealings.GetValueOrDefault(@event.GetType());

    private (string Alias, string DotnetType, JsonTypeInfo Info) WriterOf(Type type) =>
        _writers.TryGetValue(type, out var writer) ? writer
        : throw new InvalidOperationException($"{type} is not a registered event: give it an [EventType] alias and a place in its capability's JSON context.");

    public object Deserialize(string alias, ReadOnlyMemory<byte> json) =>
        _readers.TryGetValue(alias, out var read) ? read(json) : new UnknownEvent(alias);
}
