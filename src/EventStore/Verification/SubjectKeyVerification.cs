using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// Holds the sealed texts of events against the key store: the key of each is kept and is the one that it commits to, or an event of its tenant says that it was erased; and none is kept that an
/// event says was erased. Looks at events as they go by for their hashes, for such texts aren't worth a pass of their own: no index finds them. Memory doesn't grow with events, texts or keys.
/// </summary>
/// <param name="auditor">Reads everything that the chain is made of.</param>
/// <param name="personal">The keys as they are kept.</param>
/// <param name="report">Receives the findings.</param>
internal sealed class SubjectKeyVerification(NpgsqlDataSource auditor, PersonalData personal, Action<Finding> report)
{
    /// <summary>The event that names destroyed keys, in its member <c>keyIds</c>.</summary>
    public const string ErasedType = "security.erasure-completed";

    private const int AtOnce = 256, MostCached = 1_000, MostErased = 100_000, MostMissing = 50_000;

    // An erasure destroys, waits until no process has the key at hand, and then records; each of the three by any process.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5), Pause = TimeSpan.FromMilliseconds(250);

    private readonly List<Suspect> _waiting = [];
    private readonly List<Missing> _missing = [];
    private readonly Dictionary<Guid, Place> _erased = [];
    private readonly Dictionary<(string Tenant, Guid Subject), Kept> _kept = [];
    private readonly HashSet<(string?, Guid?, long?)> _known = [];
    private (long Events, string? Reason) _unchecked;
    private string? _unlisted;

    private sealed record Place(string Tenant, Guid Stream, long Version, long Sequence);

    private sealed record Suspect(Place At, SealedTexts Texts);

    // IsMarked: the store says so too, which proves nothing.
    private sealed record Missing(Place At, Guid KeyId, Guid Subject, string Property, bool IsMarked);

    // Of Key, Problem and Away at most one: the key; what is wrong with what is kept; why it can't be had now.
    private sealed record Kept(SubjectKey? Key, IReadOnlyList<Guid>? Destroyed, string? Problem, string? Away);

    /// <summary>What couldn't be checked, a sentence each.</summary>
    public IReadOnlyList<string> Unchecked =>
    [
        .. _unchecked.Reason is null ? Array.Empty<string>() : [$"{_unchecked.Events} events with texts about people: their keys can't be had now. {_unchecked.Reason}"],
        .. _unlisted is null ? Array.Empty<string>() : [$"Whether all keys that were erased are gone. {_unlisted}"],
    ];

    /// <summary>An event that has a finding of its own isn't looked at further.</summary>
    public void Pass(Finding finding)
    {
        if (finding.Version is not null)
            _known.Add((finding.Tenant, finding.Stream, finding.Version));
    }

    /// <summary>Looks at an event, whose hash was recomputed before.</summary>
    /// <returns>Whether it's time for <see cref="CheckAsync"/>.</returns>
    public bool Look(string tenant, Guid stream, in StoredEvent e)
    {
        if (e.Type == ErasedType)
            foreach (var id in KeyIds(e.Data))
                _erased.TryAdd(id, new Place(tenant, stream, e.Version, e.Sequence));
        if (SealedTexts.MayBeIn(e.Data.Span) && SealedTexts.Of(e.Data.Span, tenant, e.Id) is var texts && texts.Texts.Count + texts.Broken.Count > 0)
            _waiting.Add(new Suspect(new Place(tenant, stream, e.Version, e.Sequence), texts));
        return _waiting.Count >= AtOnce || _erased.Count >= MostErased;
    }

    /// <summary>Checks what was looked at since.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        var missing = new List<Missing>();
        foreach (var suspect in _waiting.Where(s => !_known.Contains((s.At.Tenant, s.At.Stream, s.At.Version))))
            missing.AddRange(await JudgeAsync(suspect, cancel));
        _waiting.Clear();
        _missing.AddRange(await UnnamedAsync(missing, inOwnStream: true, cancel));
        if (_missing.Count >= MostMissing)
            await ReportMissingAsync(cancel);
        if (_erased.Count >= MostErased)
            await ReportBackAsync(cancel);
    }

    /// <summary>After the last event.</summary>
    public async Task CompleteAsync(CancellationToken cancel)
    {
        await CheckAsync(cancel);
        for (var waited = TimeSpan.Zero; waited < Patience && _missing.Exists(m => m.IsMarked); waited += Pause)
        {
            await Task.Delay(Pause, cancel);
            var unnamed = await UnnamedAsync(_missing.FindAll(m => m.IsMarked), inOwnStream: true, cancel);
            _missing.RemoveAll(m => m.IsMarked && !unnamed.Contains(m));
        }
        await ReportMissingAsync(cancel);
        await ReportBackAsync(cancel);
    }

    // One finding an event: what is wrong with a key is so for all its texts.
    private async Task<IReadOnlyList<Missing>> JudgeAsync(Suspect suspect, CancellationToken cancel)
    {
        // As with a key that doesn't open: the event has a text that nobody can read. Its hash is right, so it was written like that.
        var problem = suspect.Texts.Broken is [var broken, ..] ? $"{broken} says that it's a text sealed here, and is none that any key opens." : null;
        var (gone, away) = (new List<Missing>(), (string?)null);
        foreach (var text in suspect.Texts.Texts)
        {
            var kept = await KeptAsync(text.TenantId, text.SubjectId, cancel);
            away ??= kept.Away;
            if (kept.Problem is { } damage)
                problem ??= $"The key of data subject {text.SubjectId} can't be used: {damage}";
            else if (kept.Key is { } key && key.Id == text.KeyId)
                problem ??= Problem(text, key);
            else if (kept.Away is null)
                gone.Add(new Missing(suspect.At, text.KeyId, text.SubjectId, text.Property, kept.Destroyed?.Contains(text.KeyId) is true));
        }
        if (away is not null)
            _unchecked = (_unchecked.Events + 1, _unchecked.Reason ?? away);
        if (problem is null)
            return gone;
        await ReportAsync(FindingCode.KeyCommitment, suspect.At, problem, cancel);
        return [];
    }

    private static string? Problem(SealedText text, SubjectKey key)
    {
        if (!text.IsCommittedTo(key))
            return $"The key that is kept as {text.KeyId}, of data subject {text.SubjectId}, isn't the one that {text.Property} was sealed under.";
        try
        {
            text.Open(key);
            return null;
        }
        catch (CryptographicException)
        {
            return $"Key {text.KeyId} of data subject {text.SubjectId} doesn't open {text.Property}, though that commits to it.";
        }
    }

    private async Task<Kept> KeptAsync(string tenant, Guid subject, CancellationToken cancel)
    {
        if (_kept.TryGetValue((tenant, subject), out var kept))
            return kept;
        try
        {
            var (key, destroyed) = await personal.ReadAsync(tenant, subject, cancel);
            kept = new Kept(key, destroyed, null, null);
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException)
        {
            kept = new Kept(null, null, e.Message, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            kept = new Kept(null, null, null, e.Message);
        }
        // No store keeps keys of what is no tenant's id.
        catch (ArgumentException)
        {
            kept = new Kept(null, null, null, null);
        }
        if (_kept.Count >= MostCached)
            _kept.Clear();
        return _kept[(tenant, subject)] = kept;
    }

    private async Task ReportMissingAsync(CancellationToken cancel)
    {
        var told = new HashSet<Place>();
        foreach (var (at, keyId, subject, property, isMarked) in await UnnamedAsync(_missing, inOwnStream: false, cancel))
            if (told.Add(at))
                await ReportAsync(FindingCode.MissingKey, at, $"Key {keyId} of data subject {subject}, under which {property} is sealed, isn't kept, and no erasure names it."
                    + (isMarked ? " The key store says that it was destroyed; an erasure that is under way is recorded within seconds." : ""), cancel);
        _missing.Clear();
    }

    // Those that no erasure of their tenant names. It's an event of the subject's own stream, where an index finds it; it counts anywhere else too, but takes a look at all events.
    private async Task<IReadOnlyList<Missing>> UnnamedAsync(IReadOnlyList<Missing> missing, bool inOwnStream, CancellationToken cancel)
    {
        if (missing.Count == 0)
            return missing;
        await using var command = auditor.CreateCommand($"""
            select e.tenant_id, e.data from public.mt_events e
            where e.type = '{ErasedType}' and {(inOwnStream ? "(e.tenant_id, e.stream_id) in (select * from unnest($1, $2))" : "e.tenant_id = any ($1)")}
            """);
        var wanted = missing.Select(m => (m.At.Tenant, m.Subject)).Distinct().ToList();
        command.Parameters.Add(new() { Value = (inOwnStream ? wanted.Select(w => w.Tenant) : wanted.Select(w => w.Tenant).Distinct()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar });
        if (inOwnStream)
            command.Parameters.Add(new() { Value = wanted.Select(w => w.Subject).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.CommandTimeout = 0;
        var unnamed = missing.Select(m => (m.At.Tenant, m.KeyId)).ToHashSet();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (unnamed.Count > 0 && await reader.ReadAsync(cancel))
            foreach (var id in KeyIds(reader.GetFieldValue<byte[]>(1)))
                unnamed.Remove((reader.GetString(0), id));
        return [.. missing.Where(m => unnamed.Contains((m.At.Tenant, m.KeyId)))];
    }

    // Whatever the store's own marks say: the keys themselves are looked through, in all tenants.
    private async Task ReportBackAsync(CancellationToken cancel)
    {
        if (_erased.Count == 0)
            return;
        var told = new HashSet<Place>();
        try
        {
            await foreach (var key in personal.Keys.AllAsync(damaged => _unlisted ??= damaged.Message, cancel))
                if (_erased.TryGetValue(key.Id, out var at) && told.Add(at))
                    await ReportAsync(FindingCode.ErasureViolated, at, $"Key {key.Id} of data subject {key.SubjectId} was erased, and is in the key store of tenant {key.TenantId}.", cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _unlisted ??= e.Message;
        }
        _erased.Clear();
    }

    private async Task ReportAsync(string code, Place at, string detail, CancellationToken cancel)
    {
        await using var command = auditor.CreateCommand("select ledger.index_of($1)");
        command.Parameters.Add(new() { Value = at.Sequence });
        report(new Finding(code, at.Tenant, at.Stream, at.Version, await command.ExecuteScalarAsync(cancel) as long?, detail));
    }

    private static List<Guid> KeyIds(ReadOnlyMemory<byte> data)
    {
        var ids = new List<Guid>();
        try
        {
            using var json = JsonDocument.Parse(data);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("keyIds", out var named) && named.ValueKind == JsonValueKind.Array)
                foreach (var id in named.EnumerateArray())
                    if (id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var keyId))
                        ids.Add(keyId);
        }
        catch (JsonException)
        {
            // Nested too deep for an erasure: it names nothing.
        }
        return ids;
    }
}
