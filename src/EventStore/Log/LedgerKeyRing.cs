using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>A private key and what it is for.</summary>
/// <param name="Role">What it signs.</param>
/// <param name="Algorithm">Ed25519 or ML-DSA-65.</param>
/// <param name="PublicKey">Raw, as in a verifier key.</param>
/// <param name="Seed">32 secret bytes.</param>
public sealed record LedgerKey(KeyRole Role, KeyAlgorithm Algorithm, byte[] PublicKey, byte[] Seed)
{
    /// <summary>Role, algorithm and public key (base64) as events announce them.</summary>
    public (string Role, string Algorithm, string PublicKey) Announced => (KeyNames.Of(Role), KeyNames.Of(Algorithm), Convert.ToBase64String(PublicKey));

    /// <summary>As a signer of notes under a name.</summary>
    public INoteSigner Signer(string name) => Algorithm switch
    {
        KeyAlgorithm.Ed25519 => new Ed25519Signer(name, Seed),
        KeyAlgorithm.MlDsa65 => new MlDsa65Signer(name, Seed),
        _ => throw new InvalidOperationException($"{Algorithm} signs no checkpoint."),
    };
}

/// <summary>The private keys that this process holds; they are never in the database. Read anew when one is wanted that wasn't there, so that a rotation needs no restart.</summary>
/// <param name="load">Reads all of them.</param>
public sealed class LedgerKeyRing(Func<IReadOnlyList<LedgerKey>> load)
{
    private IReadOnlyList<LedgerKey>? _keys;

    /// <summary>The key whose public half is given; null: this process doesn't hold it.</summary>
    public LedgerKey? Find(KeyRole role, KeyAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        foreach (var key in Held(role, algorithm))
            if (publicKey.SequenceEqual(key.PublicKey))
                return key;
        _keys = Load();
        foreach (var key in Held(role, algorithm))
            if (publicKey.SequenceEqual(key.PublicKey))
                return key;
        return null;
    }

    /// <summary>All keys that are there.</summary>
    public IReadOnlyList<LedgerKey> All => _keys ??= Load();

    /// <summary>The key of a role while none is registered yet.</summary>
    /// <exception cref="LogUnsignedException">There is none, or more than one.</exception>
    public LedgerKey First(KeyRole role, KeyAlgorithm algorithm = KeyAlgorithm.Ed25519) =>
        Held(role, algorithm) is [var only] ? only
        : throw new LogUnsignedException($"One {KeyNames.Of(algorithm)} key of the {KeyNames.Of(role)} is needed, and {Held(role, algorithm).Count} are among this node's keys.");

    /// <summary>All keys of a role and algorithm.</summary>
    public IReadOnlyList<LedgerKey> Held(KeyRole role, KeyAlgorithm algorithm) => [.. All.Where(key => key.Role == role && key.Algorithm == algorithm)];

    private IReadOnlyList<LedgerKey> Load()
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LogUnsignedException($"The ledger's keys can't be read: {e.Message}", e);
        }
    }
}
