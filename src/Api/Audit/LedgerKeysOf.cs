using Platform.Api.Http;
using Platform.EventStore;
using Platform.Processors.Audit;

namespace Platform.Api.Audit;

/// <summary>What an auditor trusts, as this log sees it: a bundle's <c>trust.json</c>.</summary>
/// <param name="Keys">Public keys of the log and of its writer, those of the past included.</param>
/// <param name="Witnesses">Who may cosign checkpoints.</param>
/// <param name="Quorum">Which of them must have: null, a name, or {"threshold","members"}.</param>
/// <param name="HybridFrom">From this size of the tree on a checkpoint needs both algorithms; null: never.</param>
/// <param name="Checkpoint">Null here: an auditor's own file remembers what it verified last.</param>
public sealed record LedgerTrust(IReadOnlyList<LedgerTrustKey> Keys, IReadOnlyList<LedgerTrustWitness> Witnesses, object? Quorum, long? HybridFrom, string? Checkpoint);

/// <summary>A key and the sizes of the tree for which it speaks.</summary>
/// <param name="Name">The log's origin, or its name and /writer.</param>
/// <param name="Role">log or writer.</param>
/// <param name="Algorithm">Ed25519 or ML-DSA-65.</param>
/// <param name="PublicKey">Base64 of the raw key.</param>
/// <param name="FromSize">The smallest tree.</param>
/// <param name="ToSize">The largest tree; null while it's in use.</param>
public sealed record LedgerTrustKey(string Name, string Role, string Algorithm, string PublicKey, long FromSize, long? ToSize);

/// <summary>A witness.</summary>
/// <param name="Name">What the quorum calls it.</param>
/// <param name="Key">Its verifier key.</param>
public sealed record LedgerTrustWitness(string Name, string Key);

internal static class LedgerKeysOf
{
    public static async Task<IResult> GetAsync(HttpContext http, PublishedLog log, WitnessOptions witnesses)
    {
        var head = await log.HeadAsync(http.RequestAborted);
        Reading.Index(http, (head?.Size ?? 0) - 1);
        return Results.Text((await log.TrustAsync(witnesses.Policy, http.RequestAborted)).ToJson(), "application/json; charset=utf-8");
    }
}
