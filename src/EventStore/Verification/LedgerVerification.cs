using System.Data;
using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <param name="Checked">Events checked.</param>
/// <param name="Streams">Streams checked, those that are gone included.</param>
/// <param name="Findings">Number of findings.</param>
/// <param name="Unchecked">What couldn't be checked, a sentence each; null: nothing.</param>
public sealed record VerificationSummary(long Checked, long Streams, long Findings, IReadOnlyList<string>? Unchecked = null);

/// <summary>
/// Verifies what the database holds: every hash recomputed from the stored rows, every stream against its row and against the log. Works
/// through streams in chunks, each read in one short snapshot, so that appends and Marten's daemon go on undisturbed.
/// </summary>
/// <param name="auditor">Reads everything that the chain is made of.</param>
/// <param name="personal">Keys of data subjects as they are kept, which sealed texts are held against; null: they aren't.</param>
public sealed class LedgerVerification(NpgsqlDataSource auditor, PersonalData? personal = null)
{
    private const int StreamsAChunk = 500;

    /// <summary>Runs over all streams and then over the public log, or over one stream alone.</summary>
    /// <param name="only">One stream, in whatever tenant.</param>
    /// <param name="anchor">What the log is held against; null: what it says of itself.</param>
    /// <param name="report">Receives each finding as it is found.</param>
    /// <param name="progress">Events checked, and about how many there are.</param>
    /// <param name="cancel">Stops between chunks.</param>
    public async Task<VerificationSummary> RunAsync(Guid? only, LogAnchor? anchor, Action<Finding> report, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        var known = new HashSet<(string?, Guid?)>();
        anchor ??= await LogAnchor.ReadAsync(auditor, guard: null, trust: null, cancel: cancel);
        var summary = await StreamsAsync(only, known, report, progress, cancel);
        if (only is not null)
            return summary;
        var findings = summary.Findings;
        void Count(Finding f)
        {
            findings++;
            report(f);
        }
        await new LogVerification(auditor, anchor, Count).RunAsync(since: null, known, null, cancel);
        foreach (var finding in (await RepeatedAsync(cancel)).Where(f => !known.Contains((f.Tenant, f.Stream))))
            Count(finding);
        return summary with { Findings = findings };
    }

    /// <summary>Runs over what came after a checkpoint: events, tree and signatures.</summary>
    /// <param name="since">The checkpoint, trusted by the caller.</param>
    /// <param name="anchor">What the log is held against; null: what it says of itself.</param>
    /// <param name="report">Receives each finding as it is found.</param>
    /// <param name="progress">Entries checked, and how many there are.</param>
    /// <param name="cancel">Stops between pages.</param>
    public async Task<VerificationSummary> RunSinceAsync(Checkpoint since, LogAnchor? anchor, Action<Finding> report, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        var findings = 0L;
        void Count(Finding f)
        {
            findings++;
            report(f);
        }
        var keys = personal is null ? null : new SubjectKeyVerification(auditor, personal, Count);
        var verification = new LogVerification(auditor, anchor ?? await LogAnchor.ReadAsync(auditor, guard: null, trust: null, cancel: cancel), Count, keys);
        await verification.RunAsync(since, new HashSet<(string?, Guid?)>(), progress, cancel);
        if (keys is not null)
            await keys.CompleteAsync(cancel);
        return new VerificationSummary(verification.Checked, 0, findings, Said(keys));
    }

    // Known: streams that aren't as they were written; what is wrong with keys says nothing of them.
    private async Task<VerificationSummary> StreamsAsync(Guid? only, HashSet<(string?, Guid?)> known, Action<Finding> report, Action<long, long>? progress, CancellationToken cancel)
    {
        await using var connection = await auditor.OpenConnectionAsync(cancel);
        var total = (long)(await ScalarAsync(connection, "select greatest(reltuples, 0)::bigint from pg_class where oid = 'public.mt_events'::regclass", cancel))!;
        var (streams, findings) = (0L, 0L);
        void Count(Finding f)
        {
            findings++;
            report(f);
        }
        var keys = personal is null ? null : new SubjectKeyVerification(auditor, personal, Count);
        var chunk = new VerificationChunk(connection, keys);
        void CountKnown(Finding f)
        {
            known.Add((f.Tenant, f.Stream));
            keys?.Pass(f);
            Count(f);
        }
        var verifier = new StreamVerifier(await OriginsAsync(connection, cancel), CountKnown, chunk.RecordedHash);

        async Task VerifyAsync(Func<Task<IReadOnlyList<StreamRow>>> next)
        {
            // One snapshot for rows, log and events, so that an append in between is no finding.
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            var rows = await next();
            await chunk.VerifyAsync(rows, verifier, cancel);
            streams += rows.Count;
            progress?.Invoke(verifier.Checked, Math.Max(total, verifier.Checked));
        }

        var last = new StreamRow("", Guid.Empty, null);
        for (var more = true; more && !cancel.IsCancellationRequested;)
            await VerifyAsync(async () =>
            {
                var rows = await StreamsAsync(connection, only, last, cancel);
                more = rows.Count == StreamsAChunk;
                return rows.Count > 0 ? (last = rows[^1], rows).rows : rows;
            });
        cancel.ThrowIfCancellationRequested();
        await VerifyAsync(() => RowlessAsync(connection, only, cancel));
        verifier.Complete();
        foreach (var finding in (await LostAsync(connection, only, cancel)).Concat(only is null ? await StreamlessAsync(connection, cancel) : []))
            CountKnown(finding);
        if (keys is not null)
            await keys.CompleteAsync(cancel);
        return new VerificationSummary(verifier.Checked, streams, findings, Said(keys));
    }

    private static IReadOnlyList<string>? Said(SubjectKeyVerification? keys) => keys?.Unchecked is { Count: > 0 } said ? said : null;

    // Within a stream its own verification finds it.
    private async Task<IReadOnlyList<Finding>> RepeatedAsync(CancellationToken cancel)
    {
        await using var command = auditor.CreateCommand("""
            with repeated as (select id from public.mt_events group by id having count(*) > 1)
            select e.tenant_id, e.stream_id, e.version, ledger.index_of(e.seq_id), e.id
            from (select m.*, first_value(m.seq_id) over w as first, first_value(m.tenant_id) over w as first_tenant, first_value(m.stream_id) over w as first_stream
                  from public.mt_events m join repeated using (id) window w as (partition by m.id order by m.seq_id)) e
            where e.seq_id <> e.first and (e.tenant_id, e.stream_id) <> (e.first_tenant, e.first_stream)
            order by e.seq_id
            """);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var repeated = new List<Finding>();
        while (await reader.ReadAsync(cancel))
            repeated.Add(new Finding(FindingCode.Duplicate, reader.GetString(0), reader.GetGuid(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3),
                $"Event {reader.GetGuid(4)} stands in another stream already: it was appended again."));
        return repeated;
    }

    private static async Task<IReadOnlyList<StreamRow>> StreamsAsync(NpgsqlConnection connection, Guid? only, StreamRow after, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select tenant_id, id, coalesce(version, 0) from public.mt_streams
            where (tenant_id, id) > ($1, $2) {(only is { } id ? $"and id = '{id}'" : "")} order by tenant_id, id limit {StreamsAChunk}
            """, connection)
        { Parameters = { new() { Value = after.Tenant }, new() { Value = after.Stream } } };
        return await StreamRow.ReadAsync(command, cancel);
    }

    // Streams that have lost their row: events or a place in the log are left, or an append that waits for its place.
    private static async Task<IReadOnlyList<StreamRow>> RowlessAsync(NpgsqlConnection connection, Guid? only, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select distinct p.tenant_id, p.stream_id, null::bigint
            from (select tenant_id, stream_id from ledger.pending
                  union all select tenant_id, stream_id from ledger.log
                  union all select tenant_id, stream_id from public.mt_events) p
            where p.tenant_id is not null and p.stream_id is not null and {(only is { } id ? $"p.stream_id = '{id}' and" : "")}
                  not exists (select from public.mt_streams s where s.tenant_id = p.tenant_id and s.id = p.stream_id)
            order by 1, 2
            """, connection)
        { CommandTimeout = 0 };
        return await StreamRow.ReadAsync(command, cancel);
    }

    // The columns may be null in Marten's layout; the trigger lets no such event in. One that was moved out of its stream is missed there.
    private static async Task<IReadOnlyList<Finding>> StreamlessAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            select e.tenant_id, e.stream_id, e.version, e.seq_id from public.mt_events e
            where (e.stream_id is null or e.tenant_id is null) and not exists (select from ledger.event l where l.seq_id = e.seq_id) order by e.seq_id
            """, connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var findings = new List<Finding>();
        while (await reader.ReadAsync(cancel))
            findings.Add(new Finding(FindingCode.Unchained, reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetInt64(2), null,
                $"The event with sequence {reader.GetInt64(3)} has no stream or no tenant, and was stored without being chained."));
        return findings;
    }

    // What the sequencer has passed by: at or below the floor everything is in the log.
    private static async Task<IReadOnlyList<Finding>> LostAsync(NpgsqlConnection connection, Guid? only, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand($"""
            select p.tenant_id, p.stream_id, p.version_from, p.events from ledger.pending p, platform.sequencer s
            where p.id <= s.floor and not exists (select from ledger.log l where l.pending_id = p.id) {(only is { } id ? $"and p.stream_id = '{id}'" : "")}
            order by p.id
            """, connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lost = new List<Finding>();
        while (await reader.ReadAsync(cancel))
            lost.Add(new Finding(FindingCode.Unsequenced, reader.GetString(0), reader.GetGuid(1), reader.GetInt64(2), null,
                $"An append of {reader.GetInt32(3)} events has no place in the log, though the sequencer is past it: read models and proofs lack it."));
        return lost;
    }

    private static async Task<Dictionary<int, string>> OriginsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select epoch, origin from ledger.epoch", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var origins = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancel))
            origins.Add(reader.GetInt32(0), reader.GetString(1));
        return origins;
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancel);
    }
}
