namespace Platform.EventStore;

/// <summary>A subject's key as it's kept.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="TenantId">The subject's tenant.</param>
/// <param name="SubjectId">Whose it is.</param>
/// <param name="WrappedBy">Version of the key-encryption key.</param>
/// <param name="Wrapped">The key, wrapped.</param>
/// <param name="WrittenAt">When it was put there as it is, by the store's clock; not looked at by who adds it.</param>
public sealed record WrappedKey(Guid Id, string TenantId, Guid SubjectId, int WrappedBy, byte[] Wrapped, DateTimeOffset WrittenAt = default);

/// <summary>
/// Keeps the keys of data subjects, apart from the event database and never in its backups. Shared by all nodes. All of it throws <see cref="IOException"/> while the store is away.
/// </summary>
public interface ISubjectKeyStore
{
    /// <summary>A subject's key.</summary>
    /// <exception cref="InvalidDataException">What is kept is no key, or not the subject's.</exception>
    Task<StoredKey> FindAsync(string tenantId, Guid subjectId, CancellationToken cancel);

    /// <summary>Keeps a key, durably, unless the subject has one, or had one that was destroyed.</summary>
    /// <returns>What there is now: this key, or what was there.</returns>
    Task<StoredKey> AddAsync(WrappedKey key, CancellationToken cancel);

    /// <summary>Puts the same key, wrapped by another key-encryption key, in place of <paramref name="key"/>; nothing where the key was destroyed meanwhile.</summary>
    Task ReplaceAsync(WrappedKey key, CancellationToken cancel);

    /// <summary>Destroys a subject's key and search terms for good: none can be added any more. Repeated: nothing.</summary>
    /// <returns>Ids of the keys that were destroyed, now or before.</returns>
    Task<IReadOnlyList<Guid>> DestroyAsync(string tenantId, Guid subjectId, CancellationToken cancel);

    /// <summary>All keys that there are, those beside the mark that they were destroyed included.</summary>
    /// <param name="damaged">Is told of what is no key; null: that throws.</param>
    /// <param name="cancel">Gives up.</param>
    IAsyncEnumerable<WrappedKey> AllAsync(Action<InvalidDataException>? damaged, CancellationToken cancel);

    /// <summary>Notes that a subject may be found by a term, until the subject is destroyed.</summary>
    Task AddTermAsync(string tenantId, string term, Guid subjectId, CancellationToken cancel);

    /// <summary>Subjects that have, or had, a term; in id order.</summary>
    Task<IReadOnlyList<Guid>> FindSubjectsAsync(string tenantId, string term, CancellationToken cancel);
}

/// <summary>What a key store has of a subject.</summary>
/// <param name="Key">The key; null: there is none.</param>
/// <param name="Destroyed">Ids of the subject's keys that were destroyed; null: none was.</param>
public sealed record StoredKey(WrappedKey? Key, IReadOnlyList<Guid>? Destroyed);

/// <summary>Wraps the keys of data subjects: by keys in files, or by an HSM or a service that never gives its keys away. Each rotation makes the next version of the key.</summary>
public interface IKeyEncryption
{
    /// <summary>The version that wraps now.</summary>
    /// <exception cref="IOException">The keys can't be reached now.</exception>
    Task<int> CurrentAsync(CancellationToken cancel);

    /// <summary>Makes a version, which wraps from now on; one that is there stays as it is.</summary>
    /// <exception cref="IOException">The keys can't be reached now.</exception>
    Task MakeAsync(int version, CancellationToken cancel);

    /// <summary>Destroys a version, by which nothing is wrapped any more. One that is gone: nothing.</summary>
    /// <exception cref="IOException">The keys can't be reached now.</exception>
    Task DestroyAsync(int version, CancellationToken cancel);

    /// <param name="version">Of the key that wraps.</param>
    /// <param name="key">What is wrapped.</param>
    /// <param name="context">What it can't be unwrapped without.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The version can't be used now.</exception>
    Task<byte[]> WrapAsync(int version, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> context, CancellationToken cancel);

    /// <exception cref="IOException">The version can't be used now.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">This isn't what was wrapped.</exception>
    Task<byte[]> UnwrapAsync(int version, ReadOnlyMemory<byte> wrapped, ReadOnlyMemory<byte> context, CancellationToken cancel);
}
