namespace Platform.Domain.Identity;

/// <summary>Somebody who is known in a tenant, across its sites.</summary>
[StateType("identity.user", 1)]
public sealed record User : IState<User>
{
    public static User Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such user.");

    public bool Exists { get; init; }

    public Guid UserId { get; init; }

    /// <summary>Null: invited, and not linked yet.</summary>
    public string? Subject { get; init; }

    public bool IsSuspended { get; init; }

    public long Version { get; init; }

    public User Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private User Apply(object @event) => @event switch
    {
        UserRegistered e => this with { Exists = true, UserId = e.UserId, Subject = e.Subject },
        UserLinked e => this with { Subject = e.Subject },
        UserSuspended => this with { IsSuspended = true },
        UserResumed => this with { IsSuspended = false },
        _ => this,
    };
}
