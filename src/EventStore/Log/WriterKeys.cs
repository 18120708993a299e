using Npgsql;
using NpgsqlTypes;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>Signs events of weight as their writer, within the transaction that appends them: a superuser who inserts a well-formed event lacks the key.</summary>
internal sealed class WriterKeys(DocumentStore store)
{
    /// <summary>SQL state: the key isn't the current one any more.</summary>
    public const string Rotated = "PL012";

    private LedgerKey? _current;
    private string? _name;

    public void Forget() => _current = null;

    /// <summary>The key that the database knows as the writer's, or the only one while it knows none.</summary>
    /// <exception cref="LogUnsignedException">This process doesn't hold it.</exception>
    public async Task<LedgerKey> CurrentAsync(CancellationToken cancel)
    {
        if (_current is { } known)
            return known;
        var signing = store.Options.Signing ?? throw new LogUnsignedException("This process has no writer key: events of identity, security, deployment and audit can't be appended here.");
        await using var command = store.Options.Database.App.CreateCommand("select public_key from ledger.writer");
        return _current = await command.ExecuteScalarAsync(cancel) is not byte[] publicKey ? signing.Keys.First(KeyRole.Writer)
            : signing.Keys.Find(KeyRole.Writer, KeyAlgorithm.Ed25519, publicKey)
              ?? throw new LogUnsignedException("The private half of the writer's key isn't among this node's keys: all nodes share one.");
    }

    /// <summary>Signs those of the events that are of weight, in the transaction that appended them.</summary>
    public async Task SignAsync(NpgsqlConnection connection, LedgerKey key, IReadOnlyList<AppendedEvent> appended, CancellationToken cancel)
    {
        using var signer = new Ed25519Signer(await NameAsync(cancel), key.Seed);
        var weighty = appended.Where(e => WriterSignature.Covers(e.Type)).ToList();
        await using var command = new NpgsqlCommand("select ledger.countersign($1, $2, $3)", connection)
        {
            Parameters =
            {
                new() { Value = key.PublicKey },
                new() { Value = weighty.Select(e => e.Sequence).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                new() { Value = weighty.Select(e => Convert.FromBase64String(WriterSignature.Sign(signer, Hash.Parse(e.Hash)))).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };
        await command.ExecuteNonQueryAsync(cancel);
    }

    // The log's name without its epoch: a key stays the writer's when an epoch begins.
    private async Task<string> NameAsync(CancellationToken cancel)
    {
        if (_name is { } known)
            return known;
        await using var command = store.Options.Database.App.CreateCommand("select ledger.name()");
        return _name = WriterSignature.KeyName((string)(await command.ExecuteScalarAsync(cancel))!);
    }
}
