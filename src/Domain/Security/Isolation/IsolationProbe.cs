namespace Platform.Domain.Security;

/// <summary>One look at whether tenants are kept apart.</summary>
[StateType("security.isolation-probe", 1)]
public sealed record IsolationProbe : IState<IsolationProbe>
{
    public static IsolationProbe Initial { get; } = new();

    public bool Exists { get; init; }

    public bool IsOver { get; init; }

    public long Version { get; init; }

    public IsolationProbe Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private IsolationProbe Apply(object @event) => @event switch
    {
        IsolationProbeRequested => this with { Exists = true },
        IsolationProbed => this with { IsOver = true },
        _ => this,
    };
}
