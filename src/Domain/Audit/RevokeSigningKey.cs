namespace Platform.Domain.Audit;

/// <summary>Takes a key out of use for good.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="By">Who does; null: somebody who may revoke whoever's key.</param>
/// <param name="Reason">1-200 characters, none of them a control character.</param>
public sealed record RevokeSigningKey(Guid KeyId, string? By, string Reason) : ICommand<RevokeSigningKey, SigningKey>
{
    public static Decision Decide(RevokeSigningKey command, SigningKey state) => state switch
    {
        { Exists: false } => SigningKey.Missing,
        _ when DisplayName.Problem(command.Reason) is { } problem => Reject.Invalid("reason", problem),
        _ when command.By is { } caller && caller != state.Subject => Reject.Conflict("The key is somebody else's: its holder revokes it, or whoever may withdraw keys."),
        { RevokedBecause: not null } => Decision.Nothing,
        _ => Decision.Of(new SigningKeyRevoked(command.KeyId, command.Reason.Trim())),
    };
}
