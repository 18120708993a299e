using Npgsql;

namespace Platform.EventStore.Tests.Sequencing;

/// <summary>What must hold of the log at any time, and, once nothing waits any more, of the log and everything committed.</summary>
internal static class LogCheck
{
    private sealed record Row(long First, int Events, long PendingId, long Xid, string Tenant, Guid Stream, long VersionFrom, long VersionTo);

    /// <summary>Indices without gap or overlap, transactions whole and in one piece, streams in their order.</summary>
    public static async Task HoldsAsync(NpgsqlDataSource owner)
    {
        var log = await owner.ListAsync("""
            select l.first_index, l.events, l.pending_id, p.xid::text::bigint, l.tenant_id, l.stream_id, l.version_from, l.version_to
            from ledger.log l left join ledger.pending p on p.id = l.pending_id order by l.first_index
            """, row => new Row(row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4), row.GetGuid(5), row.GetInt64(6), row.GetInt64(7)));
        var next = 0L;
        foreach (var row in log)
        {
            row.First.ShouldBe(next);
            next += row.Events;
        }
        log.Zip(log.Skip(1)).Count(pair => pair.First.Xid != pair.Second.Xid).ShouldBe(Math.Max(0, log.Select(r => r.Xid).Distinct().Count() - 1), "a transaction is split");
        foreach (var stream in log.GroupBy(r => (r.Tenant, r.Stream)))
            stream.Zip(stream.Skip(1)).ShouldAllBe(pair => pair.First.VersionTo < pair.Second.VersionFrom);
        (await owner.ScalarAsync<long>("""
            select count(*) from ledger.pending p where not exists (select from ledger.log l where l.pending_id = p.id)
                and exists (select from ledger.log l join ledger.pending q on q.id = l.pending_id where q.xid = p.xid)
            """)).ShouldBe(0, "a part of a transaction waits");
    }

    /// <summary>Also: each committed append is there once, and each event is found at its index.</summary>
    public static async Task IsCompleteAsync(NpgsqlDataSource owner)
    {
        await HoldsAsync(owner);
        (await owner.ScalarAsync<long>("select count(*) from ledger.pending p where not exists (select from ledger.log l where l.pending_id = p.id)")).ShouldBe(0);
        var events = await owner.ListAsync("select tenant_id, stream_id, version, ledger.index_of(seq_id) from public.mt_events order by 4",
            row => (Tenant: row.GetString(0), Stream: row.GetGuid(1), Version: row.GetInt64(2), Index: row.IsDBNull(3) ? -1 : row.GetInt64(3)));
        events.Select(e => e.Index).ShouldBe(Enumerable.Range(0, events.Count).Select(n => (long)n));
        foreach (var stream in events.GroupBy(e => (e.Tenant, e.Stream)))
            stream.Select(e => e.Version).ShouldBeInOrder();
        (await owner.ScalarAsync<long>("select ledger.size()")).ShouldBe(events.Count);
    }
}
