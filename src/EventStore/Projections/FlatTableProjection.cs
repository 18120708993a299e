using Npgsql;

namespace Platform.EventStore;

/// <summary>Events to rows of a typed table, for those who ask in SQL. Each event says the last word on the rows it names.</summary>
public abstract class FlatTableProjection : Projection
{
    protected abstract void Apply(Event e, RowBatch rows);

    public sealed override Task<IReadOnlyList<NpgsqlBatchCommand>> ApplyAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel)
    {
        var rows = new RowBatch(Table);
        foreach (var e in events)
            Apply(e, rows);
        return Task.FromResult(rows.ToCommands(table));
    }
}
