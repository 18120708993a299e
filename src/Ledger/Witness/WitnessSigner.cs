namespace Platform.Ledger;

/// <summary>An Ed25519 witness's key (C2SP tlog-cosignature). It signs as of a time that is given to it.</summary>
public sealed class WitnessSigner : IDisposable
{
    private readonly Libcrypto.EvpKey _key;

    /// <exception cref="ArgumentException">The seed isn't 32 bytes, or the name can't be a key's.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no OpenSSL on this machine.</exception>
    public WitnessSigner(string name, ReadOnlySpan<byte> seed)
    {
        _key = Ed25519.PrivateKey(seed);
        Key = new VerifierKey(name, KeyAlgorithm.WitnessEd25519, Ed25519.PublicKey(_key));
    }

    public VerifierKey Key { get; }

    /// <summary>The signer whose cosignatures carry this time, to the second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970.</exception>
    public INoteSigner At(DateTimeOffset time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, DateTimeOffset.UnixEpoch);
        return new Timed(this, time.ToUnixTimeSeconds());
    }

    public void Dispose() => _key.Dispose();

    private sealed class Timed(WitnessSigner witness, long seconds) : INoteSigner
    {
        public VerifierKey Key => witness.Key;

        public byte[] Sign(ReadOnlySpan<byte> message) => Cosignature.Timestamped(seconds,
            Ed25519.Sign(witness._key, Cosignature.Message(NoteText.FromUtf8(message) ?? throw new ArgumentException("A checkpoint is UTF-8.", nameof(message)), seconds)));
    }
}
