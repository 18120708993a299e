using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>A stream's fold at a version, so that loading stays flat as the stream grows. Derived state: it may be dropped at any time.</summary>
internal static class Snapshots
{
    public static NpgsqlBatchCommand Read(string tenantId, Guid streamId, string type, int shape, long upTo) => new("""
        select version, data from platform.snapshot where tenant_id = $1 and stream_id = $2 and type = $3 and shape = $4 and version <= $5
        """)
    {
        Parameters =
        {
            new() { Value = tenantId }, new() { Value = streamId }, new() { Value = type }, new() { Value = shape }, new() { Value = upTo },
        },
    };

    public static NpgsqlBatchCommand Write(string tenantId, Guid streamId, string type, int shape, long version, byte[] data) => new("""
        insert into platform.snapshot as s (tenant_id, stream_id, type, shape, version, data) values ($1, $2, $3, $4, $5, $6)
        on conflict (tenant_id, stream_id, type) do update set shape = excluded.shape, version = excluded.version, data = excluded.data
        where s.version < excluded.version or s.shape <> excluded.shape
        """)
    {
        Parameters =
        {
            new() { Value = tenantId }, new() { Value = streamId }, new() { Value = type }, new() { Value = shape }, new() { Value = version },
            new() { Value = data, NpgsqlDbType = NpgsqlDbType.Jsonb },
        },
    };
}
