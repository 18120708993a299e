using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// Events that belong together as a set of rows of a typed table, where an event may change any number of them. The rows of a page of events are read in one statement, unless
/// they are held from the page before, changed in memory, and only what differs is written.
/// </summary>
/// <typeparam name="TRow">A row without tenant and group; equal when all of its columns are.</typeparam>
public abstract class GroupRowsProjection<TRow> : Projection where TRow : notnull
{
    private ReadTable? _table;

    /// <summary>The column that says which group a row belongs to.</summary>
    protected abstract string Group { get; }

    /// <summary>The group that an event belongs to.</summary>
    protected abstract Guid GroupOf(Event e);

    /// <summary>Columns that, after tenant and group, identify a row.</summary>
    protected abstract IReadOnlyList<ReadColumn> Key { get; }

    /// <summary>The others.</summary>
    protected virtual IReadOnlyList<ReadColumn> Columns => [];

    protected virtual IReadOnlyList<string> Indexes => [];
    protected virtual IReadOnlyList<ComputedColumn> Computed => [];

    public sealed override ReadTable Table => _table ??= new ReadTable([new(Group, "uuid not null", NpgsqlDbType.Uuid), .. Key], Columns, Indexes, Computed: Computed);

    /// <summary>The group's rows after the event.</summary>
    public abstract IReadOnlyCollection<TRow> Evolve(IReadOnlyCollection<TRow> rows, Event e);

    /// <summary>Rows of the tenant, whatever their group, that an event deletes; null: none, it's about its group. What it deletes goes by the row's own time.</summary>
    protected virtual (RowRange Range, Func<TRow, DateTimeOffset> Time)? Deleted(Event e) => null;

    /// <summary>What of the rows is added up in <see cref="SumTable"/>; null: nothing. Rows that are deleted by their time, as <see cref="Deleted"/> says, stay in the sums.</summary>
    protected virtual RowSums<TRow>? Sums => null;

    public sealed override SumTable? SumTable => Sums?.Table;

    /// <summary>The row's values, those of <see cref="Key"/> and of <see cref="Columns"/>.</summary>
    protected abstract (object[] Key, object?[] Columns) Values(TRow row);

    /// <param name="reader">Holds the columns of <see cref="Key"/> and <see cref="Columns"/> in order, from ordinal <paramref name="first"/> on.</param>
    /// <param name="first">Ordinal of the first of them.</param>
    protected abstract TRow Read(NpgsqlDataReader reader, int first);

    internal sealed override ModelState NewState() => new State(this);

    private sealed class Held(IReadOnlyCollection<TRow> stored)
    {
        public IReadOnlyCollection<TRow> Stored = stored;
        public IReadOnlyCollection<TRow> Now = stored;
        public bool IsChanged;
    }

    private sealed class State(GroupRowsProjection<TRow> projection) : ModelState
    {
        private const long GroupBytes = 200, RowBytes = 300;

        private readonly Dictionary<(string Tenant, Guid Group), Held> _held = [];
        private readonly List<(string Tenant, Guid Group)> _changed = [];
        private readonly List<(string Tenant, RowRange Range)> _ranges = [];
        private readonly SumDifferences _differences = new();
        private readonly RowSums<TRow>? _sums = projection.Sums;
        private long _rows;

        public override long Bytes => _held.Count * GroupBytes + _rows * RowBytes + _differences.Bytes;

        public override async Task LoadAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel)
        {
            if (KnowsAll)
                return;
            var missing = new Dictionary<(string Tenant, Guid Group), List<TRow>>();
            foreach (var e in events)
                // Applying what can't be read says why.
                if (e.TryReadData() && !_held.ContainsKey((e.TenantId, projection.GroupOf(e))))
                    missing.TryAdd((e.TenantId, projection.GroupOf(e)), []);
            if (missing.Count == 0)
                return;
            await using var command = new NpgsqlCommand($"""
                select {string.Join(", ", projection.Table.Key.Prepend(ReadTable.Tenant).Concat(projection.Table.Columns).Select(c => $"t.{c.Name}"))}
                from unnest($1, $2) as k (tenant_id, group_id) join {table} t on t.tenant_id = k.tenant_id and t.{projection.Group} = k.group_id
                """, connection);
            command.Parameters.Add(new() { Value = missing.Keys.Select(s => s.Tenant).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
            command.Parameters.Add(new() { Value = missing.Keys.Select(s => s.Group).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
            await using (var reader = await command.ExecuteReaderAsync(cancel))
                while (await reader.ReadAsync(cancel))
                {
                    missing[(reader.GetString(0), reader.GetGuid(1))].Add(projection.Read(reader, 2));
                    _rows++;
                }
            foreach (var (group, rows) in missing)
                _held.Add(group, new Held(rows));
        }

        public override void Apply(Event e)
        {
            if (projection.Deleted(e) is { } deleted)
            {
                Delete(e.TenantId, deleted.Range, deleted.Time);
                return;
            }
            var key = (e.TenantId, projection.GroupOf(e));
            if (!_held.TryGetValue(key, out var held))
                _held.Add(key, held = new Held([]));
            var now = projection.Evolve(held.Now, e);
            AddUp(held.Now, now, e);
            _rows += now.Count - held.Now.Count;
            held.Now = now;
            if (!held.IsChanged)
                _changed.Add(key);
            held.IsChanged = true;
        }

        private void AddUp(IReadOnlyCollection<TRow> before, IReadOnlyCollection<TRow> now, Event e)
        {
            if (_sums is null || ReferenceEquals(before, now) || !_sums.Counts(e))
                return;
            foreach (var gone in Without(before, now))
                _differences.Add(e.TenantId, _sums.Of(gone), -1);
            foreach (var come in Without(now, before))
                _differences.Add(e.TenantId, _sums.Of(come), 1);
        }

        // Most rows of a group are the very ones that were there; of two that are alike, what goes and what comes is nothing.
        private static IEnumerable<TRow> Without(IEnumerable<TRow> rows, IEnumerable<TRow> others) =>
            rows.Cast<object>().Except(others.Cast<object>(), ReferenceEqualityComparer.Instance).Cast<TRow>();

        // What is stored goes by the statement, which is the first of all.
        private void Delete(string tenant, RowRange range, Func<TRow, DateTimeOffset> time)
        {
            foreach (var ((own, _), held) in _held)
                if (own == tenant)
                {
                    _rows -= held.Now.Count;
                    (held.Stored, held.Now) = (Left(held.Stored), Left(held.Now));
                    _rows += held.Now.Count;
                }
            _ranges.Add((tenant, range));

            List<TRow> Left(IReadOnlyCollection<TRow> rows) => [.. rows.Where(row => !range.Has(time(row)))];
        }

        public override RowChanges TakeChanges()
        {
            var changes = new RowChanges(projection.Table) { Sums = projection.SumTable is { } sums ? (projection, sums, _differences.Take()) : null };
            changes.Ranges.AddRange(_ranges);
            _ranges.Clear();
            foreach (var key in _changed)
            {
                var held = _held[key];
                // A row whose columns changed has the key of one that goes: deletions are written first.
                foreach (var gone in held.Stored.Except(held.Now))
                    changes.Deleted.Add([key.Tenant, key.Group, .. projection.Values(gone).Key]);
                foreach (var come in held.Now.Except(held.Stored))
                {
                    var (rowKey, columns) = projection.Values(come);
                    changes.Inserted.Add([key.Tenant, key.Group, .. rowKey, .. columns]);
                }
                (held.Stored, held.IsChanged) = (held.Now, false);
            }
            _changed.Clear();
            return changes;
        }

        protected override void Drop()
        {
            _held.Clear();
            _changed.Clear();
            _ranges.Clear();
            _differences.Clear();
            _rows = 0;
        }
    }
}
