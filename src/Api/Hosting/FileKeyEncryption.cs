using System.Globalization;
using System.Security.Cryptography;
using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>
/// Wraps the keys of data subjects with AES-256-GCM, under keys in files of the key directory: <c>personal-1.kek</c>, after a rotation <c>personal-2.kek</c>. What is wrapped is nonce, ciphertext, tag.
/// </summary>
public sealed class FileKeyEncryption(KeyDirectory keys) : IKeyEncryption
{
    private const int First = 1, NonceSize = 12, TagSize = 16;
    private const string Prefix = "personal-", Suffix = ".kek";

    /// <summary>Something was wrapped before.</summary>
    public bool HasAny => Versions().Count > 0;

    /// <inheritdoc/>
    public Task<int> CurrentAsync(CancellationToken cancel) => Task.FromResult(Versions().DefaultIfEmpty(First).Max());

    /// <inheritdoc/>
    public Task MakeAsync(int version, CancellationToken cancel)
    {
        keys.Secret(NameOf(version));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DestroyAsync(int version, CancellationToken cancel)
    {
        keys.Shred(NameOf(version));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<byte[]> WrapAsync(int version, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> context, CancellationToken cancel)
    {
        var wrapped = new byte[NonceSize + key.Length + TagSize];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var gcm = new AesGcm(KeyOf(version, isMade: true), TagSize);
        gcm.Encrypt(wrapped.AsSpan(0, NonceSize), key.Span, wrapped.AsSpan(NonceSize, key.Length), wrapped.AsSpan(NonceSize + key.Length), context.Span);
        return Task.FromResult(wrapped);
    }

    /// <inheritdoc/>
    public Task<byte[]> UnwrapAsync(int version, ReadOnlyMemory<byte> wrapped, ReadOnlyMemory<byte> context, CancellationToken cancel)
    {
        if (wrapped.Length < NonceSize + TagSize)
            throw new CryptographicException("A wrapped key is cut short.");
        var key = new byte[wrapped.Length - NonceSize - TagSize];
        using var gcm = new AesGcm(KeyOf(version, isMade: false), TagSize);
        gcm.Decrypt(wrapped.Span[..NonceSize], wrapped.Span[NonceSize..^TagSize], wrapped.Span[^TagSize..], key, context.Span);
        return Task.FromResult(key);
    }

    // The first is made when something is first wrapped; any other was made by a rotation, or is away. One that wrapped something isn't made again.
    private byte[] KeyOf(int version, bool isMade)
    {
        try
        {
            return keys.Find(NameOf(version))
                ?? (isMade && version == First && Directory.Exists(keys.Path) && Versions().Count == 0 ? keys.Secret(NameOf(version))
                    : throw new FileNotFoundException($"The key-encryption key {NameOf(version)} isn't in {keys.Path}."));
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private List<int> Versions() =>
        [.. keys.Names($"{Prefix}*{Suffix}").Select(name => int.TryParse(name[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0).Where(version => version > 0)];

    private static string NameOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{version}{Suffix}");
}
