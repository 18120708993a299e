using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Platform.EventStore;

/// <summary>
/// Alias to type and back, with upcasting: an old alias is read as its old shape and turned into the current one, never rewritten.
/// </summary>
public sealed class EventTypeMap
{
    private readonly Dictionary<string, Func<ReadOnlyMemory<byte>, object>> _readers = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, (string Alias, JsonTypeInfo Info)> _writers = [];

    /// <summary>Registers the current type of an alias.</summary>
    /// <exception cref="ArgumentException">The alias or the type is registered already.</exception>
    public EventTypeMap Add(string alias, JsonTypeInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        _writers.Add(info.Type, (alias, info));
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

    /// <summary>An event as it is stored: alias and JSON in UTF-8.</summary>
    /// <exception cref="InvalidOperationException">The type isn't registered.</exception>
    public (string Alias, byte[] Json) Write(object @event)
    {
        var (alias, info) = WriterOf(@event.GetType());
        return (alias, JsonSerializer.SerializeToUtf8Bytes(@event, info));
    }

    private (string Alias, JsonTypeInfo Info) WriterOf(Type type) =>
        _writers.TryGetValue(type, out var writer) ? writer
        : throw new InvalidOperationException($"{type} is not a registered event: give it an [EventType] alias and a place in its capability's JSON context.");

    public object Deserialize(string alias, ReadOnlyMemory<byte> json) =>
        _readers.TryGetValue(alias, out var read) ? read(json) : new UnknownEvent(alias);
}
