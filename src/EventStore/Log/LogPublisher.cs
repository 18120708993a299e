using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// Turns the order that the sequencer gave into the public log: looks at each new event a second time, grows the Merkle tree, signs its head and writes tiles and checkpoint.
/// A head is signed only if the last one that was signed, as the guard store outside of the database remembers it, is contained in it. Used by the sequencer's leader, under its lease.
/// </summary>
internal sealed class LogPublisher(DocumentStore store, LogSigning signing, Lease lease)
{
    /// <summary>Events looked at, and covered by one checkpoint, at most; a single append may be larger.</summary>
    private const int EventsPerPage = 16_384;

    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(1);

    private readonly PublishedLog _published = new(store.Options.Database.Sequencer);
    private State? _state;

    private sealed record State(int Epoch, string Origin, IReadOnlyDictionary<int, string> Origins, GrowingTree Tree, KeyTimes Keys)
    {
        /// <summary>What the guard has; null: nothing yet.</summary>
        public string? Guarded { get; set; }

        /// <summary>The guard's checkpoint while it's ahead of the database, because a write ended in between.</summary>
        public Checkpoint? Ahead { get; set; }

        public Dictionary<string, INoteSigner> Signers { get; } = [];

        /// <summary>What the last published checkpoint covers.</summary>
        public long PublishedSize { get; set; }

        public DateTimeOffset KeptAt { get; set; }
    }

    /// <summary>Forgets what it knew: another process may have published meanwhile.</summary>
    public void Reset() => _state = null;

    /// <summary>Loads the tree and holds it against the guard, before anything is sequenced.</summary>
    /// <exception cref="LogHaltedException">The database isn't a continuation of what was signed.</exception>
    public async Task OpenAsync(CancellationToken cancel)
    {
        if (_state is not null)
            return;
        try
        {
            _state = await LoadAsync(cancel);
        }
        catch (InvalidDataException e)
        {
            throw new LogHaltedException(FindingCode.RootMismatch, $"The tiles of the last checkpoint aren't in the database any more. {e.Message}");
        }
    }

    private async Task<State> LoadAsync(CancellationToken cancel)
    {
        await using var connection = await store.Options.Database.Sequencer.OpenConnectionAsync(cancel);
        var origins = await _published.OriginsAsync(cancel);
        var epoch = origins.Keys.Max();
        var head = await _published.HeadAsync(cancel);
        var state = new State(epoch, origins[epoch], origins, await TreeAsync(head, cancel), await KeyTimes.LoadAsync(connection, cancel)) { PublishedSize = head?.Size ?? 0 };
        if (head is not null && state.Tree.Root != head.Root)
            throw new LogHaltedException(FindingCode.RootMismatch, $"The tiles in the database don't give the root of the last checkpoint (size {head.Size}).");
        await HoldAgainstGuardAsync(connection, state, cancel);
        return state;
    }

    /// <summary>Publishes what was sequenced since the last checkpoint, page by page.</summary>
    /// <returns>Entries that are covered now and weren't before.</returns>
    /// <exception cref="LogHaltedException">What is stored isn't what was hashed or signed; nothing was signed.</exception>
    /// <exception cref="LogUnsignedException">A key or the guard is away; nothing was signed.</exception>
    /// <exception cref="LeaseLostException">Another process publishes.</exception>
    public async Task<long> PublishAsync(CancellationToken cancel)
    {
        await OpenAsync(cancel);
        var before = _state!.PublishedSize;
        try
        {
            await using var connection = await store.Options.Database.Sequencer.OpenConnectionAsync(cancel);
            while (await PageAsync(connection, _state, cancel))
            {
            }
            return _state.PublishedSize - before;
        }
        catch
        {
            // The tree in memory may be past what was written.
            _state = null;
            throw;
        }
    }

    private async Task<bool> PageAsync(NpgsqlConnection connection, State state, CancellationToken cancel)
    {
        var from = state.Tree.Size;
        var to = await LogReader.PageEndAsync(connection, from, EventsPerPage, cancel);
        if (to == from)
            return state.Ahead is null ? false : throw Rollback($"The log ends at {from} entries, but {state.Ahead.Size} were signed.");
        // Asked after the page's end, so that each of its events' epochs is there. A new one has another origin, and another place in the guard.
        if ((await _published.OriginsAsync(cancel)).Keys.Max() != state.Epoch)
        {
            Reset();
            await OpenAsync(cancel);
            return true;
        }
        var page = new LogPage(connection, state.Origins);
        await page.CheckAsync(from, to, entry => Append(state, entry), cancel);
        foreach (var (index, key) in page.Keys)
            if (!Apply(state, index, key))
                throw new LogHaltedException(FindingCode.BadKeyAnnouncement, $"The event at index {index} announces a key of the {KeyNames.Of(key.Role)} that its predecessor didn't sign.");
        // A head below the last one that was signed would take the guard back.
        if (state.Ahead is not null)
            return true;
        var note = Sign(state, to);
        if (!await ReplaceGuardedAsync(state, note, cancel))
            throw new LeaseLostException("Another process signed a checkpoint meanwhile.");
        await WriteAsync(connection, state, note, cancel);
        return true;
    }

    private static bool Apply(State state, long index, KeyAnnouncement key)
    {
        try
        {
            return state.Keys.Apply(index, key);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new LogUnsignedException($"The key announced at index {index} can't be checked here: {e.Message} Stop this node and let one sign that has it.", e);
        }
    }

    private static void Append(State state, in Hash entry)
    {
        state.Tree.Append(entry);
        if (state.Ahead is { } ahead && ahead.Size == state.Tree.Size)
        {
            if (state.Tree.Root != ahead.Root)
                throw Rollback($"The log isn't what was signed: its first {ahead.Size} entries have another root than the last checkpoint.");
            state.Ahead = null;
        }
    }

    private string Sign(State state, long size)
    {
        var keys = state.Keys.LogKeysAt(size).ToList();
        if (keys.Count == 0)
        {
            var first = signing.Keys.First(KeyRole.Log);
            state.Keys.Begin(first.PublicKey);
            keys.Add((first.Algorithm, first.PublicKey));
        }
        var signers = keys.Where(key => key.Algorithm != KeyAlgorithm.MlDsa65 || MlDsa65.IsSupported).Select(key => SignerOf(state, key.Algorithm, key.PublicKey));
        return SignedNote.Sign(new Checkpoint(state.Origin, size, state.Tree.Root).ToText(), signers).ToString();
    }

    private INoteSigner SignerOf(State state, KeyAlgorithm algorithm, byte[] publicKey)
    {
        var known = Convert.ToBase64String(publicKey);
        if (!state.Signers.TryGetValue(known, out var signer))
            state.Signers.Add(known, signer = signing.Keys.Find(KeyRole.Log, algorithm, publicKey)?.Signer(state.Origin)
                ?? throw new LogUnsignedException($"The private half of the log's {KeyNames.Of(algorithm)} key {known[..12]}... isn't among this node's keys."));
        return signer;
    }

    private async Task<bool> ReplaceGuardedAsync(State state, string note, CancellationToken cancel)
    {
        try
        {
            if (!await signing.Guard.TryReplaceAsync(state.Origin, state.Guarded, note, cancel))
                return false;
            state.Guarded = note;
            return true;
        }
        catch (IOException e)
        {
            throw new LogUnsignedException($"The guard store, which remembers what was signed, can't be written: {e.Message}", e);
        }
    }

    private async Task WriteAsync(NpgsqlConnection connection, State state, string note, CancellationToken cancel)
    {
        var now = store.Now();
        await lease.RequireHeldAsync("a checkpoint was made", cancel);
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.BatchCommands.Add(lease.Require());
        var full = state.Tree.Full;
        if (full.Count > 0)
            batch.BatchCommands.Add(Tiles("insert into ledger.tile (level, index, hashes) select * from unnest($1, $2, $3)", full));
        batch.BatchCommands.Add(new("delete from ledger.edge"));
        batch.BatchCommands.Add(Tiles("insert into ledger.edge (level, index, hashes) select * from unnest($1, $2, $3)", [.. state.Tree.Edges()]));
        batch.BatchCommands.Add(Head("""
            insert into ledger.head as h (epoch, size, root, note, signed_at) values ($1, $2, $3, $4, $5)
            on conflict (only_row) do update set epoch = excluded.epoch, size = excluded.size, root = excluded.root, note = excluded.note, signed_at = excluded.signed_at,
                cosigned_size = case when h.epoch = excluded.epoch then h.cosigned_size end, cosigned_note = case when h.epoch = excluded.epoch then h.cosigned_note end
            """, state, note, now));
        var keeps = now - state.KeptAt >= KeepEvery;
        if (keeps)
            batch.BatchCommands.Add(Head("insert into ledger.checkpoint (epoch, size, root, note, signed_at) values ($1, $2, $3, $4, $5) on conflict do nothing", state, note, now));
        foreach (var change in state.Keys.Changes())
            batch.BatchCommands.Add(change);
        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException e) when (SqlErrors.Translate(e) is { } translated)
        {
            lease.Lost();
            throw translated;
        }
        state.Tree.Written();
        state.Keys.Written();
        state.PublishedSize = state.Tree.Size;
        state.KeptAt = keeps ? now : state.KeptAt;
    }

    private async Task HoldAgainstGuardAsync(NpgsqlConnection connection, State state, CancellationToken cancel)
    {
        try
        {
            state.Guarded = await signing.Guard.ReadAsync(state.Origin, cancel);
        }
        catch (IOException e)
        {
            throw new LogUnsignedException($"The guard store, which remembers what was signed, can't be read: {e.Message}", e);
        }
        if (state.Guarded is null)
        {
            if (state.PublishedSize > 0 && await IsSignedAsync(connection, state, cancel))
                throw new LogUnsignedException("The guard store has no checkpoint of this log, though the database has: it was moved, or isn't shared with the node that signed before.");
            return;
        }
        if (!SignedNote.TryParse(state.Guarded, out var note) || !Checkpoint.TryParse(note.Text, out var guarded))
            throw new LogUnsignedException("What the guard store has is no checkpoint: it's damaged, or another's file. Put its last content back.");
        if (guarded.Size <= state.Tree.Size)
        {
            if (await _published.Tree(guarded.Size).RootAsync(cancel) != guarded.Root)
                throw Rollback($"The log isn't what was signed: its first {guarded.Size} entries have another root than the last checkpoint.");
            return;
        }
        var size = await SizeAsync(connection, cancel);
        if (size < guarded.Size)
            throw Rollback($"The log has {size} entries, but {guarded.Size} were signed: the database was set back to an earlier state.");
        state.Ahead = guarded;
    }

    private async Task<GrowingTree> TreeAsync(LogHead? head, CancellationToken cancel)
    {
        if (head is null)
            return new GrowingTree(new TreeFrontier(), []);
        var edges = new List<IReadOnlyList<Hash>>();
        for (var level = 0; head.Size >> (8 * level) > 0; level++)
            edges.Add(await _published.EdgeAsync(level, head.Size, cancel));
        return new GrowingTree(await _published.Tree(head.Size).FrontierAsync(cancel), edges);
    }

    private static LogHaltedException Rollback(string detail) => new(FindingCode.Rollback, $"{detail} Nothing is signed; see docs/audit.md, \"After a restore\".");

    // After a new epoch began, its guard is empty by right.
    private static async Task<bool> IsSignedAsync(NpgsqlConnection connection, State state, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select epoch = $1 from ledger.head", connection) { Parameters = { new() { Value = state.Epoch } } };
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    private static async Task<long> SizeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select ledger.size()", connection);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    private static NpgsqlBatchCommand Head(string sql, State state, string note, DateTimeOffset now) => new(sql)
    {
        Parameters =
        {
            new() { Value = state.Epoch }, new() { Value = state.Tree.Size }, new() { Value = state.Tree.Root.Bytes.ToArray() },
            new() { Value = note, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        },
    };

    private static NpgsqlBatchCommand Tiles(string sql, IReadOnlyList<(int Level, long Index, byte[] Hashes)> tiles) => new(sql)
    {
        Parameters =
        {
            new() { Value = tiles.Select(t => (short)t.Level).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint },
            new() { Value = tiles.Select(t => t.Index).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
            new() { Value = tiles.Select(t => t.Hashes).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
        },
    };
}
