namespace Platform.EventStore;

/// <summary>Rows of a table whose key begins with a value and a time, of which one column has a value.</summary>
/// <param name="First">Value of the first column of the key.</param>
/// <param name="From">The second isn't earlier.</param>
/// <param name="To">The second isn't later.</param>
/// <param name="Column">Name of a column that isn't of the key.</param>
/// <param name="Value">Its value.</param>
public sealed record RowRange(object First, DateTimeOffset From, DateTimeOffset To, string Column, object Value)
{
    /// <summary>Whether a row is one of them.</summary>
    /// <param name="row">Tenant, key and columns.</param>
    /// <param name="table">Its table.</param>
    internal bool Has(object?[] row, ReadTable table) =>
        First.Equals(row[1]) && row[2] is DateTimeOffset at && Stored(at) >= Stored(From) && Stored(at) <= Stored(To) && Value.Equals(row[1 + table.Key.Count + table.Columns.TakeWhile(c => c.Name != Column).Count()]);

    // PostgreSQL keeps microseconds.
    private static long Stored(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;
}
