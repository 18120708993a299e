using Npgsql;

namespace Platform.EventStore;

/// <summary>Whether the triggers that chain and guard the events stand. A superuser can take them away; that must be seen, not guessed.</summary>
public static class ChainGuard
{
    private static readonly string[] Needed =
        ["mt_events/ledger_chain", "mt_events/ledger_guard", "epoch/ledger_guard", "event/ledger_guard", "pending/ledger_guard", "log/ledger_guard",
            "tile/ledger_guard", "checkpoint/ledger_guard", "writer_signature/ledger_guard"];

    /// <summary>Table and name of each trigger that is missing or disabled.</summary>
    public static async Task<IReadOnlyList<string>> FindGapsAsync(NpgsqlDataSource pool, CancellationToken cancel = default)
    {
        await using var command = pool.CreateCommand("""
            select c.relname || '/' || t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
            where t.tgname in ('ledger_chain', 'ledger_guard') and t.tgenabled in ('O', 'A') and n.nspname in ('public', 'ledger')
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var standing = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
            standing.Add(reader.GetString(0));
        return [.. Needed.Where(name => !standing.Contains(name))];
    }
}
