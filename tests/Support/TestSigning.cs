using System.Security.Cryptography;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Tests;

/// <summary>Keys of a log and its writer, new, and a guard in a directory that is removed on dispose: what a store signs with.</summary>
public sealed class TestSigning : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly IReadOnlyList<LedgerKey> _keys = [NewKey(KeyRole.Log), NewKey(KeyRole.Writer)];

    public LogSigning Signing => new(new LedgerKeyRing(() => [.. _keys]), new FileCheckpointGuard(_scratch.Path));

    public void Dispose() => _scratch.Dispose();

    private static LedgerKey NewKey(KeyRole role)
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        return new LedgerKey(role, KeyAlgorithm.Ed25519, Ed25519.PublicKey(seed), seed);
    }
}
