using System.Text.Json.Serialization.Metadata;

namespace Platform.EventStore;

/// <summary>How a stream is folded into <typeparamref name="T"/>, live or from a snapshot.</summary>
/// <param name="Alias">Written to <c>mt_streams.type</c> and to snapshots, e.g. <c>content.item</c>.</param>
/// <param name="Shape">Bumped when the state's meaning changes: snapshots of another shape are ignored and replaced.</param>
/// <param name="Initial">State before the first event.</param>
/// <param name="Evolve">Pure.</param>
/// <param name="Snapshot">Null: never snapshotted.</param>
public sealed record Aggregate<T>(string Alias, int Shape, T Initial, Func<T, Event, T> Evolve, JsonTypeInfo<T>? Snapshot);

public sealed class AggregateMap
{
    private readonly Dictionary<Type, object> _aggregates = [];

    public AggregateMap Add<T>(Aggregate<T> aggregate)
    {
        _aggregates.Add(typeof(T), aggregate);
        return this;
    }

    internal Aggregate<T> Of<T>() =>
        _aggregates.TryGetValue(typeof(T), out var aggregate) ? (Aggregate<T>)aggregate
        : throw new InvalidOperationException($"{typeof(T)} is not a registered aggregate.");
}
