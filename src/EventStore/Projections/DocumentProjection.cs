using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// Events folded into JSON documents. The documents that a page of events changes are read in one statement, unless they are held from the page
/// before, folded in memory and written set-wise.
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

    internal sealed override ModelState NewState() => new State(this);

    private sealed class Held
    {
        public TDoc? Document;
        public bool IsStored;
        public bool IsChanged;
        public long Bytes;
    }

    private sealed class State(DocumentProjection<TDoc, TId> projection) : ModelState
    {
        // An entry without a document, and what a dictionary needs for it.
        private const long EntryBytes = 200;

        private readonly Dictionary<(string Tenant, TId Id), Held> _held = [];
        private readonly List<(string Tenant, TId Id)> _changed = [];
        private readonly List<(Held Held, TDoc? Document)> _next = [];
        private long _bytes;
        private long _folded;

        // A document grows by no more than the events that were folded into it, as a rule; when it's written, its size is known.
        public override long Bytes => _bytes + _folded + _held.Count * EntryBytes;

        public override async Task LoadAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel)
        {
            if (KnowsAll)
                return;
            var missing = new HashSet<(string Tenant, TId Id)>();
            foreach (var e in events)
                foreach (var id in IdentitiesOf(e))
                    if (!_held.ContainsKey((e.TenantId, id)))
                        missing.Add((e.TenantId, id));
            if (missing.Count == 0)
                return;
            await using var command = new NpgsqlCommand($"""
                select t.tenant_id, t.id, t.data from unnest($1, $2) as k (tenant_id, id) join {table} t on t.tenant_id = k.tenant_id and t.id = k.id
                """, connection);
            command.Parameters.Add(new() { Value = missing.Select(k => k.Tenant).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
            command.Parameters.Add(new() { Value = missing.Select(k => k.Id).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | Id.DbType });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var json = reader.GetFieldValue<byte[]>(2);
                _held.Add((reader.GetString(0), reader.GetFieldValue<TId>(1)), new Held { Document = JsonSerializer.Deserialize(json, projection.Json), IsStored = true, Bytes = json.Length });
                _bytes += json.Length;
            }
        }

        public override void Apply(Event e)
        {
            _next.Clear();
            foreach (var id in projection.Identities(e))
            {
                var key = (e.TenantId, id);
                if (!_held.TryGetValue(key, out var held))
                    _held.Add(key, held = new Held());
                _next.Add((held, projection.Evolve(held.Document, e)));
                if (!held.IsChanged)
                    _changed.Add(key);
                held.IsChanged = true;
            }
            foreach (var (held, document) in _next)
                held.Document = document;
            _folded += e.Json.Length;
        }

        public override RowChanges TakeChanges()
        {
            var changes = new RowChanges(projection.Table);
            foreach (var key in _changed)
            {
                var held = _held[key];
                held.IsChanged = false;
                _bytes -= held.Bytes;
                if (held.Document is { } document)
                {
                    var json = JsonSerializer.SerializeToUtf8Bytes(document, projection.Json);
                    (held.IsStored ? changes.Upserted : changes.Inserted).Add([key.Tenant, key.Id, json, .. projection.Columns.Select(c => c.Value(document))]);
                    (held.IsStored, held.Bytes) = (true, json.Length);
                    _bytes += json.Length;
                }
                else
                {
                    if (held.IsStored)
                        changes.Deleted.Add([key.Tenant, key.Id]);
                    _held.Remove(key);
                }
            }
            _changed.Clear();
            _folded = 0;
            return changes;
        }

        protected override void Drop()
        {
            _held.Clear();
            _changed.Clear();
            (_bytes, _folded) = (0, 0);
        }

        // What can't be read has no identities; applying it says why.
        private List<TId> IdentitiesOf(Event e)
        {
            try
            {
                return [.. projection.Identities(e)];
            }
            catch (Exception x) when (x is not OutOfMemoryException)
            {
                return [];
            }
        }
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
