using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>What the log is held against, besides itself.</summary>
/// <param name="Head">The last checkpoint in the database; null: none.</param>
/// <param name="Trust">Keys and witnesses that are believed; its checkpoint, if it has one, must be contained in the log.</param>
/// <param name="Guarded">The last checkpoint that was signed, as the guard store has it; null: none, or there is no guard here.</param>
public sealed record LogAnchor(LogHead? Head, LogTrust Trust, SignedNote? Guarded)
{
    /// <summary>Read in this order, so that a log that goes on meanwhile isn't one that lost something.</summary>
    /// <param name="auditor">Reads everything that the chain is made of.</param>
    /// <param name="guard">The log's guard store; null: there is none here.</param>
    /// <param name="trust">An auditor's own keys, carried on through the rotations that the log announces; null: those that the log names.</param>
    /// <param name="since">The size from which on the log is verified: what is announced before isn't looked at, and so not believed.</param>
    /// <param name="cancel">Cancels the reading.</param>
    public static async Task<LogAnchor> ReadAsync(NpgsqlDataSource auditor, ICheckpointGuard? guard, LogTrust? trust, long since = 0, CancellationToken cancel = default)
    {
        var log = new PublishedLog(auditor);
        var origins = await log.OriginsAsync(cancel);
        var guarded = guard is null ? null : await guard.ReadAsync(origins[origins.Keys.Max()], cancel);
        var head = await log.HeadAsync(cancel);
        var believed = trust is null ? await log.TrustAsync(null, cancel) : await FollowAsync(auditor, trust, since, head?.Size ?? 0, cancel);
        return new LogAnchor(head, believed, guarded is null ? null : SignedNote.Parse(guarded));
    }

    private static async Task<LogTrust> FollowAsync(NpgsqlDataSource auditor, LogTrust trust, long from, long to, CancellationToken cancel)
    {
        await using var command = auditor.CreateCommand($"""
            select {LogReader.Index} as index, e.type, e.data::text
            from {LogReader.Events}
            where e.tenant_id = $1 and e.type = $2 and l.first_index >= $3 and l.first_index < $4
            order by index
            """);
        command.Parameters.Add(new() { Value = KeyRotation.Tenant });
        command.Parameters.Add(new() { Value = KeyRotation.RotatedType });
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = to });
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            if (KeyAnnouncement.TryParse(reader.GetString(1), reader.GetString(2), out var announced))
                trust = trust.Following(announced, reader.GetInt64(0));
        return trust;
    }
}
