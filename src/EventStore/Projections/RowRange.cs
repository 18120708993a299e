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

    /// <summary>Tells of rows of a table, by tenant, key and columns, whether they are among them.</summary>
    internal Predicate<object?[]> In(ReadTable table)
    {
        var (time, equal) = (table.IndexOf(Time), Equal.Select(e => (Index: table.IndexOf(e.Column), e.Value)).ToArray());
        return row => row[time] is DateTimeOffset at && Has(at) && Array.TrueForAll(equal, e => e.Value.Equals(row[e.Index]));
    }

    /// <summary>Whether a time is in it.</summary>
    internal bool Has(DateTimeOffset at) => Stored(at) < Stored(Before) && (From is null || Stored(at) >= Stored(From.Value));

    // PostgreSQL keeps microseconds.
    private static long Stored(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;
}
