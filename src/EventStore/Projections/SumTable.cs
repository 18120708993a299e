using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>
/// A second table of a projection's model: numbers of its rows, added up by key. It belongs to the same generation and is written with the rows, as differences, so it's read for nothing.
/// A row whose sums are all zero isn't there.
/// </summary>
/// <param name="Name">Lower case with underscores; also the name of the view in schema <c>read</c>.</param>
/// <param name="Key">Columns that, after <c>tenant_id</c>, identify a row.</param>
/// <param name="Sums">Names of the sums.</param>
public sealed record SumTable(string Name, IReadOnlyList<ReadColumn> Key, IReadOnlyList<string> Sums)
{
    public ReadTable Table { get; } = new(Key, [.. Sums.Select(name => new ReadColumn(name, "bigint not null", NpgsqlDbType.Bigint))], []);

    /// <summary>The one that belongs to a physical table of the projection's rows.</summary>
    internal string Beside(Projection projection, string physicalTable) => $"read.{Name}{physicalTable["read.".Length..][projection.Name.Length..]}";

    /// <summary>Adds rows of differences to what is there.</summary>
    internal string AddSql(string table)
    {
        var key = string.Join(", ", Table.Key.Select(c => c.Name).Prepend(ReadTable.Tenant.Name));
        return $"{Table.InsertSql($"{table} as t")} on conflict ({key}) do update set {string.Join(", ", Sums.Select(name => $"{name} = t.{name} + excluded.{name}"))}";
    }

    /// <summary>Deletes those of some keys that came to nothing.</summary>
    internal string DeleteZerosSql(string table) => $"{Table.DeleteSql(table)} and {string.Join(" and ", Sums.Select(name => $"t.{name} = 0"))}";
}

/// <summary>What of a row is added up where.</summary>
/// <typeparam name="TRow">A row of the model.</typeparam>
/// <param name="Table">Where.</param>
/// <param name="Of">Its part of a sum: values of the table's key, and a number for each sum; null: none.</param>
/// <param name="Counts">Whether what an event changes of the rows changes sums too; else they stay as they are.</param>
public sealed record RowSums<TRow>(SumTable Table, Func<TRow, (object[] Key, long[] Numbers)?> Of, Func<Event, bool> Counts);
