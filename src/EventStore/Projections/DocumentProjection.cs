using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// Events folded into JSON documents. The page's documents are read in one statement, folded in memory and written in one statement.
/// </summary>
/// <typeparam name="TDoc">Immutable; its JSON is the read model.</typeparam>
/// <typeparam name="TId">Guid or string.</typeparam>
public abstract class DocumentProjection<TDoc, TId> : Projection where TDoc : class where TId : notnull
{
    private static readonly ReadColumn Id = typeof(TId) == typeof(Guid) ? new("id", "uuid not null", NpgsqlDbType.Uuid) : new("id", "varchar not null", NpgsqlDbType.Varchar);
    private static readonly ReadColumn Data = new("data", "jsonb not null", NpgsqlDbType.Jsonb);
    private ReadTable? _table;

    protected abstract JsonTypeInfo<TDoc> Json { get; }

    /// <summary>Columns beside the document, for filters and order.</summary>
    protected virtual IReadOnlyList<(ReadColumn Column, Func<TDoc, object?> Value)> Columns => [];

    protected virtual IReadOnlyList<string> Indexes => [];
    protected virtual bool PlatformRowsForAll => false;

    public sealed override ReadTable Table => _table ??= new ReadTable([Id], [Data, .. Columns.Select(c => c.Column)], Indexes, PlatformRowsForAll);

    /// <summary>The documents that an event changes.</summary>
    protected abstract IEnumerable<TId> Identities(Event e);

    /// <summary>The document after the event; null: there is none any more.</summary>
    /// <param name="document">Null: there was none.</param>
    /// <param name="e">The event.</param>
    public abstract TDoc? Evolve(TDoc? document, Event e);

    public sealed override async Task<IReadOnlyList<NpgsqlBatchCommand>> ApplyAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel)
    {
        var changes = events.SelectMany(e => Identities(e).Select(id => (Key: (e.TenantId, Id: id), Event: e))).ToList();
        var documents = changes.Select(c => c.Key).Distinct().ToDictionary(key => key, _ => (TDoc?)null);
        await LoadAsync(table, documents, connection, cancel);
        foreach (var (key, e) in changes)
            documents[key] = Evolve(documents[key], e);

        var rows = new RowBatch(Table);
        foreach (var ((tenant, id), document) in documents)
            if (document is null)
                rows.Delete(tenant, [id]);
            else
                rows.Upsert(tenant, [id], [JsonSerializer.SerializeToUtf8Bytes(document, Json), .. Columns.Select(c => c.Value(document))]);
        return rows.ToCommands(table);
    }

    private async Task LoadAsync(string table, Dictionary<(string Tenant, TId Id), TDoc?> documents, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (documents.Count == 0)
            return;
        await using var command = new NpgsqlCommand($"""
            select t.tenant_id, t.id, t.data from unnest($1, $2) as k (tenant_id, id) join {table} t on t.tenant_id = k.tenant_id and t.id = k.id
            """, connection);
        command.Parameters.Add(new() { Value = documents.Keys.Select(k => k.Tenant).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
        command.Parameters.Add(new() { Value = documents.Keys.Select(k => k.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | Id.DbType });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            documents[(reader.GetString(0), reader.GetFieldValue<TId>(1))] = JsonSerializer.Deserialize(reader.GetFieldValue<byte[]>(2), Json);
    }
}

/// <summary>A document a stream.</summary>
public abstract class SingleStreamProjection<TDoc> : DocumentProjection<TDoc, Guid> where TDoc : class
{
    internal sealed override bool IsInlineSafe => true;

    protected sealed override IEnumerable<Guid> Identities(Event e) => [e.StreamId];
}

/// <summary>Documents that events of several streams change.</summary>
public abstract class MultiStreamProjection<TDoc, TId> : DocumentProjection<TDoc, TId> where TDoc : class where TId : notnull;
