using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// Events added up in rows of a typed table: an event may be added to several, and a row has very many. The rows of a page of events are read in one statement, unless they are
/// held from the page before, added to in memory and written set-wise, each once however many events it got.
/// </summary>
/// <typeparam name="TKey">What identifies a row within a tenant; equal by value.</typeparam>
/// <typeparam name="TSum">A row's other values. It's changed in place.</typeparam>
public abstract class RollUpProjection<TKey, TSum> : Projection where TKey : notnull where TSum : class
{
    private ReadTable? _table;

    protected abstract IReadOnlyList<ReadColumn> Key { get; }

    protected abstract IReadOnlyList<ReadColumn> Columns { get; }

    protected virtual IReadOnlyList<string> Indexes => [];

    public sealed override ReadTable Table => _table ??= new ReadTable(Key, Columns, Indexes);

    /// <summary>Every row that the event may be added to, or that is looked at for it.</summary>
    protected abstract IEnumerable<TKey> KeysOf(Event e);

    /// <summary>Adds the event. What may throw comes first: a sum that was added to stays so.</summary>
    public abstract void Add(Event e, IRollUp<TKey, TSum> rows);

    /// <summary>A row to which nothing was added yet.</summary>
    public abstract TSum Zero();

    /// <summary>Values of <see cref="Key"/>.</summary>
    protected abstract object[] Values(TKey key);

    /// <summary>Values of <see cref="Columns"/>.</summary>
    protected abstract object?[] Values(TSum sum);

    /// <param name="reader">Holds the columns of <see cref="Key"/> and <see cref="Columns"/> in order, from ordinal <paramref name="first"/> on.</param>
    /// <param name="first">Ordinal of the first of them.</param>
    protected abstract (TKey Key, TSum Sum) Read(NpgsqlDataReader reader, int first);

    /// <summary>About how many bytes a row holds beside its key.</summary>
    protected abstract int BytesOf(TSum sum);

    internal sealed override ModelState NewState() => new State(this);

    private sealed class Held(TSum sum, bool isStored)
    {
        public TSum Sum { get; } = sum;
        public bool IsStored = isStored;
        public bool IsChanged;
        public int Bytes;
    }

    private sealed class State(RollUpProjection<TKey, TSum> projection) : ModelState, IRollUp<TKey, TSum>
    {
        private const int RowBytes = 250;

        private readonly Dictionary<(string Tenant, TKey Key), Held> _held = [];
        private readonly HashSet<(string Tenant, TKey Key)> _known = [];
        private readonly List<((string Tenant, TKey Key) Key, Held Held)> _changed = [];
        private string _tenant = "";
        private long _bytes;

        public override long Bytes => _bytes + _held.Count * RowBytes + _known.Count * (RowBytes / 2);

        public override async Task LoadAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel)
        {
            if (KnowsAll)
                return;
            var missing = new HashSet<(string Tenant, TKey Key)>();
            // Applying what can't be read says why.
            foreach (var e in events.Where(e => e.TryReadData()))
                foreach (var key in projection.KeysOf(e))
                    if (!_held.ContainsKey((e.TenantId, key)) && !_known.Contains((e.TenantId, key)))
                        missing.Add((e.TenantId, key));
            if (missing.Count == 0)
                return;
            var (columns, keys) = (projection.Table.Key.Prepend(ReadTable.Tenant).ToArray(), missing.Select(m => new object?[] { m.Tenant }.Concat(projection.Values(m.Key)).ToArray()).ToList());
            await using var command = new NpgsqlCommand($"""
                select {string.Join(", ", columns.Concat(projection.Table.Columns).Select(c => $"t.{c.Name}"))}
                from unnest({string.Join(", ", columns.Select((_, c) => $"${c + 1}"))}) as k ({string.Join(", ", columns.Select(c => c.Name))})
                join {table} t on {string.Join(" and ", columns.Select(c => $"t.{c.Name} = k.{c.Name}"))}
                """, connection);
            for (var c = 0; c < columns.Length; c++)
                command.Parameters.Add(RowChanges.Parameter(columns[c], keys, c));
            await using (var reader = await command.ExecuteReaderAsync(cancel))
                while (await reader.ReadAsync(cancel))
                {
                    var (key, sum) = projection.Read(reader, 1);
                    var held = new Held(sum, isStored: true) { Bytes = projection.BytesOf(sum) };
                    _held.Add((reader.GetString(0), key), held);
                    _bytes += held.Bytes;
                }
            // That there is no row is known of the others.
            _known.UnionWith(missing.Where(key => !_held.ContainsKey(key)));
        }

        public override void Apply(Event e)
        {
            _tenant = e.TenantId;
            projection.Add(e, this);
        }

        public TSum? Find(TKey key) => _held.GetValueOrDefault((_tenant, key))?.Sum;

        public TSum Of(TKey key)
        {
            if (!_held.TryGetValue((_tenant, key), out var held))
            {
                _held.Add((_tenant, key), held = new Held(projection.Zero(), isStored: false));
                _known.Remove((_tenant, key));
            }
            if (!held.IsChanged)
                _changed.Add(((_tenant, key), held));
            held.IsChanged = true;
            return held.Sum;
        }

        public override RowChanges TakeChanges()
        {
            var changes = new RowChanges(projection.Table);
            foreach (var (key, held) in _changed)
            {
                (held.IsStored ? changes.Upserted : changes.Inserted).Add([key.Tenant, .. projection.Values(key.Key), .. projection.Values(held.Sum)]);
                (held.IsStored, held.IsChanged) = (true, false);
                _bytes -= held.Bytes;
                _bytes += held.Bytes = projection.BytesOf(held.Sum);
            }
            _changed.Clear();
            return changes;
        }

        protected override void Drop()
        {
            _held.Clear();
            _known.Clear();
            _changed.Clear();
            _bytes = 0;
        }
    }
}

/// <summary>The rows of one tenant, those of the keys that were named for an event.</summary>
public interface IRollUp<in TKey, out TSum> where TSum : class
{
    /// <summary>A row to look at; null: there is none.</summary>
    TSum? Find(TKey key);

    /// <summary>A row to add to, made where there is none.</summary>
    TSum Of(TKey key);
}
