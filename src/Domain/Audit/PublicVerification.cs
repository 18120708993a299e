namespace Platform.Domain.Audit;

/// <summary>From now on anybody may ask for proofs of this tenant's events, and for the log's checkpoints and tiles, without a token.</summary>
[EventType("audit.public-verification-allowed")]
public sealed record PublicVerificationAllowed;

/// <summary>From now on only holders of a token may.</summary>
[EventType("audit.public-verification-withdrawn")]
public sealed record PublicVerificationWithdrawn;

/// <summary>Who may verify a tenant's part of the ledger.</summary>
[StateType("audit.public-verification", 1)]
public sealed record PublicVerification : IState<PublicVerification>
{
    public static PublicVerification Initial { get; } = new();

    public bool IsAllowed { get; init; }

    public long Version { get; init; }

    /// <summary>Its stream; one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("audit.public-verification");

    public PublicVerification Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private PublicVerification Apply(object @event) => @event switch
    {
        PublicVerificationAllowed => this with { IsAllowed = true },
        PublicVerificationWithdrawn => this with { IsAllowed = false },
        _ => this,
    };
}

/// <summary>Allows verification without a token, or withdraws it.</summary>
/// <param name="Allowed">Which of the two.</param>
public sealed record SetPublicVerification(bool Allowed) : ICommand<SetPublicVerification, PublicVerification>
{
    public static Decision Decide(SetPublicVerification command, PublicVerification state) =>
        command.Allowed == state.IsAllowed ? Decision.Nothing
        : Decision.Of(command.Allowed ? new PublicVerificationAllowed() : new PublicVerificationWithdrawn());
}
