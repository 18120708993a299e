using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>The public log as it was published: head, tiles, proofs. Hashes alone; readable by every role of ours.</summary>
public sealed class PublishedLog(NpgsqlDataSource pool) : ITileSource
{
    /// <summary>The last checkpoint; null: none was published yet.</summary>
    public async Task<LogHead?> HeadAsync(CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("select epoch, size, root, note, signed_at, cosigned_size, cosigned_note from ledger.head");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return !await reader.ReadAsync(cancel) ? null : new LogHead(
            reader.GetInt32(0), reader.GetInt64(1), StoredEventRow.HashOf(reader.GetFieldValue<byte[]>(2)), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4),
            reader.IsDBNull(5) ? null : reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetString(6));
    }

    /// <summary>The log's name: its origin without the epoch.</summary>
    public async Task<string> NameAsync(CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("select ledger.name()");
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>The shard that this is the log of: the last part of its name.</summary>
    public async Task<string> ShardAsync(CancellationToken cancel = default) => (await NameAsync(cancel)).Split('/')[^1];

    /// <summary>The origin of each epoch.</summary>
    public async Task<IReadOnlyDictionary<int, string>> OriginsAsync(CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("select epoch, origin from ledger.origins()");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var origins = new SortedDictionary<int, string>();
        while (await reader.ReadAsync(cancel))
            origins.Add(reader.GetInt32(0), reader.GetString(1));
        return origins;
    }

    /// <summary>Earlier checkpoints that were kept, of trees that the one of this size contains.</summary>
    public async Task<IReadOnlyList<(long Size, string Note)>> KeptAsync(long size, CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("select distinct on (size) size, note from ledger.checkpoint where size < $1 order by size, epoch desc");
        command.Parameters.Add(new() { Value = size });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var kept = new List<(long, string)>();
        while (await reader.ReadAsync(cancel))
            kept.Add((reader.GetInt64(0), reader.GetString(1)));
        return kept;
    }

    /// <summary>The log's and the writer's keys with their times, under the name of each epoch, and the witnesses of a policy: what an auditor trusts, as this log sees it.</summary>
    public async Task<LogTrust> TrustAsync(WitnessPolicy? policy, CancellationToken cancel = default)
    {
        var (origins, name) = (await OriginsAsync(cancel), await NameAsync(cancel));
        await using var command = pool.CreateCommand("select role, algorithm, public_key, from_size, to_size from ledger.key order by role, algorithm, from_size");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var keys = new List<TrustedKey>();
        while (await reader.ReadAsync(cancel))
            if (KeyNames.TryParse(reader.GetString(0), out KeyRole role) && KeyNames.TryParse(reader.GetString(1), out KeyAlgorithm algorithm))
                foreach (var holder in role == KeyRole.Log ? origins.Values : [WriterSignature.KeyName(name)])
                    keys.Add(new TrustedKey(role, new VerifierKey(holder, algorithm, reader.GetFieldValue<byte[]>(2)), reader.GetInt64(3), reader.IsDBNull(4) ? null : reader.GetInt64(4)));
        var hybrid = keys.Find(key => key is { Role: KeyRole.Log, Key.Algorithm: KeyAlgorithm.MlDsa65 });
        return new LogTrust(keys, [.. policy?.Witnesses.Select(witness => new TrustedWitness(witness.Name, witness.Key)) ?? []], policy?.Quorum, hybrid?.FromSize);
    }

    /// <summary>Why nothing is being signed; null: all is well.</summary>
    public async Task<string?> AlarmAsync(CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("select alarm from platform.sequencer");
        return await command.ExecuteScalarAsync(cancel) as string;
    }

    /// <summary>The tree of a size that was published.</summary>
    public TiledTree Tree(long size) => new(this, size);

    /// <summary>A tile's or entry bundle's bytes; null: the published tree has no such tile of at least that width.</summary>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(TileId tile, CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("""
            select hashes from ledger.tile where level = $1 and index = $2
            union all select hashes from ledger.edge where level = $1 and index = $2
            """);
        command.Parameters.Add(new() { Value = (short)(tile.Level ?? 0), NpgsqlDbType = NpgsqlDbType.Smallint });
        command.Parameters.Add(new() { Value = tile.Index, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            if (reader.GetFieldValue<byte[]>(0) is var hashes && hashes.Length >= tile.Width * Hash.Size)
                return Serve(tile, hashes.AsSpan(0, tile.Width * Hash.Size));
        return null;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">There is no such tile, though the tree needs it.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(TileId tile, CancellationToken cancel) =>
        await FindAsync(tile, cancel) ?? throw new InvalidDataException($"The tile {tile.Level}/{tile.Index} of width {tile.Width} is missing.");

    /// <summary>The partial tile of a level, as the last checkpoint of that size left it: entries on level 0, hashes above.</summary>
    internal async Task<IReadOnlyList<Hash>> EdgeAsync(int level, long size, CancellationToken cancel)
    {
        var width = (int)((size >> (8 * level)) % TilePath.Width);
        if (width == 0)
            return [];
        await using var command = pool.CreateCommand("select hashes from ledger.edge where level = $1 and index = $2");
        command.Parameters.Add(new() { Value = (short)level, NpgsqlDbType = NpgsqlDbType.Smallint });
        command.Parameters.Add(new() { Value = size >> (8 * (level + 1)), NpgsqlDbType = NpgsqlDbType.Bigint });
        var hashes = await command.ExecuteScalarAsync(cancel) as byte[] ?? [];
        return hashes.Length == width * Hash.Size ? [.. hashes.Chunk(Hash.Size).Select(hash => new Hash(hash))]
            : throw new InvalidDataException($"The partial tile of level {level} should have {width} hashes.");
    }

    /// <summary>The entries of a tile of level 0 as far as they are published: 32 bytes each; none where there is no such tile.</summary>
    internal async Task<byte[]> EntriesAsync(long tile, CancellationToken cancel)
    {
        await using var command = pool.CreateCommand("select hashes from ledger.tile where level = 0 and index = $1 union all select hashes from ledger.edge where level = 0 and index = $1");
        command.Parameters.Add(new() { Value = tile });
        return await command.ExecuteScalarAsync(cancel) as byte[] ?? [];
    }

    // Level 0 is stored as the entries; clients get it as leaf hashes, or as a bundle of entries.
    private static ReadOnlyMemory<byte> Serve(TileId tile, ReadOnlySpan<byte> stored)
    {
        if (tile.Level > 0)
            return stored.ToArray();
        var entries = TileMath.HashesIn(stored);
        if (tile.Level is null)
            return EntryBundle.Encode(entries);
        var leaves = new byte[stored.Length];
        for (var n = 0; n < entries.Length; n++)
            L1.Leaf(entries[n]).Bytes.CopyTo(leaves.AsSpan(n * Hash.Size));
        return leaves;
    }
}
