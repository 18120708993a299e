using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Somebody who is known in a tenant, across its sites.</summary>
[StateType("identity.user", 2)]
public sealed record User : IState<User>
{
    public static User Initial { get; } = new();

    /// <summary>For who finds so before anything is decided.</summary>
    public static JointDecision Gone => Missing;

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such user.");

    /// <summary>They were registered, and weren't removed.</summary>
    public bool Exists { get; init; }

    public Guid UserId { get; init; }

    /// <summary>The data subject that they are.</summary>
    public Guid PersonId { get; init; }

    /// <summary>Null: invited, and not linked yet.</summary>
    public string? Subject { get; init; }

    /// <summary>The reservation of their user name; null: they have none.</summary>
    public Guid? NameId { get; init; }

    public bool IsSuspended { get; init; }

    /// <summary>Those that they are in, groups that were removed among them.</summary>
    public ImmutableSortedSet<Guid> Groups { get; init; } = [];

    public long Version { get; init; }

    public User Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private User Apply(object @event) => @event switch
    {
        UserRegistered e => this with { Exists = true, UserId = e.UserId, PersonId = e.PersonId, Subject = e.Subject },
        UserProvisioned e => this with { NameId = e.NameId },
        UserLinked e => this with { Subject = e.Subject },
        UserSuspended => this with { IsSuspended = true },
        UserResumed => this with { IsSuspended = false },
        UserJoinedGroup e => this with { Groups = Groups.Add(e.GroupId) },
        UserLeftGroup e => this with { Groups = Groups.Remove(e.GroupId) },
        UserRemoved => this with { Exists = false, Subject = null, NameId = null, IsSuspended = false },
        _ => this,
    };
}
