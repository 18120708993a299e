namespace Platform.EventStore;

/// <summary>
/// A stream as a set of rows of a typed table, where an event may change any number of them; see <see cref="GroupRowsProjection{TRow}"/>.
/// </summary>
/// <typeparam name="TRow">A row without tenant and stream; equal when all of its columns are.</typeparam>
public abstract class StreamRowsProjection<TRow> : GroupRowsProjection<TRow> where TRow : notnull
{
    protected sealed override string Group => "stream_id";

    protected sealed override Guid GroupOf(Event e) => e.StreamId;
}
