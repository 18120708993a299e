namespace Platform.Domain;

/// <summary>
/// A command that one stream's state decides. A command that looks at several states, or appends to several streams,
/// has a plain static <c>Decide</c> with those states as parameters instead of this interface.
/// </summary>
public interface ICommand<TSelf, TState>
    where TSelf : ICommand<TSelf, TState>
    where TState : IState<TState>
{
    /// <summary>Pure: the same command on the same state gives the same decision.</summary>
    static abstract Decision Decide(TSelf command, TState state);
}
