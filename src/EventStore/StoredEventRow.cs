using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>An event as stored, with its ledger row: the columns (tables <c>e</c> and <c>h</c>) and how they are read.</summary>
internal static class StoredEventRow
{
    /// <summary>Number of columns.</summary>
    public const int Count = 14;

    // A time that .NET can't hold matches nothing that was hashed.
    public const string Columns = """
        e.seq_id, e.id, e.version, e.type, case when e.timestamp between '0001-01-01 00:00Z' and '9999-12-31 23:59:59.999999Z' then e.timestamp else '-infinity' end,
        e.data, e.bdata, e.correlation_id, e.causation_id, e.headers, h.epoch, h.hash, h.payload_check, h.metadata_check
        """;

    public static StoredEvent Read(NpgsqlDataReader row, int at) => new()
    {
        Sequence = row.GetInt64(at),
        Id = row.GetGuid(at + 1),
        Version = row.GetInt64(at + 2),
        Type = row.GetString(at + 3),
        Timestamp = row.GetFieldValue<DateTimeOffset>(at + 4),
        Data = row.GetFieldValue<byte[]>(at + 5),
        BinaryData = row.IsDBNull(at + 6) ? null : row.GetFieldValue<byte[]>(at + 6),
        Correlation = row.IsDBNull(at + 7) ? null : row.GetString(at + 7),
        Causation = row.IsDBNull(at + 8) ? null : row.GetString(at + 8),
        Headers = row.IsDBNull(at + 9) ? null : row.GetFieldValue<byte[]>(at + 9),
        Chain = row.IsDBNull(at + 10) ? null
            : new ChainEntry(row.GetInt32(at + 10), HashOf(row.GetFieldValue<byte[]>(at + 11)), row.GetInt32(at + 12), row.GetInt32(at + 13)),
    };

    // What isn't 32 bytes long was written by no one of ours; as zeros it matches nothing, so it becomes a finding.
    public static Hash HashOf(byte[] stored) => stored.Length == Hash.Size ? new Hash(stored) : default;
}
