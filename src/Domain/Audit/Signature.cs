namespace Platform.Domain.Audit;

/// <summary>Somebody has signed an event of the ledger, and by its hash all of its stream up to it.</summary>
/// <param name="SignatureId">The signature's stream, see <see cref="Signature.IdOf"/>.</param>
/// <param name="KeyId">The key's stream.</param>
/// <param name="Signer">The key's holder.</param>
/// <param name="Kind">What is signed, see <see cref="SigningStatement.Kinds"/>.</param>
/// <param name="StreamId">Stream of the event.</param>
/// <param name="StreamVersion">Version of the event in it.</param>
/// <param name="EventHash">As chained, 64 lower-case hex digits.</param>
/// <param name="Meaning">What the signer says by it.</param>
/// <param name="Statement">What was signed, to the letter: <see cref="SigningStatement.OfEvent"/>.</param>
/// <param name="Value">The signature, base64.</param>
[EventType("audit.signature-given")]
public sealed record SignatureGiven(
    Guid SignatureId, Guid KeyId, string Signer, string Kind, Guid StreamId, long StreamVersion, string EventHash, string Meaning, string Statement, string Value);

/// <summary>What a key has signed. A stream of its own for each key and thing signed, so that the same is signed once.</summary>
[StateType("audit.signature", 1)]
public sealed record Signature : IState<Signature>
{
    public static Signature Initial { get; } = new();

    public bool Exists { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of what a key says of an event.</summary>
    public static Guid IdOf(Guid keyId, string kind, Guid streamId, long version, string meaning) =>
        DerivedId.From("audit.signature", keyId.ToString(), kind, streamId.ToString(), version.ToString(null, null), meaning);

    public Signature Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Signature Apply(object @event) => @event is SignatureGiven ? this with { Exists = true } : this;
}
