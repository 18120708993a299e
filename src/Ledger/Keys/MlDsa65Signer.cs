using System.Security.Cryptography;

namespace Platform.Ledger;

/// <summary>Signs with an ML-DSA-65 key held in this process; one thread at a time gets through.</summary>
public sealed class MlDsa65Signer : INoteSigner, IDisposable
{
    private readonly Lock _lock = new();
    private readonly MLDsa _key;

    /// <exception cref="ArgumentException">The seed isn't 32 bytes, or the name can't be a key's.</exception>
    /// <exception cref="PlatformNotSupportedException">Not <see cref="MlDsa65.IsSupported"/>.</exception>
    public MlDsa65Signer(string name, ReadOnlySpan<byte> seed)
    {
        _key = MlDsa65.PrivateKey(seed);
        Key = new VerifierKey(name, KeyAlgorithm.MlDsa65, _key.ExportMLDsaPublicKey());
    }

    public VerifierKey Key { get; }

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_lock)
            return MlDsa65.Sign(_key, message);
    }

    public void Dispose() => _key.Dispose();
}
