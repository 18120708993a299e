using System.Collections.Immutable;

namespace Platform.Domain.Audit;

/// <summary>The first key of its role and algorithm (docs/ledger-format.md). Stands in the platform's own tenant, as all events of <see cref="LedgerKeys"/>.</summary>
/// <param name="Role"><c>log</c>: signs checkpoints; <c>writer</c>: signs events of weight.</param>
/// <param name="Algorithm"><c>Ed25519</c> or <c>ML-DSA-65</c>.</param>
/// <param name="PublicKey">Base64 of the raw key.</param>
[EventType("audit.key-registered")]
public sealed record KeyRegistered(string Role, string Algorithm, string PublicKey);

/// <summary>A key takes the place of another; both have signed the statement of it.</summary>
/// <param name="Role">As in <see cref="KeyRegistered"/>.</param>
/// <param name="Algorithm">As in <see cref="KeyRegistered"/>.</param>
/// <param name="PublicKey">The new key.</param>
/// <param name="Previous">The key so far.</param>
/// <param name="Signature">By the new key, base64.</param>
/// <param name="PreviousSignature">By the key so far, base64.</param>
[EventType("audit.key-rotated")]
public sealed record KeyRotated(string Role, string Algorithm, string PublicKey, string Previous, string Signature, string PreviousSignature);

/// <summary>The log goes on in a new epoch, after its database was set back to an earlier state.</summary>
/// <param name="Origin">Of the new epoch.</param>
/// <param name="Previous">The last checkpoint of the old one, as the guard store has it: a signed note.</param>
/// <param name="Size">Entries that are left of it.</param>
/// <param name="Reason">Of the operator.</param>
[EventType("audit.log-reopened")]
public sealed record LogReopened(string Origin, string Previous, long Size, string Reason);

/// <summary>The ledger's own public keys of this moment.</summary>
[StateType("audit.ledger-keys", 1)]
public sealed record LedgerKeys : IState<LedgerKeys>
{
    public static LedgerKeys Initial { get; } = new();

    /// <summary>By role and algorithm, such as <c>log/Ed25519</c>.</summary>
    public ImmutableSortedDictionary<string, string> Current { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public long Version { get; init; }

    /// <summary>Their stream, in the platform's own tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("audit.ledger-keys");

    public string? Of(string role, string algorithm) => Current.GetValueOrDefault($"{role}/{algorithm}");

    public LedgerKeys Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private LedgerKeys Apply(object @event) => @event switch
    {
        KeyRegistered registered => this with { Current = Current.SetItem($"{registered.Role}/{registered.Algorithm}", registered.PublicKey) },
        KeyRotated rotated => this with { Current = Current.SetItem($"{rotated.Role}/{rotated.Algorithm}", rotated.PublicKey) },
        _ => this,
    };
}
