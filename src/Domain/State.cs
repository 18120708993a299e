namespace Platform.Domain;

/// <summary>Folds events into a state.</summary>
public static class State
{
    /// <summary>The state of a stream that holds exactly these events, versions 1, 2, 3 and so on.</summary>
    public static TState Of<TState>(params IEnumerable<object> events) where TState : IState<TState> =>
        TState.Initial.After(events);

    /// <summary>The state once these events, which follow each other without a gap, have followed.</summary>
    public static TState After<TState>(this TState state, params IEnumerable<object> events) where TState : IState<TState> =>
        events.Aggregate(state, (current, @event) => current.Evolve(@event, current.Version + 1));
}
