using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Platform.EventStore.Tests.Personal;

/// <summary>Wraps the keys of data subjects under keys in memory; may be away.</summary>
public sealed class MemoryKeyEncryption : IKeyEncryption
{
    private const int NonceSize = 12, TagSize = 16;

    private readonly ConcurrentDictionary<int, byte[]> _versions = new() { [1] = RandomNumberGenerator.GetBytes(SubjectKeySize) };

    private static int SubjectKeySize => Ledger.SubjectKey.Size;

    public bool IsAway { get; set; }

    /// <summary>What a subject's key can't be unwrapped without.</summary>
    public static byte[] ContextOf(WrappedKey key) => System.Text.Encoding.UTF8.GetBytes($"platform/subject-key/1 {key.TenantId} {key.SubjectId} {key.Id}");

    public Task<int> CurrentAsync(CancellationToken cancel) => Task.FromResult(Here().Keys.Max());

    public Task MakeAsync(int version, CancellationToken cancel)
    {
        Here().TryAdd(version, RandomNumberGenerator.GetBytes(SubjectKeySize));
        return Task.CompletedTask;
    }

    public Task DestroyAsync(int version, CancellationToken cancel)
    {
        Here().TryRemove(version, out _);
        return Task.CompletedTask;
    }

    public Task<byte[]> WrapAsync(int version, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> context, CancellationToken cancel)
    {
        var wrapped = new byte[NonceSize + key.Length + TagSize];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var gcm = new AesGcm(KeyOf(version), TagSize);
        gcm.Encrypt(wrapped.AsSpan(0, NonceSize), key.Span, wrapped.AsSpan(NonceSize, key.Length), wrapped.AsSpan(NonceSize + key.Length), context.Span);
        return Task.FromResult(wrapped);
    }

    public Task<byte[]> UnwrapAsync(int version, ReadOnlyMemory<byte> wrapped, ReadOnlyMemory<byte> context, CancellationToken cancel)
    {
        var key = new byte[wrapped.Length - NonceSize - TagSize];
        using var gcm = new AesGcm(KeyOf(version), TagSize);
        gcm.Decrypt(wrapped.Span[..NonceSize], wrapped.Span[NonceSize..^TagSize], wrapped.Span[^TagSize..], key, context.Span);
        return Task.FromResult(key);
    }

    private ConcurrentDictionary<int, byte[]> Here() => IsAway ? throw new IOException("The key-encryption key is away.") : _versions;

    private byte[] KeyOf(int version) => Here().TryGetValue(version, out var key) ? key : throw new FileNotFoundException($"There is no version {version} of the key-encryption key.");
}
