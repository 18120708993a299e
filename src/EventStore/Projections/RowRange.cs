namespace Platform.EventStore;

/// <summary>Rows of a tenant in a span of time.</summary>
/// <param name="Time">Name of a column that holds a time.</param>
/// <param name="From">It isn't earlier; null: however early.</param>
/// <param name="Before">It's earlier.</param>
/// <param name="Equal">Other columns have these values.</param>
public sealed record RowRange(string Time, DateTimeOffset? From, DateTimeOffset Before, params IReadOnlyList<(string Column, object Value)> Equal)
{
    /// <summary>Ranges of the same shape are deleted by one statement.</summary>
    internal string Shape => string.Join(' ', Equal.Select(e => e.Column).Prepend(Time));

    /// <summary>Whether a row is one of them.</summary>
    /// <param name="row">Tenant, key and columns.</param>
    /// <param name="table">Its table.</param>
    internal bool Has(object?[] row, ReadTable table) =>
        row[table.IndexOf(Time)] is DateTimeOffset at && Has(at) && Equal.All(e => e.Value.Equals(row[table.IndexOf(e.Column)]));

    /// <summary>Whether a time is in it.</summary>
    internal bool Has(DateTimeOffset at) => Stored(at) < Stored(Before) && (From is null || Stored(at) >= Stored(From.Value));

    // PostgreSQL keeps microseconds.
    private static long Stored(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;
}
