using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// What a run holds of a projection's model in memory: rows loaded from the table, and what events have made of them since they were last written. It may be
/// dropped at any time; whoever writes the model holds its lease, so nobody else changes the rows meanwhile.
/// </summary>
internal abstract class ModelState
{
    /// <summary>The table has no row that isn't held here, so nothing need be looked for in it: true of a new table, until something is dropped.</summary>
    public bool KnowsAll { get; set; }

    /// <summary>What it writes is always new, so the table's key need not be there.</summary>
    public virtual bool OnlyAdds => false;

    /// <summary>About how many bytes are held.</summary>
    public abstract long Bytes { get; }

    /// <summary>Loads the rows that these events change and that aren't held yet, in one statement.</summary>
    public abstract Task LoadAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel);

    /// <summary>Folds one event; one that throws leaves nothing behind.</summary>
    public abstract void Apply(Event e);

    /// <summary>What changed since the last call; the caller writes all of it, or drops this state.</summary>
    public abstract RowChanges TakeChanges();

    /// <summary>Drops everything held; changes that weren't taken are lost.</summary>
    public void Clear()
    {
        KnowsAll = false;
        Drop();
    }

    protected abstract void Drop();
}
