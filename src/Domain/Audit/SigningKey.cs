namespace Platform.Domain.Audit;

/// <summary>Somebody signs with this key from now on, and has shown that they hold it.</summary>
/// <param name="KeyId">The key's stream, see <see cref="SigningKey.IdOf"/>.</param>
/// <param name="Subject">Whose it is, as in the token.</param>
/// <param name="Name">For people.</param>
/// <param name="Algorithm">See <see cref="PublicKey"/>.</param>
/// <param name="PublicKey">SubjectPublicKeyInfo (RFC 5280), base64.</param>
/// <param name="Proof">Signature by the key over <see cref="SigningStatement.OfKey"/>, base64.</param>
[EventType("audit.signing-key-registered")]
public sealed record SigningKeyRegistered(Guid KeyId, string Subject, string Name, string Algorithm, string PublicKey, string Proof);

/// <summary>Nothing is signed with the key any more; what was signed before stays signed.</summary>
[EventType("audit.signing-key-revoked")]
public sealed record SigningKeyRevoked(Guid KeyId, string Reason);

/// <summary>A public key that somebody signs with.</summary>
[StateType("audit.signing-key", 1)]
public sealed record SigningKey : IState<SigningKey>
{
    public static SigningKey Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such key.");

    public bool Exists { get; init; }

    public string Subject { get; init; } = "";

    public string PublicKey { get; init; } = "";

    /// <summary>Null while the key is in use.</summary>
    public string? RevokedBecause { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a key: one for each key of a tenant, so that a key has one holder and doesn't come back once it's revoked.</summary>
    public static Guid IdOf(string publicKey) => DerivedId.From("audit.signing-key", publicKey);

    public SigningKey Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private SigningKey Apply(object @event) => @event switch
    {
        SigningKeyRegistered registered => this with { Exists = true, Subject = registered.Subject, PublicKey = registered.PublicKey },
        SigningKeyRevoked revoked => this with { RevokedBecause = revoked.Reason },
        _ => this,
    };
}
