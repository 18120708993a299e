using System.Collections.Frozen;

namespace Platform.EventStore;

/// <summary>When a projection's model is written.</summary>
public enum ProjectionLifecycle
{
    /// <summary>Never: the stream is folded when asked for.</summary>
    Live,

    /// <summary>In the transaction of the append. Nodes whose code has different versions of such a projection can't run side by side.</summary>
    Inline,

    /// <summary>After it, in log order, by the daemon.</summary>
    Async,
}

/// <summary>
/// A read model built from events. Pure: the same events give the same model, so no clock, no random, no I/O. Its tables are generations
/// (<c>read.NAME_1</c>, ...) behind a view <c>read.NAME</c>, so that a rebuild is a swap.
/// </summary>
public abstract class Projection
{
    /// <summary>Lower case with underscores; also the name of the view in schema <c>read</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Bumped when the projection's code changes what it writes: the model is then rebuilt beside the old one.</summary>
    public virtual int Version => 1;

    public virtual ProjectionLifecycle Lifecycle => ProjectionLifecycle.Async;

    /// <summary>
    /// How long its model rests after a page when it's up to the log; readers see an event that much later at most. Where nobody waits for a single event, a page then has many, and a row
    /// that many of them change is written once. Zero: not at all.
    /// </summary>
    public virtual TimeSpan Rest => TimeSpan.Zero;

    /// <summary>Whether two appends to different streams never change the same row: what the expected versions of an append can guard.</summary>
    internal virtual bool IsInlineSafe => false;

    /// <summary>Aliases of the events it wants; others are not even read.</summary>
    public abstract IReadOnlyList<string> EventTypes { get; }

    internal bool Wants(string type) => (_wanted ??= EventTypes.ToFrozenSet(StringComparer.Ordinal)).Contains(type);

    private FrozenSet<string>? _wanted;

    public abstract ReadTable Table { get; }

    /// <summary>A second table, in which rows of the first are added up; null: there is none.</summary>
    public virtual SumTable? SumTable => null;

    /// <summary>
    /// Functions in schema <c>read</c> that queries on the model need, as <c>create or replace</c>; they belong to the tables' owner. For what row-level
    /// security would keep from its index: operators such as <c>@@</c>, which aren't leakproof, so that the tenant's rows are sought first.
    /// Null: none.
    /// </summary>
    public virtual string? Functions => null;

    /// <summary>What analysts see of the model; null: nothing, and <see cref="NotForAnalysts"/> says why.</summary>
    public virtual AnalystView? Analysts => null;

    /// <summary>Why analysts see nothing of the model, as a sentence; null: they do.</summary>
    public virtual string? NotForAnalysts => null;

    /// <summary>An empty state of the model for one run.</summary>
    internal abstract ModelState NewState();
}
