using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// Brings a database to the current schema: numbered scripts, each once, in order, in one transaction behind an advisory lock, so that
/// any number of nodes may start at once. A script that was applied may not change afterwards.
/// </summary>
public static class Migrator
{
    private const long LockKey = 0x706c6174666f726d; // "platform"

    public sealed record Script(string Id, string Sql)
    {
        public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
    }

    public static IReadOnlyList<Script> Scripts { get; } = Load();

    /// <summary>A short name of the whole schema, for template databases.</summary>
    public static string Fingerprint { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Scripts.Select(s => s.Digest)))))[..12];

    /// <param name="owner">A data source whose login owns the database and may create roles.</param>
    /// <param name="logName">Name of a new log, e.g. <c>platform.example/eu-1</c>; an existing log keeps its own.</param>
    /// <param name="cancel">Stops waiting; what was applied stays.</param>
    /// <returns>The ids of the scripts applied by this call.</returns>
    /// <exception cref="InvalidOperationException">An applied script has changed, or the database is newer than this program.</exception>
    public static async Task<IReadOnlyList<string>> MigrateAsync(NpgsqlDataSource owner, string logName, CancellationToken cancel = default)
    {
        await using var connection = await owner.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", cancel);
        await ExecuteAsync(connection, """
            create table if not exists public.platform_migration (id text primary key, digest text not null, applied_at timestamptz not null default now())
            """, cancel);
        var applied = await AppliedAsync(connection, cancel);

        if (applied.Keys.Except(Scripts.Select(s => s.Id)).FirstOrDefault() is { } unknown)
            throw new InvalidOperationException($"The database was migrated by a newer version of the platform (script {unknown}). Run that version.");

        var done = new List<string>();
        foreach (var script in Scripts)
        {
            if (applied.TryGetValue(script.Id, out var digest))
            {
                if (digest != script.Digest)
                    throw new InvalidOperationException($"Migration {script.Id} was applied with other content. Add a new migration instead of changing it.");
                continue;
            }
            await ExecuteAsync(connection, script.Sql, cancel);
            await using var record = new NpgsqlCommand("insert into public.platform_migration (id, digest) values ($1, $2)", connection)
            {
                Parameters = { new() { Value = script.Id }, new() { Value = script.Digest } },
            };
            await record.ExecuteNonQueryAsync(cancel);
            done.Add(script.Id);
        }
        await using var epoch = new NpgsqlCommand(
            "insert into ledger.epoch (epoch, origin) select 1, $1 || '/1' where not exists (select from ledger.epoch)", connection)
        {
            Parameters = { new() { Value = logName } },
        };
        await epoch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return done;
    }

    /// <summary>Ids of the scripts that the database doesn't have yet; changes nothing.</summary>
    public static async Task<IReadOnlyList<string>> FindPendingAsync(NpgsqlDataSource owner, CancellationToken cancel = default)
    {
        await using var connection = await owner.OpenConnectionAsync(cancel);
        await using var exists = new NpgsqlCommand("select to_regclass('public.platform_migration') is not null", connection);
        var applied = (bool)(await exists.ExecuteScalarAsync(cancel))! ? await AppliedAsync(connection, cancel) : [];
        return [.. Scripts.Select(s => s.Id).Where(id => !applied.ContainsKey(id))];
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var applied = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand("select id, digest from public.platform_migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            applied.Add(reader.GetString(0), reader.GetString(1));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static List<Script> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string prefix = "Platform.EventStore.Migrations.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Script(name[prefix.Length..^".sql".Length], reader.ReadToEnd());
            })];
    }
}
