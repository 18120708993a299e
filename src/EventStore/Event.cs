using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.EventStore;

/// <summary>An event as it stands in its stream.</summary>
public sealed record Event
{
    public required string TenantId { get; init; }
    public required Guid StreamId { get; init; }

    /// <summary>1-based position in the stream.</summary>
    public required long Version { get; init; }

    /// <summary>Marten's <c>seq_id</c>: unique, but neither dense nor in commit order.</summary>
    public required long Sequence { get; init; }

    /// <summary>Place in the log: dense, in commit order. Null where the event was read by stream.</summary>
    public long? Index { get; internal set; }

    public required Guid Id { get; init; }

    /// <summary>Alias of the event's type, e.g. <c>content.item-published</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The event, upcast to its current type, read when first asked for; <see cref="UnknownEvent"/> where no type is registered for the alias.</summary>
    /// <exception cref="JsonException">What is stored isn't an event of this type.</exception>
    public object Data
    {
        get => field ??= Types!.Deserialize(Type, Json);
        init;
    }

    internal EventTypeMap? Types { get; init; }

    /// <summary>Reads the data now, on the thread that has it at hand; what can't be read throws when it's asked for.</summary>
    /// <returns>Whether it can be read.</returns>
    internal bool TryReadData()
    {
        try
        {
            _ = Data;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    /// <summary>PostgreSQL's text form of the stored JSON, in UTF-8.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
    public string? CorrelationId { get; init; }
    public string? CausationId { get; init; }
    public EventHeaders Headers
    {
        get => field ??= EventHeaders.Read(HeadersJson);
        init;
    }

    internal byte[]? HeadersJson { get; init; }
}

/// <summary>Stands for an event whose alias this program doesn't know: kept, hashed, shown raw, skipped by typed projections.</summary>
public sealed record UnknownEvent(string Type);

/// <summary>Who and what made an event; recorded with it and hashed.</summary>
/// <param name="User">Subject of the caller's token, or the name of the system part that acted.</param>
/// <param name="Trigger">What set it off, e.g. <c>http</c>, <c>import</c>, <c>seed</c>.</param>
/// <param name="Region">Region of the node that decided.</param>
/// <param name="Hlc">Hybrid logical clock, 16 hex digits: 48 bits of milliseconds, 16 bits of counter.</param>
public sealed record EventHeaders(string? User, string? Trigger, string? Region, string? Hlc)
{
    internal static EventHeaders None { get; } = new(null, null, null, null);

    // A foreign writer's headers may have any shape; ours are a convenience, the stored text is what counts.
    internal static EventHeaders Read(byte[]? json)
    {
        try
        {
            return json is null ? None : JsonSerializer.Deserialize(json, EventStoreJson.Default.EventHeaders) ?? None;
        }
        catch (JsonException)
        {
            return None;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventHeaders))]
internal sealed partial class EventStoreJson : JsonSerializerContext;

/// <summary>What a stream's row says.</summary>
public sealed record StreamState(Guid Id, long Version, string? AggregateType, DateTimeOffset Created, DateTimeOffset LastTimestamp, bool IsArchived);

/// <summary>An event as the database accepted it.</summary>
/// <param name="StreamId">Its stream.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Type">Alias.</param>
/// <param name="Version">Version in the stream.</param>
/// <param name="Sequence">Marten's <c>seq_id</c>.</param>
/// <param name="Hash">Hash as chained, lower hex.</param>
/// <param name="Timestamp">When it was recorded, to the microsecond.</param>
public sealed record AppendedEvent(Guid StreamId, Guid Id, string Type, long Version, long Sequence, string Hash, DateTimeOffset Timestamp);
