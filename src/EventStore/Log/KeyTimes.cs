using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>Which key speaks for which sizes of the tree, as it follows from the announcements in the log so far.</summary>
internal sealed class KeyTimes
{
    private sealed record Row(KeyRole Role, KeyAlgorithm Algorithm, byte[] PublicKey, long From)
    {
        public long? To { get; set; }

        /// <summary>Whether the database has it as it is here.</summary>
        public bool IsWritten { get; set; }
    }

    private readonly List<Row> _rows = [];

    public static async Task<KeyTimes> LoadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select role, algorithm, public_key, from_size, to_size from ledger.key order by from_size", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var times = new KeyTimes();
        while (await reader.ReadAsync(cancel))
            if (KeyNames.TryParse(reader.GetString(0), out KeyRole role) && KeyNames.TryParse(reader.GetString(1), out KeyAlgorithm algorithm))
                times._rows.Add(new Row(role, algorithm, reader.GetFieldValue<byte[]>(2), reader.GetInt64(3)) { To = reader.IsDBNull(4) ? null : reader.GetInt64(4), IsWritten = true });
        return times;
    }

    /// <summary>The log's keys that sign a checkpoint of this size.</summary>
    public IEnumerable<(KeyAlgorithm Algorithm, byte[] PublicKey)> LogKeysAt(long size) => _rows
        .Where(row => row.Role == KeyRole.Log && row.From <= size && (row.To is null || row.To >= size))
        .Select(row => (row.Algorithm, row.PublicKey));

    /// <summary>The log's very first key, before any was announced.</summary>
    public void Begin(byte[] publicKey) => _rows.Add(new Row(KeyRole.Log, KeyAlgorithm.Ed25519, publicKey, 0));

    /// <summary>Takes what an announcement at an index of the log says.</summary>
    /// <returns>False: the log's rules don't allow it (another key's place, a wrong signature), and nothing changed.</returns>
    public bool Apply(long index, KeyAnnouncement announced)
    {
        var current = _rows.Find(row => row.Role == announced.Role && row.Algorithm == announced.Algorithm && row.To is null);
        if (announced.Previous is not { } previous)
        {
            if (current is not null)
                return announced.PublicKey.Span.SequenceEqual(current.PublicKey);
        }
        else if (current is null || !previous.Span.SequenceEqual(current.PublicKey) || !announced.IsValid)
            return false;
        else
            (current.To, current.IsWritten) = (index, false);
        // The log's first checkpoint may be signed before its key is announced.
        var from = announced is { Role: KeyRole.Log, Algorithm: KeyAlgorithm.Ed25519, Previous: null } ? 0 : index + 1;
        _rows.Add(new Row(announced.Role, announced.Algorithm, announced.PublicKey.ToArray(), from));
        return true;
    }

    /// <summary>What has to be written so that the database knows it too.</summary>
    public IEnumerable<NpgsqlBatchCommand> Changes() => _rows.Where(row => !row.IsWritten).Select(row => new NpgsqlBatchCommand("""
        insert into ledger.key as k (role, algorithm, public_key, from_size, to_size) values ($1, $2, $3, $4, $5)
        on conflict (role, algorithm, from_size) do update set to_size = excluded.to_size where k.to_size is null
        """)
    {
        Parameters =
        {
            new() { Value = KeyNames.Of(row.Role) }, new() { Value = KeyNames.Of(row.Algorithm) }, new() { Value = row.PublicKey }, new() { Value = row.From },
            new() { Value = (object?)row.To ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
        },
    });

    /// <summary>The database has them.</summary>
    public void Written() => _rows.ForEach(row => row.IsWritten = true);
}
