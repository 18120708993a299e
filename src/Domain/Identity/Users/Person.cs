using Platform.Domain.Security;

namespace Platform.Domain.Identity;

/// <summary>What decisions on a user need to know of the data subject that they are; folded from that one's own stream.</summary>
[StateType("identity.person", 1)]
public sealed record Person : IState<Person>
{
    public static Person Initial { get; } = new();

    internal static Rejection Erased { get; } = Reject.Conflict("What was known of the person is being erased, or was: nothing is recorded of them any more. Remove the user, and provision them anew.");

    /// <summary>Their erasure is under way or done.</summary>
    public bool IsClosed { get; init; }

    public long Version { get; init; }

    public Person Evolve(object @event, long version) => this with
    {
        IsClosed = @event switch { ErasureRequested e => !e.NeedsApproval, ErasureApproved or ErasureCompleted => true, ErasureRefused => false, _ => IsClosed },
        Version = version,
    };
}
