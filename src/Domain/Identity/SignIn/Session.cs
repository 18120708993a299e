namespace Platform.Domain.Identity;

/// <summary>That somebody is signed in, in the whole tenant.</summary>
[StateType("identity.session", 1)]
public sealed record Session : IState<Session>
{
    public static Session Initial { get; } = new();

    public bool Exists { get; init; }

    public string Provider { get; init; } = "";

    public string Subject { get; init; } = "";

    public DateTimeOffset ExpiresAt { get; init; }

    public bool IsEnded { get; init; }

    public long Version { get; init; }

    /// <summary>The session that a sign-in gives.</summary>
    /// <param name="state">What the sign-in is known by.</param>
    public static Guid IdOf(string state) => DerivedId.From("identity.session", state);

    public Session Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Session Apply(object @event) => @event switch
    {
        SessionOpened e => this with { Exists = true, Provider = e.Provider, Subject = e.Subject, ExpiresAt = e.ExpiresAt },
        SessionEnded => this with { IsEnded = true },
        _ => this,
    };
}
