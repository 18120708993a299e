namespace Platform.Domain.Identity;

/// <summary>
/// Whose a user name is. A stream of its own for each, whose id comes from the name by a key of the tenant's: a name is a text about a person, and neither the ledger nor whoever guesses at it tells what was reserved.
/// </summary>
[StateType("identity.user-name", 1)]
public sealed record UserNameReservation : IState<UserNameReservation>
{
    public static UserNameReservation Initial { get; } = new();

    /// <summary>Null: it's free.</summary>
    public Guid? UserId { get; init; }

    public long Version { get; init; }

    public UserNameReservation Evolve(object @event, long version) => this with
    {
        UserId = @event switch { UserNameTaken taken => taken.UserId, UserNameReleased => null, _ => UserId },
        Version = version,
    };

    internal Rejection? Refuse(Guid userId) => UserId is { } holder && holder != userId ? Reject.Conflict("userName", $"The user name is that of user {holder}.") : null;

    internal static StreamEvents Take(Guid nameId, Guid userId) => new(nameId, new UserNameTaken(nameId, userId));

    internal static StreamEvents Release(Guid nameId, Guid userId) => new(nameId, new UserNameReleased(nameId, userId));
}
