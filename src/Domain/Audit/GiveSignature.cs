namespace Platform.Domain.Audit;

/// <summary>Signs the event at a version of a stream.</summary>
/// <param name="TenantId">The caller's tenant.</param>
/// <param name="Subject">The caller, who holds the key.</param>
/// <param name="KeyId">The key.</param>
/// <param name="Kind">One of <see cref="SigningStatement.Kinds"/>.</param>
/// <param name="StreamId">Stream of the event.</param>
/// <param name="StreamVersion">Version of the event in it.</param>
/// <param name="Meaning">What the signer says by it: 1-200 characters, none of them a control character.</param>
/// <param name="Value">The signature over <see cref="SigningStatement.OfEvent"/>, base64.</param>
public sealed record GiveSignature(string TenantId, string Subject, Guid KeyId, string Kind, Guid StreamId, long StreamVersion, string Meaning, string Value)
{
    /// <summary>The stream of the signature.</summary>
    public Guid SignatureId => Signature.IdOf(KeyId, Kind, StreamId, StreamVersion, Meaning);

    /// <param name="command">The command.</param>
    /// <param name="signature">The signature, if it was given before.</param>
    /// <param name="key">The key that it's said to be by.</param>
    /// <param name="hash">Hash of the event, lower hex; null: there is no such event.</param>
    public static Decision Decide(GiveSignature command, Signature signature, SigningKey key, string? hash)
    {
        if (Check(command, key).Rejection is { } invalid) return invalid;
        if (key.RevokedBecause is { } reason) return Reject.Conflict("keyId", $"The key was revoked: {reason}");
        if (hash is null) return Reject.NotFound($"There is no event at version {command.StreamVersion} of stream {command.StreamId}.");

        var statement = SigningStatement.OfEvent(command.TenantId, command.Kind, command.StreamId, command.StreamVersion, hash, command.Meaning);
        if (PublicKey.TryParse(key.PublicKey, out _)?.Verifies(statement, command.Value) is not true)
            return Reject.Invalid("signature", "Isn't a signature by this key over the statement of what is signed.");

        return signature.Exists
            ? Decision.Nothing
            : Decision.Of(new SignatureGiven(
                command.SignatureId, command.KeyId, key.Subject, command.Kind, command.StreamId, command.StreamVersion, hash, command.Meaning, statement, command.Value));
    }

    private static FieldErrors Check(GiveSignature command, SigningKey key) => SigningStatement.Check(command.Kind, command.StreamId, command.StreamVersion, command.Meaning)
        .Add("keyId", command.KeyId == Guid.Empty ? "Is required." : !key.Exists ? "There is no such key." : key.Subject != command.Subject ? "The key is somebody else's." : null)
        .Add("signature", command.Value.Length == 0 ? "Is required." : null);
}
