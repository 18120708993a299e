namespace Platform.Domain.Audit;

/// <summary>Registers a public key as the caller's.</summary>
/// <param name="TenantId">The caller's tenant.</param>
/// <param name="Subject">The caller.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
/// <param name="Algorithm">One of <see cref="Audit.PublicKey.Algorithms"/>.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo, base64.</param>
/// <param name="Proof">Signature by the key over <see cref="SigningStatement.OfKey"/>, base64: nobody registers a key that they don't hold.</param>
public sealed record RegisterSigningKey(string TenantId, string Subject, string Name, string Algorithm, string PublicKey, string Proof)
    : ICommand<RegisterSigningKey, SigningKey>
{
    public static Decision Decide(RegisterSigningKey command, SigningKey state)
    {
        var key = Audit.PublicKey.TryParse(command.PublicKey, out var problem);
        if (Check(command, key, problem).Rejection is { } invalid) return invalid;

        return state switch
        {
            { Exists: false } => Decision.Of(new SigningKeyRegistered(
                SigningKey.IdOf(command.PublicKey), command.Subject, command.Name.Trim(), command.Algorithm, command.PublicKey, command.Proof)),
            { RevokedBecause: not null } => Reject.Conflict("publicKey", "This key was revoked, and a revoked key doesn't come back."),
            { Subject: var holder } when holder != command.Subject => Reject.Conflict("publicKey", "This key is somebody else's."),
            _ => Decision.Nothing,
        };
    }

    private static FieldErrors Check(RegisterSigningKey command, PublicKey? key, string? problem) => new FieldErrors()
        .Add("name", DisplayName.Problem(command.Name))
        .Add("algorithm", Audit.PublicKey.Algorithms.Contains(command.Algorithm) ? null : $"One of {string.Join(", ", Audit.PublicKey.Algorithms)}.")
        .Add("publicKey", problem ?? (key!.Algorithm == command.Algorithm || !Audit.PublicKey.Algorithms.Contains(command.Algorithm) ? null : $"It's a key of {key.Algorithm}, not of {command.Algorithm}."))
        .Add("proof", command.Proof.Length == 0 ? "Is required."
            : key is null || key.Verifies(SigningStatement.OfKey(command.TenantId, command.Subject, key), command.Proof) ? null
            : "Isn't a signature by this key over the text that registers it.");
}
