using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// A stream as a set of rows of a typed table, where an event may change any number of them. The page's rows are read in one statement, changed
/// in memory, and only what differs is written.
/// </summary>
/// <typeparam name="TRow">A row without tenant and stream; equal when all of its columns are.</typeparam>
public abstract class StreamRowsProjection<TRow> : Projection where TRow : notnull
{
    private static readonly ReadColumn StreamId = new("stream_id", "uuid not null", NpgsqlDbType.Uuid);
    private ReadTable? _table;

    /// <summary>Columns that, after tenant and stream, identify a row.</summary>
    protected abstract IReadOnlyList<ReadColumn> Key { get; }

    /// <summary>The others.</summary>
    protected virtual IReadOnlyList<ReadColumn> Columns => [];

    protected virtual IReadOnlyList<string> Indexes => [];
    protected virtual IReadOnlyList<ComputedColumn> Computed => [];

    public sealed override ReadTable Table => _table ??= new ReadTable([StreamId, .. Key], Columns, Indexes, Computed: Computed);

    /// <summary>The stream's rows after the event.</summary>
    public abstract IReadOnlyCollection<TRow> Evolve(IReadOnlyCollection<TRow> rows, Event e);

    /// <summary>The row's values, those of <see cref="Key"/> and of <see cref="Columns"/>.</summary>
    protected abstract (object[] Key, object?[] Columns) Values(TRow row);

    /// <param name="reader">Holds the columns of <see cref="Key"/> and <see cref="Columns"/> in order, from ordinal <paramref name="first"/> on.</param>
    /// <param name="first">Ordinal of the first of them.</param>
    protected abstract TRow Read(NpgsqlDataReader reader, int first);

    public sealed override async Task<IReadOnlyList<NpgsqlBatchCommand>> ApplyAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel)
    {
        var before = await LoadAsync(table, [.. events.Select(e => (e.TenantId, e.StreamId)).Distinct()], connection, cancel);
        var after = before.ToDictionary(stream => stream.Key, stream => (IReadOnlyCollection<TRow>)stream.Value);
        foreach (var e in events)
            after[(e.TenantId, e.StreamId)] = Evolve(after[(e.TenantId, e.StreamId)], e);

        var rows = new RowBatch(Table);
        foreach (var ((tenant, stream), now) in after)
        {
            foreach (var gone in before[(tenant, stream)].Except(now))
                rows.Delete(tenant, [stream, .. Values(gone).Key]);
            // After the deletions: a row whose columns changed has the key of one that went.
            foreach (var come in now.Except(before[(tenant, stream)]))
                rows.Upsert(tenant, [stream, .. Values(come).Key], Values(come).Columns);
        }
        return rows.ToCommands(table);
    }

    private async Task<Dictionary<(string Tenant, Guid Stream), List<TRow>>> LoadAsync(
        string table, IReadOnlyList<(string Tenant, Guid Stream)> streams, NpgsqlConnection connection, CancellationToken cancel)
    {
        var rows = streams.ToDictionary(stream => stream, _ => new List<TRow>());
        await using var command = new NpgsqlCommand($"""
            select {string.Join(", ", Table.Key.Prepend(ReadTable.Tenant).Concat(Table.Columns).Select(c => $"t.{c.Name}"))}
            from unnest($1, $2) as k (tenant_id, stream_id) join {table} t on t.tenant_id = k.tenant_id and t.stream_id = k.stream_id
            """, connection);
        command.Parameters.Add(new() { Value = streams.Select(s => s.Tenant).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
        command.Parameters.Add(new() { Value = streams.Select(s => s.Stream).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows[(reader.GetString(0), reader.GetGuid(1))].Add(Read(reader, 2));
        return rows;
    }
}
