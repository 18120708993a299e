using System.Data;
using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// Verifies the public log: its entries are the events' hashes in log order, its tiles the tree over them, its root what was signed, every checkpoint contained in the next; and the writer's
/// signatures. From a trusted checkpoint on it recomputes the events themselves as well; from the beginning that is the business of the streams' verification, and what that reported
/// isn't reported again.
/// </summary>
/// <param name="auditor">Reads everything that the chain is made of.</param>
/// <param name="anchor">What to hold the log against.</param>
/// <param name="report">Receives the findings.</param>
/// <param name="keys">Looks at each event that is recomputed; null: nobody does.</param>
internal sealed class LogVerification(NpgsqlDataSource auditor, LogAnchor anchor, Action<Finding> report, SubjectKeyVerification? keys = null)
{
    private const int EventsPerPage = 16_384;

    private readonly PublishedLog _log = new(auditor);
    private readonly Dictionary<long, Hash> _rootsAt = [];
    private GrowingTree? _tiles;
    private TreeFrontier _frontier = new();
    private byte[] _entries = [];
    private long _entriesOf = -1;
    private Finding? _firstBad;

    private Checkpoint? Remembered { get; } = anchor.Trust.Checkpoint is { } note ? Checkpoint.Parse(note.Text) : null;

    /// <summary>Events looked at.</summary>
    public long Checked { get; private set; }

    private sealed record Row(string Tenant, Guid Stream, long Version, string Type, Hash? Hash, string? Signature);

    private sealed record Signed(Checkpoint Checkpoint, string Name);

    /// <param name="since">Only what came after this checkpoint; null: everything.</param>
    /// <param name="known">Streams with findings of their own.</param>
    /// <param name="progress">Entries checked, and how many there are.</param>
    /// <param name="cancel">Stops between pages.</param>
    public async Task RunAsync(Checkpoint? since, IReadOnlySet<(string?, Guid?)> known, Action<long, long>? progress, CancellationToken cancel)
    {
        var size = anchor.Head?.Size ?? 0;
        if (anchor.Head is null && (since ?? Remembered) is not null)
            Report(FindingCode.Rollback, null, "A checkpoint was published, but the database has none.");
        if (anchor.Head is null && (since ?? Remembered) is not null || since is not null && !await StartsAtAsync(since, size, cancel))
            return;
        if (since is null)
            _tiles = new GrowingTree(new TreeFrontier(), []);
        else
            _rootsAt[since.Size] = since.Root;

        var (signed, others) = await CheckpointsAsync(since, cancel);
        var sizes = others.Append(signed).OfType<Signed>().Select(s => s.Checkpoint.Size).ToHashSet();
        await using var connection = await auditor.OpenConnectionAsync(cancel);
        // A process may have ended between the guard's write and the database's: then the log has what the tiles don't have yet.
        var (at, end) = (since?.Size ?? 0, sizes.Append(size).Max());
        while (at < end)
        {
            // A snapshot a page, so that nobody's vacuum waits for us.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            var to = await LogReader.PageEndAsync(connection, at, EventsPerPage, cancel);
            if (to == at)
                break;
            await PageAsync(connection, at, to, size, since is not null, known, sizes, cancel);
            at = to;
            progress?.Invoke(Math.Min(at, end), end);
        }
        if (_firstBad is not null)
            report(_firstBad);
        else if (at < size)
            Report(FindingCode.Rollback, at, $"The log ends at {at} entries, but {size} were signed.");
        else
            Judge(signed, others, since?.Size ?? 0, size);
    }

    private async Task<bool> StartsAtAsync(Checkpoint since, long size, CancellationToken cancel)
    {
        if (since.Size > size)
            Report(FindingCode.Rollback, size, $"The checkpoint has {since.Size} entries, the log {size}.");
        else if (since.Size > 0)
            _frontier = await _log.Tree(since.Size).FrontierAsync(cancel);
        if (since.Size <= size && _frontier.Root != since.Root)
            Report(since.Size == size ? FindingCode.SplitView : FindingCode.InconsistentHistory, null, $"The log's first {since.Size} entries don't give the checkpoint's root.");
        return since.Size <= size && _frontier.Root == since.Root;
    }

    private async Task PageAsync(NpgsqlConnection connection, long from, long to, long published, bool recompute, IReadOnlySet<(string?, Guid?)> known, HashSet<long> sizes, CancellationToken cancel)
    {
        var stored = recompute ? await RecomputeAsync(connection, from, to, cancel) : await HashesAsync(connection, from, to, cancel);
        for (var index = from; index < to; index++)
        {
            var row = stored.GetValueOrDefault(index);
            var entry = index < published ? await EntryAsync(index, cancel) : row?.Hash;
            if (index < published && entry is null)
                Bad(row, index, "The tile that has this entry is gone.");
            if (row is { Hash: { } hash } && !known.Contains((row.Tenant, row.Stream)))
            {
                if (entry is not null && entry != hash)
                    Bad(row, index, "The event isn't the one that the log has at this place.");
                // Which key speaks behind the last checkpoint is known with the next.
                else if (index < published && WriterProblem(row, hash, index) is { } problem)
                    report(new Finding(problem.Code, row.Tenant, row.Stream, row.Version, index, problem.Detail));
            }
            Append(entry ?? row?.Hash ?? default);
            if (sizes.Contains(index + 1))
                _rootsAt[index + 1] = _tiles?.Root ?? _frontier.Root;
            if (index + 1 == published)
                await CompareAsync([.. _tiles?.Full ?? [], .. _tiles?.Edges() ?? []], cancel);
        }
        Checked += stored.Count;
        if (to < published)
            await CompareAsync(_tiles?.Full ?? [], cancel);
        _tiles?.Written();
    }

    // Level 0 is compared entry by entry, and a wrong entry makes those above it differ.
    private async Task CompareAsync(IReadOnlyList<(int Level, long Index, byte[] Hashes)> tiles, CancellationToken cancel)
    {
        foreach (var (level, tile, hashes) in tiles.Where(tile => tile.Level > 0 && _firstBad is null))
            if ((await _log.FindAsync(new TileId(level, tile, hashes.Length / Hash.Size), cancel))?.Span.SequenceEqual(hashes) != true)
                Bad(null, tile << (8 * (level + 1)), $"The tile {level}/{tile} isn't that of the entries below it.");
    }

    private void Append(in Hash entry)
    {
        if (_tiles is not null)
            _tiles.Append(entry);
        else
            _frontier.Append(L1.Leaf(entry));
    }

    private static async Task<Dictionary<long, Row>> HashesAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select {LogReader.Index}, e.version, e.tenant_id, e.stream_id, e.type, h.hash, w.signature
            from {LogReader.Events}
            left join ledger.event h on h.seq_id = e.seq_id
            left join ledger.writer_signature w on w.seq_id = e.seq_id
            where l.first_index >= $1 and l.first_index < $2
            """, connection)
        { Parameters = { new() { Value = from }, new() { Value = to } }, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var stored = new Dictionary<long, Row>((int)(to - from));
        while (await reader.ReadAsync(cancel))
            stored[reader.GetInt64(0)] = new Row(
                reader.GetString(2), reader.GetGuid(3), reader.GetInt64(1), reader.GetString(4), reader.IsDBNull(5) ? null : StoredEventRow.HashOf(reader.GetFieldValue<byte[]>(5)),
                reader.IsDBNull(6) ? null : Convert.ToBase64String(reader.GetFieldValue<byte[]>(6)));
        return stored;
    }

    private async Task<Dictionary<long, Row>> RecomputeAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancel)
    {
        var (stored, check, next) = (new Dictionary<long, Row>((int)(to - from)), new LoggedEventCheck(await _log.OriginsAsync(cancel)), from);
        await foreach (var e in new LoggedEvents(connection).ReadAsync(from, to, tenant: null, cancel))
        {
            for (; next < e.Index; next++)
                Report(FindingCode.MissingPayload, next, "The event at this place of the log is gone.");
            next = e.Index + 1;
            if (check.Problem(e) is { } problem)
            {
                report(problem);
                continue;
            }
            stored[e.Index] = new Row(e.Tenant, e.Stream, e.Stored.Version, e.Stored.Type, e.Stored.Chain?.Hash, e.Writer is null ? null : Convert.ToBase64String(e.Writer));
            if (keys?.Look(e.Tenant, e.Stream, e.Stored) is true)
                await keys.CheckAsync(cancel);
        }
        for (; next < to; next++)
            Report(FindingCode.MissingPayload, next, "The event at this place of the log is gone.");
        return stored;
    }

    private TrustProblem? WriterProblem(Row row, in Hash hash, long index)
    {
        if (!WriterSignature.Covers(row.Type) || anchor.Trust.KeysAt(KeyRole.Writer, index + 1).Count == 0)
            return null;
        if (row.Signature is not { } signature)
            return new(FindingCode.BadWriterSignature, "The event must be signed by its writer, and isn't.");
        var isExpired = false;
        foreach (var writer in anchor.Trust.Keys.Where(key => key.Role == KeyRole.Writer))
            if (!WriterSignature.Verify(writer.Key, hash, signature))
                continue;
            else if (writer.SpeaksAt(index + 1))
                return null;
            else
                isExpired = true;
        return isExpired ? new(FindingCode.KeyExpired, "The event is signed with a key of the writer's that doesn't speak for this place.")
            : new(FindingCode.BadWriterSignature, "The writer's signature isn't that of the writer's key of that time.");
    }

    // The largest prefix that a checkpoint vouches for tells where to look: what is wrong begins behind it.
    private void Judge(Signed? head, List<Signed> others, long since, long size)
    {
        var isMismatch = head is not null && !IsContained(head);
        var lost = isMismatch ? head : others.Where(s => !IsContained(s)).MinBy(s => s.Checkpoint.Size);
        var sound = others.Append(head).OfType<Signed>().Where(s => s.Checkpoint.Size < lost?.Checkpoint.Size && IsContained(s)).Select(s => s.Checkpoint.Size).DefaultIfEmpty(since).Max();
        if (isMismatch)
            Report(FindingCode.RootMismatch, sound, $"The log's {size} entries don't give the root that was signed; the first {sound} are as they were signed before.");
        else if (lost is not null)
            // After a log was reopened, what an earlier epoch signed and this one lacks was lost by the restore.
            Report(head is not null && lost.Checkpoint.Origin != head.Checkpoint.Origin ? FindingCode.Rollback : lost.Checkpoint.Size == size ? FindingCode.SplitView : lost.Checkpoint.Size < size ? FindingCode.InconsistentHistory : FindingCode.Rollback, sound,
                $"The log doesn't contain {lost.Name}, of {lost.Checkpoint.Size} entries; the first {sound} are as they were signed before.");
        else if (Remembered is { } last && last.Size > head?.Checkpoint.Size)
            Report(FindingCode.Stale, null, $"The log shows a checkpoint of {size} entries as its last; one of {last.Size} was trusted before.");
    }

    private bool IsContained(Signed signed) => _rootsAt.TryGetValue(signed.Checkpoint.Size, out var root) && root == signed.Checkpoint.Root;

    private async Task<(Signed? Head, List<Signed> Others)> CheckpointsAsync(Checkpoint? since, CancellationToken cancel)
    {
        var signed = anchor.Head is { } head ? Trusted(head.Note, $"the checkpoint of size {head.Size}") : null;
        if (signed is not null && anchor.Head is { } shown && (signed.Checkpoint.Size, signed.Checkpoint.Root) != (shown.Size, shown.Root))
        {
            Report(signed.Checkpoint.Size < shown.Size ? FindingCode.Stale : FindingCode.BadCheckpointSignature, signed.Checkpoint.Size - 1,
                $"What is stored as {signed.Name} is that of size {signed.Checkpoint.Size}, or has another root than stands beside it.");
            signed = null;
        }
        var others = new List<Signed?>();
        // The head's own size too: there a second root may have been signed.
        foreach (var (size, note) in (await _log.KeptAsync((anchor.Head?.Size ?? 0) + 1, cancel)).Where(kept => kept.Size >= (since?.Size ?? 0)))
        {
            var kept = Trusted(note, $"the checkpoint of size {size}");
            if (kept is not null && kept.Checkpoint.Size != size)
                Report(FindingCode.BadCheckpointSignature, size - 1, $"What is stored as {kept.Name} is that of size {kept.Checkpoint.Size}.");
            others.Add(kept);
        }
        if (anchor.Guarded is { } guarded)
            others.Add(new Signed(Checkpoint.Parse(guarded.Text), "the last checkpoint that was signed, as the guard store has it"));
        if (Remembered is { } last)
            others.Add(new Signed(last, "the checkpoint that was trusted before"));
        return (signed, [.. others.OfType<Signed>().Where(s => s.Checkpoint.Size >= (since?.Size ?? 0))]);
    }

    private Signed? Trusted(string note, string name)
    {
        var check = SignedNote.TryParse(note, out var parsed) ? anchor.Trust.Check(parsed)
            : new TrustCheck(null, [new TrustProblem(FindingCode.BadCheckpointSignature, $"What is stored as {name} is no signed note.")], [], []);
        // Cosignatures follow the checkpoint; that its quorum is missing is for health to say.
        var problems = check.Problems.Where(problem => problem.Code != FindingCode.NoQuorum).ToList();
        foreach (var problem in problems)
            Report(problem.Code, check.Checkpoint?.Size - 1, problem.Detail);
        return problems.Count == 0 && check.Checkpoint is { } checkpoint ? new Signed(checkpoint, name) : null;
    }

    private async Task<Hash?> EntryAsync(long index, CancellationToken cancel)
    {
        var (tile, at) = (index / TilePath.Width, (int)(index % TilePath.Width));
        if (_entriesOf != tile)
            (_entriesOf, _entries) = (tile, await _log.EntriesAsync(tile, cancel));
        return _entries.Length >= (at + 1) * Hash.Size ? new Hash(_entries.AsSpan(at * Hash.Size, Hash.Size)) : null;
    }

    private void Bad(Row? row, long index, string detail)
    {
        if (_firstBad is null || index < _firstBad.Index)
            _firstBad = new Finding(FindingCode.RootMismatch, row?.Tenant, row?.Stream, row?.Version, index, detail);
    }

    private void Report(string code, long? index, string detail) => report(new Finding(code, null, null, null, index, detail));
}
