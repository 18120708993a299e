using Npgsql;

namespace Platform.EventStore;

/// <summary>Events to rows of a typed table, for those who ask in SQL. Each event says the last word on the rows it names.</summary>
public abstract class FlatTableProjection : Projection
{
    /// <summary>Each event makes rows of its own that no other changes: they are copied as they come, without a look at what is there.</summary>
    protected virtual bool IsAppendOnly => false;

    protected abstract void Apply(Event e, RowBatch rows);

    internal sealed override ModelState NewState() => new State(this);

    private sealed class State(FlatTableProjection projection) : ModelState
    {
        private readonly RowBatch _rows = new(projection.Table);

        public override bool OnlyAdds => projection.IsAppendOnly;
        public override long Bytes => _rows.Bytes;

        public override Task LoadAsync(string table, IReadOnlyList<Event> events, NpgsqlConnection connection, CancellationToken cancel) => Task.CompletedTask;

        public override void Apply(Event e)
        {
            var accepted = false;
            try
            {
                projection.Apply(e, _rows);
                accepted = true;
            }
            finally
            {
                _rows.End(accepted);
            }
        }

        public override RowChanges TakeChanges()
        {
            var changes = new RowChanges(projection.Table);
            _rows.MoveTo(changes, areNew: KnowsAll || projection.IsAppendOnly);
            // What was written isn't held.
            KnowsAll = false;
            return changes;
        }

        protected override void Drop() => _rows.Clear();
    }
}
