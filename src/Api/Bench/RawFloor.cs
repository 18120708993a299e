using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Platform.Api.Bench;

/// <summary>
/// What PostgreSQL gives without a ledger: the same columns, keys and indexes, one prepared set-based statement a transaction on held
/// connections, and COPY.
/// </summary>
internal sealed class RawFloor(NpgsqlDataSource owner) : IAsyncDisposable
{
    private readonly Dictionary<int, (NpgsqlConnection Connection, NpgsqlCommand Command)> _writers = [];
    private readonly Lock _lock = new();

    public async Task PrepareAsync()
    {
        await using var command = owner.CreateCommand("""
            create schema if not exists bench;
            create table bench.streams (like public.mt_streams including all);
            create table bench.events (like public.mt_events including all);
            alter table bench.events add foreign key (tenant_id, stream_id) references bench.streams (tenant_id, id);
            create sequence bench.seq;
            """);
        await command.ExecuteNonQueryAsync();
    }

    public Task AppendAsync(int writer, int events, string tenant) => AppendAsync(writer, Guid.CreateVersion7(), Bodies(events), tenant);

    /// <summary>One transaction: a new stream with these events.</summary>
    public async Task AppendAsync(int writer, Guid stream, byte[][] bodies, string tenant)
    {
        var (_, command) = await WriterAsync(writer);
        command.Parameters[0].Value = tenant;
        command.Parameters[1].Value = stream;
        command.Parameters[2].Value = DateTime.UtcNow;
        command.Parameters[3].Value = Ids(bodies.Length);
        command.Parameters[4].Value = bodies;
        command.Parameters[5].Value = bodies.Length;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One event at the end of a stream that others append to as well: its row is locked until the commit.</summary>
    public async Task AppendHotAsync(int writer, Guid stream, string tenant)
    {
        var (connection, _) = await WriterAsync(writer);
        await using var command = new NpgsqlCommand("""
            with s as (insert into bench.streams as s (tenant_id, id, type, version, timestamp, created) values ($1, $2, 'bench', 1, $3, $3)
                       on conflict (tenant_id, id) do update set version = s.version + 1, timestamp = $3 returning version)
            insert into bench.events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
            select nextval('bench.seq'), $4, $2, s.version, $5, 'bench.event', $3, $1, null, 'bench',
                   '{"user": "bench", "trigger": "bench", "region": "local", "hlc": "0000000000000000"}', false
            from s
            """, connection)
        {
            Parameters =
            {
                new() { Value = tenant, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = stream }, new() { Value = DateTime.UtcNow, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = Guid.CreateVersion7() }, new() { Value = Bodies(1)[0], NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.PrepareAsync();
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>COPY of one stream with many events, in one transaction.</summary>
    public async Task CopyAsync(int writer, int events, string tenant)
    {
        var (connection, _) = await WriterAsync(writer);
        var stream = Guid.CreateVersion7();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("insert into bench.streams (tenant_id, id, type, version) values ($1, $2, 'bench', $3)", connection) { Parameters = { new() { Value = tenant }, new() { Value = stream }, new() { Value = (long)events } } })
            await insert.ExecuteNonQueryAsync();
        long first;
        await using (var reserve = new NpgsqlCommand("select nextval('bench.seq') from generate_series(1, $1)", connection) { Parameters = { new() { Value = events } } })
            first = (long)(await reserve.ExecuteScalarAsync())!;
        await using (var copy = await connection.BeginBinaryImportAsync("copy bench.events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers) from stdin (format binary)"))
        {
            foreach (var (body, i) in Bodies(events).Select((b, i) => (b, i)))
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(first + i, NpgsqlDbType.Bigint);
                await copy.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
                await copy.WriteAsync(stream, NpgsqlDbType.Uuid);
                await copy.WriteAsync(i + 1L, NpgsqlDbType.Bigint);
                await copy.WriteAsync(body, NpgsqlDbType.Jsonb);
                await copy.WriteAsync("bench.event", NpgsqlDbType.Varchar);
                await copy.WriteAsync(DateTime.UtcNow, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(tenant, NpgsqlDbType.Varchar);
                await copy.WriteAsync(Headers, NpgsqlDbType.Jsonb);
            }
            await copy.CompleteAsync();
        }
        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (connection, command) in _writers.Values)
        {
            await command.DisposeAsync();
            await connection.DisposeAsync();
        }
    }

    private static readonly byte[] Headers = """{"user": "bench", "trigger": "bench", "region": "local", "hlc": "0000000000000000"}"""u8.ToArray();

    private static Guid[] Ids(int events) => [.. Enumerable.Range(0, events).Select(_ => Guid.CreateVersion7())];

    private static byte[][] Bodies(int events) => [.. Enumerable.Range(0, events).Select(i => JsonSerializer.SerializeToUtf8Bytes(BenchEvent.Make(i), BenchJson.Default.BenchEvent))];

    private async Task<(NpgsqlConnection Connection, NpgsqlCommand Command)> WriterAsync(int writer)
    {
        lock (_lock)
            if (_writers.TryGetValue(writer, out var known))
                return known;
        var connection = await owner.OpenConnectionAsync();
        var command = new NpgsqlCommand("""
            with s as (insert into bench.streams (tenant_id, id, type, version, timestamp, created) values ($1, $2, 'bench', $6, $3, $3))
            insert into bench.events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, headers, is_archived)
            select nextval('bench.seq'), e.id, $2, e.n, e.data, 'bench.event', $3, $1, null, 'bench',
                   '{"user": "bench", "trigger": "bench", "region": "local", "hlc": "0000000000000000"}', false
            from unnest($4, $5) with ordinality e (id, data, n)
            """, connection);
        foreach (var type in new[] { NpgsqlDbType.Varchar, NpgsqlDbType.Uuid, NpgsqlDbType.TimestampTz, NpgsqlDbType.Array | NpgsqlDbType.Uuid, NpgsqlDbType.Array | NpgsqlDbType.Jsonb, NpgsqlDbType.Integer })
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        await command.PrepareAsync();
        lock (_lock)
            _writers.Add(writer, (connection, command));
        return (connection, command);
    }
}
