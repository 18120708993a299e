using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>A stream's fold at a version, so that loading stays flat as the stream grows. Derived state: it may be dropped at any time.</summary>
internal static class Snapshots
{
    /// <summary>Type of the row that stands for a snapshot; no event has it.</summary>
    public const string RowType = "";

    /// <summary>
    /// The snapshot, where there is one, and the events after it, in order of version, all as <see cref="EventRow.Columns"/>. One statement,
    /// so one view of the database: a snapshot written between two would leave a hole before the events.
    /// </summary>
    public static NpgsqlBatchCommand ReadWithEvents(string tenantId, Guid streamId, string type, int? shape, long upTo, DateTimeOffset? at) => new($"""
        with s as materialized (
            select version, data from platform.snapshot where tenant_id = $1 and stream_id = $2 and type = $3 and shape = $4 and version <= $5),
        -- In here, because row-level security keeps a comparison with coalesce() from the index: it isn't known to be leakproof.
        start as materialized (select coalesce(max(version), 0) as version from s)
        select $1::varchar, $2, s.version, 0::bigint, $2, '{RowType}'::varchar, s.data, null::timestamptz, null::varchar, null::varchar, null::jsonb from s
        union all
        select {EventRow.Columns} from public.mt_events e
        where e.tenant_id = $1 and e.stream_id = $2 and e.version > (select start.version from start) and e.version <= $5
          -- Up to the first event that is later: clocks of several nodes may differ, and a state is a prefix of its stream.
          and ($6::timestamptz is null or e.version < coalesce((select min(x.version) from public.mt_events x
                                          where x.tenant_id = $1 and x.stream_id = $2 and x.timestamp > $6), 9223372036854775807))
        order by 3
        """)
    {
        Parameters =
        {
            new() { Value = tenantId }, new() { Value = streamId }, new() { Value = type },
            new() { Value = (object?)shape ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer }, new() { Value = upTo },
            new() { Value = (object?)at?.UtcDateTime ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
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
