using Npgsql;

namespace Platform.EventStore;

/// <summary>One place that knows in which order an event's columns are read.</summary>
internal static class EventRow
{
    public const string Columns =
        "e.tenant_id, e.stream_id, e.version, e.seq_id, e.id, e.type, e.data, e.timestamp, e.correlation_id, e.causation_id, e.headers";

    /// <summary>Number of columns.</summary>
    public const int Count = 11;

    /// <param name="reader">At a row that starts with <see cref="Columns"/>.</param>
    /// <param name="types">Reads the data.</param>
    public static Event Read(NpgsqlDataReader reader, EventTypeMap types) => new()
    {
        TenantId = reader.GetString(0),
        StreamId = reader.GetGuid(1),
        Version = reader.GetInt64(2),
        Sequence = reader.GetInt64(3),
        Id = reader.GetGuid(4),
        Type = reader.GetString(5),
        Types = types,
        Json = reader.GetFieldValue<byte[]>(6),
        Timestamp = reader.GetFieldValue<DateTimeOffset>(7),
        CorrelationId = reader.IsDBNull(8) ? null : reader.GetString(8),
        CausationId = reader.IsDBNull(9) ? null : reader.GetString(9),
        HeadersJson = reader.IsDBNull(10) ? null : reader.GetFieldValue<byte[]>(10),
    };

    public static async Task<IReadOnlyList<Event>> ReadAllAsync(NpgsqlDataReader reader, EventTypeMap types, CancellationToken cancel)
    {
        var events = new List<Event>();
        while (await reader.ReadAsync(cancel))
            events.Add(Read(reader, types));
        return events;
    }
}
