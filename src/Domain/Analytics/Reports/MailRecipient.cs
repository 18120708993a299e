using Platform.Domain.Identity;

namespace Platform.Domain.Analytics;

/// <summary>What reports need to know of a user whom they are mailed to; folded from the user's own stream.</summary>
[StateType("analytics.mail-recipient", 1)]
public sealed record MailRecipient : IState<MailRecipient>
{
    public static MailRecipient Initial { get; } = new();

    /// <summary>They were registered, and weren't removed.</summary>
    public bool Exists { get; init; }

    /// <summary>The data subject that they are, with whom their address is.</summary>
    public Guid PersonId { get; init; }

    public bool IsSuspended { get; init; }

    public long Version { get; init; }

    public MailRecipient Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private MailRecipient Apply(object @event) => @event switch
    {
        UserRegistered e => this with { Exists = true, PersonId = e.PersonId, IsSuspended = false },
        UserSuspended => this with { IsSuspended = true },
        UserResumed => this with { IsSuspended = false },
        UserRemoved => this with { Exists = false },
        _ => this,
    };
}
