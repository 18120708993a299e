namespace Platform.Domain.Audit;

/// <summary>Announces a key of the ledger. Run at each start, for each key that the node holds: only the first of its role and algorithm is news.</summary>
/// <param name="Role">See <see cref="KeyRegistered"/>.</param>
/// <param name="Algorithm">See <see cref="KeyRegistered"/>.</param>
/// <param name="PublicKey">Base64 of the raw key.</param>
public sealed record RegisterKey(string Role, string Algorithm, string PublicKey) : ICommand<RegisterKey, LedgerKeys>
{
    public static Decision Decide(RegisterKey command, LedgerKeys state) =>
        state.Of(command.Role, command.Algorithm) is null
            ? Decision.Of(new KeyRegistered(command.Role, command.Algorithm, command.PublicKey))
            : Decision.Nothing;
}
