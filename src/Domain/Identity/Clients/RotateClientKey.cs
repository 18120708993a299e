using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Gives a client another key; the one before may go on for a while.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Key">New, without the secret.</param>
/// <param name="PreviousUntil">The one before is valid until then, at most 30 days; null: it ends now.</param>
/// <param name="Lacking">What the client was granted and whoever gets the new key doesn't have.</param>
/// <param name="Now">When.</param>
public sealed record RotateClientKey(Guid ClientId, ClientKey Key, DateTimeOffset? PreviousUntil, ImmutableSortedSet<string> Lacking, DateTimeOffset Now) : ICommand<RotateClientKey, ApiClient>
{
    private const int LongestOverlapDays = 30;

    public static Decision Decide(RotateClientKey command, ApiClient state) => state switch
    {
        { Exists: false } => ApiClient.Missing,
        { IsRevoked: true } => Reject.Conflict("The client was revoked."),
        _ when state.ExpiresAt <= command.Now => Reject.Conflict("The client has expired."),
        _ when command.PreviousUntil < command.Now || command.PreviousUntil > command.Now.AddDays(LongestOverlapDays) =>
            Reject.Invalid("previousUntil", $"Must be to come, within {LongestOverlapDays} days."),
        _ when !command.Lacking.IsEmpty => Access.Escalation(command.Lacking),
        _ => Decision.Of(new ClientKeyRotated(command.ClientId, command.Key, command.PreviousUntil ?? command.Now)),
    };
}

/// <summary>Ends a client and all its keys.</summary>
public sealed record RevokeClient(Guid ClientId) : ICommand<RevokeClient, ApiClient>
{
    public static Decision Decide(RevokeClient command, ApiClient state) => state switch
    {
        { Exists: false } => ApiClient.Missing,
        { IsRevoked: true } => Decision.Nothing,
        _ => Decision.Of(new ClientRevoked(command.ClientId)),
    };
}
