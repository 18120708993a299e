using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>A column of a read model.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Type">PostgreSQL type, e.g. <c>text not null</c>.</param>
/// <param name="DbType">How values are sent.</param>
public sealed record ReadColumn(string Name, string Type, NpgsqlDbType DbType);

/// <summary>A column of a read model whose value comes from others of its row.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Type">PostgreSQL type.</param>
/// <param name="Sql">An expression over <c>v.COLUMN</c>; the same row gives the same value.</param>
public sealed record ComputedColumn(string Name, string Type, string Sql);

/// <summary>
/// The shape of a read model's table. Every table has <c>tenant_id</c> first, in its key and under row-level security.
/// </summary>
/// <param name="Key">Columns that, after <c>tenant_id</c>, identify a row.</param>
/// <param name="Columns">The others.</param>
/// <param name="Indexes">Column lists, e.g. <c>site_id, id</c>: <c>tenant_id</c> is put in front. Or another kind of index, whole: <c>using gin (tags)</c>.</param>
/// <param name="PlatformRowsForAll">Rows of the platform's own tenant are visible to every tenant, e.g. built-in roles.</param>
/// <param name="Computed">Columns that PostgreSQL computes from the others as a row is written.</param>
public sealed record ReadTable(
    IReadOnlyList<ReadColumn> Key, IReadOnlyList<ReadColumn> Columns, IReadOnlyList<string> Indexes, bool PlatformRowsForAll = false, IReadOnlyList<ComputedColumn>? Computed = null)
{
    public static ReadColumn Tenant { get; } = new("tenant_id", "varchar not null", NpgsqlDbType.Varchar);

    public IReadOnlyList<ReadColumn> All { get; } = [Tenant, .. Key, .. Columns];

    /// <summary>Names of all columns, computed ones too.</summary>
    internal IEnumerable<string> AllNames => All.Select(c => c.Name).Concat(ComputedColumns.Select(c => c.Name));

    private string KeyList => string.Join(", ", Key.Select(c => c.Name).Prepend(Tenant.Name));

    /// <summary>A generation's table. Policies come with it: rows are written by the table's owner, who isn't subject to them.</summary>
    internal string CreateSql(string schema, string name)
    {
        var table = $"{schema}.{name}";
        var platformRows = PlatformRowsForAll
            ? $"create policy platform_rows on {table} for select to platform_app using (tenant_id = '{DocumentStore.PlatformTenant}' and current_setting('platform.tenant', true) <> '');"
            : "";
        return $"""
            create table {table} ({string.Join(", ", All.Select(c => $"{c.Name} {c.Type}").Concat(ComputedColumns.Select(c => $"{c.Name} {c.Type}")))});
            alter table {table} enable row level security;
            create policy tenant on {table} to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
            {platformRows}
            grant select on {table} to platform_app;
            """;
    }

    /// <summary>Key and indexes, apart from the table: a table that is filled in bulk gets them when it's full.</summary>
    internal string IndexSql(string schema, string name)
    {
        var table = $"{schema}.{name}";
        return $"""
            alter table {table} add primary key ({KeyList});
            {string.Concat(Indexes.Select((index, i) => $"create index {name}_{i + 1} on {table} {(index.StartsWith("using ", StringComparison.Ordinal) ? index : $"(tenant_id, {index})")};\n"))}
            """;
    }

    /// <summary>Rows from arrays, one a column, whose keys aren't there yet.</summary>
    internal string InsertSql(string table)
    {
        var given = string.Join(", ", All.Select(c => c.Name));
        var values = string.Join(", ", All.Select((_, i) => $"${i + 1}"));
        var selected = string.Concat(ComputedColumns.Select(c => $", {c.Sql}"));
        return $"insert into {table} ({string.Join(", ", AllNames)}) select v.*{selected} from unnest({values}) as v ({given})";
    }

    /// <summary>The same, where keys may be there.</summary>
    internal string UpsertSql(string table)
    {
        var updates = string.Join(", ", Columns.Select(c => c.Name).Concat(ComputedColumns.Select(c => c.Name)).Select(name => $"{name} = excluded.{name}"));
        return $"{InsertSql(table)} on conflict ({KeyList}) do {(updates.Length == 0 ? "nothing" : $"update set {updates}")}";
    }

    internal bool IsComputed => ComputedColumns.Count > 0;

    private IReadOnlyList<ComputedColumn> ComputedColumns => Computed ?? [];

    /// <summary>Rows in spans of time, each said by tenant, first moment, moment after the last, and values of other columns.</summary>
    internal static string DeleteRangesSql(string table, ReadColumn time, IReadOnlyList<ReadColumn> equal) => $"""
        delete from {table} t using unnest({string.Join(", ", Enumerable.Range(1, 3 + equal.Count).Select(n => $"${n}"))}) as r (tenant_id, low, high{string.Concat(equal.Select(c => $", {c.Name}"))})
        where t.tenant_id = r.tenant_id and t.{time.Name} >= r.low and t.{time.Name} < r.high{string.Concat(equal.Select(c => $" and t.{c.Name} = r.{c.Name}"))}
        """;

    /// <summary>Where a column stands in a row of <see cref="All"/>.</summary>
    internal int IndexOf(string column) => All.Select((c, n) => (c.Name, n)).First(c => c.Name == column).n;

    internal string DeleteSql(string table)
    {
        ReadColumn[] key = [Tenant, .. Key];
        var values = string.Join(", ", key.Select((_, i) => $"${i + 1}"));
        return $"delete from {table} t using unnest({values}) as k ({KeyList}) where {string.Join(" and ", key.Select(c => $"t.{c.Name} = k.{c.Name}"))}";
    }
}
