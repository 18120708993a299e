namespace Platform.Ledger;

/// <summary>Signs with an Ed25519 key held in this process; any number of threads at once.</summary>
public sealed class Ed25519Signer : INoteSigner, IDisposable
{
    private readonly Libcrypto.EvpKey _key;

    /// <exception cref="ArgumentException">The seed isn't 32 bytes, or the name can't be a key's.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no OpenSSL on this machine.</exception>
    public Ed25519Signer(string name, ReadOnlySpan<byte> seed)
    {
        _key = Ed25519.PrivateKey(seed);
        Key = new VerifierKey(name, KeyAlgorithm.Ed25519, Ed25519.PublicKey(_key));
    }

    public VerifierKey Key { get; }

    public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(_key, message);

    public void Dispose() => _key.Dispose();
}
