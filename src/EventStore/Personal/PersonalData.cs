using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>The keys of data subjects can't be used now: their texts can be neither written nor read.</summary>
public sealed class PersonalDataUnavailableException(string message, Exception? inner = null) : AppendRefusedException(message, inner);

/// <summary>The subject's data was erased, or is being erased: nothing is written about them any more.</summary>
public sealed class SubjectErasedException(Guid subjectId) : AppendRefusedException($"What was known of data subject {subjectId} was erased; nothing is recorded of them any more.")
{
    public Guid SubjectId { get; } = subjectId;
}

/// <summary>
/// Seals texts about people as their events are written, and opens them for those who may read them: in batches, never in the database. Keys are unwrapped for half a second,
/// so that what is erased is erased everywhere within one.
/// </summary>
public sealed class PersonalData : IDisposable
{
    /// <summary>What is read instead of a text whose key was destroyed.</summary>
    public const string Erased = "[erased]";

    /// <summary>What is read instead of a text whose key can't be used now.</summary>
    public const string Unavailable = "[unavailable]";

    /// <summary>How long a key is at hand in a process once it's been unwrapped.</summary>
    public static readonly TimeSpan CacheLife = TimeSpan.FromMilliseconds(500);

    private const int MostCached = 10_000;

    private readonly ILogger _log;
    private readonly ISubjectKeyStore _keys;
    private readonly IKeyEncryption _encryption;
    private readonly Timer _forgetting;
    private readonly ConcurrentDictionary<(string Tenant, Guid Subject), Cached> _cache = new();
    private long _misplaced;

    // Key: null where it was destroyed.
    private sealed record Cached(SubjectKey? Key, long Until);

    /// <param name="keys">Where the subjects' keys are.</param>
    /// <param name="encryption">Wraps them.</param>
    /// <param name="log">Where keys that can't be used are told.</param>
    public PersonalData(ISubjectKeyStore keys, IKeyEncryption encryption, ILogger<PersonalData>? log = null)
    {
        (_keys, _encryption, _log) = (keys, encryption, (ILogger?)log ?? NullLogger.Instance);
        _forgetting = new Timer(static data => ((PersonalData)data!).Forget(), this, CacheLife, CacheLife);
    }

    public ISubjectKeyStore Keys => _keys;
    public IKeyEncryption Encryption => _encryption;

    /// <summary>Which of some subjects of a tenant the ledger says were erased, as of now and whatever the key store has: a store that was restored from a backup has their keys again.</summary>
    public Func<string, IReadOnlyCollection<Guid>, CancellationToken, Task<IReadOnlyCollection<Guid>>> ErasedAsync { get; init; } = (_, _, _) => Task.FromResult<IReadOnlyCollection<Guid>>([]);

    /// <summary>The keys to seal subjects' texts under; made when the first is written.</summary>
    /// <exception cref="SubjectErasedException">One was destroyed.</exception>
    /// <exception cref="PersonalDataUnavailableException">The store is away, or what it has can't be used.</exception>
    public async Task<IReadOnlyDictionary<Guid, SubjectKey>> KeysForWritingAsync(string tenantId, IReadOnlyCollection<Guid> subjectIds, CancellationToken cancel)
    {
        try
        {
            // Before any key is made: a restored store may have neither the key nor the mark that it was destroyed.
            foreach (var erased in await ErasedAsync(tenantId, subjectIds, cancel))
                throw new SubjectErasedException(erased);
            var found = new Dictionary<Guid, SubjectKey>(subjectIds.Count);
            foreach (var subjectId in subjectIds)
                found[subjectId] = await KeyAsync(tenantId, subjectId, isMade: true, cancel) ?? throw new SubjectErasedException(subjectId);
            return found;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be used now.", e);
        }
    }

    /// <summary>Texts that this process found where they weren't sealed, and didn't open.</summary>
    public long Misplaced => Interlocked.Read(ref _misplaced);

    /// <summary>Reads sealed texts.</summary>
    /// <param name="tenantId">The reader's tenant.</param>
    /// <param name="texts">Any number, with repetitions; nulls are passed over.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>For each: the text, <see cref="Erased"/>, or <see cref="Unavailable"/>, also where it stands elsewhere than it was sealed.</returns>
    public async Task<IReadOnlyDictionary<PlacedText, string>> OpenAsync(string tenantId, IEnumerable<PlacedText?> texts, CancellationToken cancel = default)
    {
        var opened = new Dictionary<PlacedText, string>();
        var sealedTexts = new List<(PlacedText Placed, SealedText Text)>();
        foreach (var placed in texts)
            if (placed is not null && opened.TryAdd(placed, Unavailable) && SealedText.TryParse(placed.Text.Token, out var parsed) && IsInPlace(tenantId, placed, parsed))
                sealedTexts.Add((placed, parsed));
        if (sealedTexts.Count == 0)
            return opened;
        var erased = await ErasedAsync(tenantId, [.. sealedTexts.Select(t => t.Text.SubjectId).Distinct()], cancel);
        foreach (var ofSubject in sealedTexts.GroupBy(t => t.Text.SubjectId))
        {
            var (key, isKnown) = erased.Contains(ofSubject.Key) ? (null, true) : await TryKeyAsync(tenantId, ofSubject.Key, cancel);
            foreach (var (placed, text) in ofSubject)
                opened[placed] = isKnown && key is null ? Erased : key?.Id == text.KeyId ? Open(text, key) : Unavailable;
        }
        return opened;
    }

    /// <summary>Destroys a subject's keys, for good and on all nodes within a second. Repeated: the same answer.</summary>
    /// <returns>The ids of the keys.</returns>
    /// <exception cref="PersonalDataUnavailableException">The store is away; nothing may have been destroyed yet.</exception>
    public async Task<IReadOnlyList<Guid>> DestroyAsync(string tenantId, Guid subjectId, CancellationToken cancel)
    {
        try
        {
            var destroyed = await _keys.DestroyAsync(tenantId, subjectId, cancel);
            _cache.TryRemove((tenantId, subjectId), out _);
            return destroyed;
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be destroyed now.", e);
        }
    }

    /// <summary>Lets a subject be found by a text, without the text being kept: HMAC-SHA256 under a key of the tenant over property and text, a blind index.</summary>
    /// <exception cref="PersonalDataUnavailableException">The store is away.</exception>
    public async Task IndexAsync(string tenantId, Guid subjectId, string property, string text, CancellationToken cancel)
    {
        try
        {
            await _keys.AddTermAsync(tenantId, await TermAsync(tenantId, property, text, cancel), subjectId, cancel);
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be used now.", e);
        }
    }

    /// <summary>Subjects of whom a text was once written: who reads their texts sees whether it still holds. Letter case and surrounding space don't count.</summary>
    /// <exception cref="PersonalDataUnavailableException">The store is away.</exception>
    public async Task<IReadOnlyList<Guid>> FindSubjectsAsync(string tenantId, string property, string text, CancellationToken cancel)
    {
        try
        {
            return await _keys.FindSubjectsAsync(tenantId, await TermAsync(tenantId, property, text, cancel), cancel);
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be used now.", e);
        }
    }

    /// <summary>
    /// An id for what a text about a person stands for: the same for texts that are found by each other, and nothing that who lacks the tenant's key can try guesses on. UUID version 8 (RFC 9562, section 5.8)
    /// of the first 16 bytes of HMAC-SHA256 under that key, as for search terms.
    /// </summary>
    /// <param name="tenantId">Whose key.</param>
    /// <param name="kind">What the id stands for; keeps kinds with equal texts apart.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="PersonalDataUnavailableException">The store is away.</exception>
    public async Task<Guid> IdOfAsync(string tenantId, string kind, string text, CancellationToken cancel)
    {
        try
        {
            var bytes = Convert.FromHexString(await TermAsync(tenantId, kind, text, cancel)).AsSpan(0, 16);
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            return new Guid(bytes, bigEndian: true);
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new PersonalDataUnavailableException("The keys of data subjects can't be used now.", e);
        }
    }

    /// <summary>What two texts have in common that are found by each other.</summary>
    public static string Normal(string text) => text.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();

    /// <summary>The version of the key-encryption key that wraps now.</summary>
    /// <exception cref="PersonalDataUnavailableException">It can't be told.</exception>
    public async Task<int> CurrentWrapperAsync(CancellationToken cancel)
    {
        try
        {
            return await _encryption.CurrentAsync(cancel);
        }
        catch (Exception e) when (IsAway(e))
        {
            throw new PersonalDataUnavailableException("What wraps the keys of data subjects can't be reached now.", e);
        }
    }

    /// <summary>Wraps a key by the version of the key-encryption key that wraps now.</summary>
    /// <exception cref="PersonalDataUnavailableException">The key can't be used now.</exception>
    public async Task RewrapAsync(WrappedKey key, CancellationToken cancel)
    {
        try
        {
            await _keys.ReplaceAsync(await WrapAsync(await UnwrapAsync(key, cancel), cancel), cancel);
        }
        catch (Exception e) when (IsAway(e))
        {
            // Read anew: it may have been destroyed, or wrapped by another process, since it was read.
            if ((await _keys.FindAsync(key.TenantId, key.SubjectId, cancel)).Key is { } there && there.WrappedBy == key.WrappedBy)
                throw new PersonalDataUnavailableException($"The key of data subject {key.SubjectId} can't be wrapped anew: {e.Message}", e);
        }
    }

    /// <summary>A subject's key as it's kept now, and the ids of those that the store says were destroyed; both null: there never was one.</summary>
    /// <exception cref="InvalidDataException">What is kept is no key, or not the subject's.</exception>
    /// <exception cref="CryptographicException">What is kept isn't what was wrapped.</exception>
    /// <exception cref="IOException">The store, or what wraps, is away.</exception>
    internal async Task<(SubjectKey? Key, IReadOnlyList<Guid>? Destroyed)> ReadAsync(string tenantId, Guid subjectId, CancellationToken cancel)
    {
        while (true)
        {
            var stored = await _keys.FindAsync(tenantId, subjectId, cancel);
            try
            {
                return (stored.Key is null ? null : await UnwrapAsync(stored.Key, cancel), stored.Destroyed);
            }
            catch (Exception e) when (IsAway(e))
            {
                // Wrapped anew, or destroyed, since it was read: then what wrapped it may be gone by right.
                if ((await _keys.FindAsync(tenantId, subjectId, cancel)).Key?.WrappedBy == stored.Key!.WrappedBy)
                    throw;
            }
        }
    }

    internal async Task<SubjectKey> UnwrapAsync(WrappedKey wrapped, CancellationToken cancel)
    {
        var bytes = await _encryption.UnwrapAsync(wrapped.WrappedBy, wrapped.Wrapped, ContextOf(wrapped.Id, wrapped.TenantId, wrapped.SubjectId), cancel);
        return bytes.Length == SubjectKey.Size ? new SubjectKey(wrapped.Id, wrapped.TenantId, wrapped.SubjectId, bytes)
            : throw new CryptographicException($"What is kept as the key of {wrapped.SubjectId} has {bytes.Length} bytes.");
    }

    internal async Task<WrappedKey> WrapAsync(SubjectKey key, CancellationToken cancel)
    {
        var by = await _encryption.CurrentAsync(cancel);
        return new WrappedKey(key.Id, key.TenantId, key.SubjectId, by, await _encryption.WrapAsync(by, key.Bytes, ContextOf(key.Id, key.TenantId, key.SubjectId), cancel));
    }

    private static byte[] ContextOf(Guid id, string tenantId, Guid subjectId) => Encoding.UTF8.GetBytes($"platform/subject-key/1 {tenantId} {subjectId} {id}");

    // Null: the store says that it was destroyed, or, where none is made, that there never was one.
    private async Task<SubjectKey?> KeyAsync(string tenantId, Guid subjectId, bool isMade, CancellationToken cancel)
    {
        var now = Environment.TickCount64;
        if (_cache.TryGetValue((tenantId, subjectId), out var cached) && cached.Until > now)
            return cached.Key;
        var (key, destroyed) = await ReadAsync(tenantId, subjectId, cancel);
        if (key is null && destroyed is null)
        {
            if (!isMade)
                throw new FileNotFoundException($"There is no key of {subjectId}.");
            key = await MakeAsync(new SubjectKey(Guid.NewGuid(), tenantId, subjectId, RandomNumberGenerator.GetBytes(SubjectKey.Size)), cancel);
        }
        if (_cache.Count >= MostCached)
            _cache.Clear();
        // From before it was asked for: what was destroyed meanwhile isn't at hand for longer.
        _cache[(tenantId, subjectId)] = new Cached(key, now + (long)CacheLife.TotalMilliseconds);
        return key;
    }

    // What there is now: this key, or what was there. A rotation that came between wrapping and adding has passed it over: what wraps it may be gone any moment, so it's wrapped anew from the key in hand.
    private async Task<SubjectKey?> MakeAsync(SubjectKey made, CancellationToken cancel)
    {
        var wrapped = await WrapAsync(made, cancel);
        await _keys.AddAsync(wrapped, cancel);
        while (await _encryption.CurrentAsync(cancel) != wrapped.WrappedBy)
        {
            wrapped = await WrapAsync(made, cancel);
            await _keys.ReplaceAsync(wrapped, cancel);
        }
        return (await ReadAsync(made.TenantId, made.SubjectId, cancel)).Key;
    }

    // What isn't asked for any more isn't left in memory either.
    private void Forget()
    {
        var now = Environment.TickCount64;
        foreach (var (of, cached) in _cache)
            if (cached.Until <= now)
                _cache.TryRemove(KeyValuePair.Create(of, cached));
    }

    private async Task<(SubjectKey? Key, bool IsKnown)> TryKeyAsync(string tenantId, Guid subjectId, CancellationToken cancel)
    {
        try
        {
            return (await KeyAsync(tenantId, subjectId, isMade: false, cancel), true);
        }
        catch (Exception e) when (IsAway(e))
        {
            _log.LogError("The key of data subject {Subject} can't be used: {Reason}", subjectId, e.Message);
            return (null, false);
        }
    }

    private bool IsInPlace(string tenantId, PlacedText placed, SealedText text)
    {
        if (text.TenantId == tenantId && placed.IsPlaceOf(text))
            return true;
        Interlocked.Increment(ref _misplaced);
        _log.LogCritical("A text that stands as {Property} of data subject {Subject} was sealed as {SealedProperty} of {SealedSubject}, in event {Event} of tenant {Tenant}: it isn't opened. Somebody moved it, or a projection is wrong.",
            placed.Property, placed.SubjectId, text.Property, text.SubjectId, text.EventId, text.TenantId);
        return false;
    }

    private string Open(SealedText text, SubjectKey key)
    {
        try
        {
            return text.Open(key);
        }
        catch (CryptographicException e)
        {
            _log.LogCritical("A text of data subject {Subject}, in event {Event}, can't be opened: {Reason} Run ./platform verify.", text.SubjectId, text.EventId, e.Message);
            return Unavailable;
        }
    }

    // The tenant's own key for terms: kept like a subject's, under an id that no subject has.
    private async Task<string> TermAsync(string tenantId, string property, string text, CancellationToken cancel)
    {
        var key = await KeyAsync(tenantId, TermsKey, isMade: true, cancel) ?? throw new FileNotFoundException("The key of the search terms was destroyed.");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key.Bytes.Span, Encoding.UTF8.GetBytes($"platform/search-term/1\0{property}\0{Normal(text)}")));
    }

    /// <summary>Stands for a tenant's key of search terms among those of its subjects.</summary>
    public static Guid TermsKey { get; } = Guid.Empty;

    public void Dispose() => _forgetting.Dispose();

    private static bool IsAway(Exception e) => e is IOException or InvalidDataException or CryptographicException or UnauthorizedAccessException;
}
