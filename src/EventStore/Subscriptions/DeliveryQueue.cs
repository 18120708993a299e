using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>A delivery that may be made now.</summary>
internal sealed record DueDelivery(string TenantId, string Target, Guid EventId, Guid StreamId)
{
    /// <summary>What is handed over one after the other.</summary>
    public (string, string, Guid) Lane => (TenantId, Target, StreamId);
}

/// <summary>What is noted of an attempt.</summary>
/// <param name="Delivery">Which.</param>
/// <param name="Attempt">Its number: of a delivery that was asked for anew meanwhile, nothing is noted.</param>
/// <param name="RetryAt">Null with an error: a dead letter.</param>
/// <param name="Error">Null: handed over.</param>
internal sealed record AttemptNote(DueDelivery Delivery, int Attempt, DateTimeOffset? RetryAt, string? Error);

/// <summary>The statements on one subscription's rows of <c>platform.delivery</c>. Those that write go into a batch whose first statement requires the lease.</summary>
internal sealed class DeliveryQueue(string subscription)
{
    // Of each target as many as it may have under way, and those that are under way, which are still due.
    private const string DueSql = """
        with recursive targets as (
            (select tenant_id, target from platform.delivery where subscription = $1 and state = 'waiting' and not held order by tenant_id, target limit 1)
            union all
            select n.tenant_id, n.target from targets t cross join lateral (
                select d.tenant_id, d.target from platform.delivery d
                where d.subscription = $1 and d.state = 'waiting' and not d.held and (d.tenant_id, d.target) > (t.tenant_id, t.target)
                order by d.tenant_id, d.target limit 1) n)
        select d.tenant_id, d.target, d.event_id, d.stream_id
        from targets t cross join lateral (
            select * from platform.delivery w
            where w.subscription = $1 and w.tenant_id = t.tenant_id and w.target = t.target and w.state = 'waiting' and not w.held and w.due_at <= $2
            order by w.due_at limit $3) d
        where t.tenant_id <> all ($4)
        order by d.due_at, d.log_index
        """;

    private const string DeliverSql = """
        insert into platform.delivery (subscription, tenant_id, target, event_id, stream_id, version, log_index, state, held, attempts, due_at)
        select $1, r.tenant_id, r.target, r.event_id, r.stream_id, r.version, r.log_index, 'waiting',
               row_number() over (partition by r.tenant_id, r.target, r.stream_id order by r.version) > 1
                   or exists (select from platform.delivery w where w.subscription = $1 and w.tenant_id = r.tenant_id and w.target = r.target
                                                                and w.stream_id = r.stream_id and w.state = 'waiting'),
               0, $8
        from unnest($2, $3, $4, $5, $6, $7) r (tenant_id, target, event_id, stream_id, version, log_index)
        on conflict do nothing
        """;

    private const string RedeliverSql = """
        insert into platform.delivery as d (subscription, tenant_id, target, event_id, stream_id, version, log_index, state, held, attempts, due_at)
        select distinct $1, r.tenant_id, r.target, r.event_id, r.stream_id, r.version, coalesce(ledger.index_of(e.seq_id), 0), 'waiting', false, 0, $7
        from unnest($2, $3, $4, $5, $6) r (tenant_id, target, event_id, stream_id, version)
        join public.mt_events e on e.tenant_id = r.tenant_id and e.stream_id = r.stream_id and e.version = r.version and e.id = r.event_id
        on conflict (subscription, tenant_id, target, event_id) do update
            set state = 'waiting', held = d.held and d.state = 'waiting', attempts = 0, due_at = excluded.due_at, error = null
        """;

    private const string RemoveSql = """
        delete from platform.delivery d using unnest($2, $3, $4) r (tenant_id, target, event_id)
        where d.subscription = $1 and d.tenant_id = r.tenant_id and d.target = r.target and d.event_id = r.event_id
        """;

    private const string DoneSql = """
        delete from platform.delivery d using unnest($2, $3, $4, $5) r (tenant_id, target, event_id, attempt)
        where d.subscription = $1 and d.tenant_id = r.tenant_id and d.target = r.target and d.event_id = r.event_id and d.attempts = r.attempt
        """;

    // The first of each stream that waits is no longer held back by one before it.
    private const string ReleaseSql = """
        update platform.delivery d set held = false
        from unnest($2, $3, $4) l (tenant_id, target, stream_id)
        cross join lateral (select w.event_id from platform.delivery w
                            where w.subscription = $1 and w.tenant_id = l.tenant_id and w.target = l.target and w.stream_id = l.stream_id and w.state = 'waiting'
                            order by w.version limit 1) n
        where d.subscription = $1 and d.tenant_id = l.tenant_id and d.target = l.target and d.event_id = n.event_id and d.held
        """;

    private const string FailSql = """
        update platform.delivery d
        set error = r.error, due_at = coalesce(r.retry_at, d.due_at), state = case when r.retry_at is null then 'dead' else 'waiting' end
        from unnest($2, $3, $4, $5, $6, $7) r (tenant_id, target, event_id, retry_at, error, attempt)
        where d.subscription = $1 and d.tenant_id = r.tenant_id and d.target = r.target and d.event_id = r.event_id and d.attempts = r.attempt
        """;

    private const string ClaimSql = $"""
        with claimed as (
            update platform.delivery d set attempts = d.attempts + 1
            from unnest($2, $3, $4) r (tenant_id, target, event_id)
            where d.subscription = $1 and d.tenant_id = r.tenant_id and d.target = r.target and d.event_id = r.event_id and d.state = 'waiting'
            returning d.*)
        select {EventRow.Columns}, c.log_index, c.target, c.attempts, h.hash
        from claimed c
        join public.mt_events e on e.tenant_id = c.tenant_id and e.stream_id = c.stream_id and e.version = c.version
        left join ledger.event h on h.seq_id = e.seq_id
        """;

    /// <summary>What is due, the longest due first; of each target at most <paramref name="perTarget"/>, of a tenant that is held none.</summary>
    public async Task<IReadOnlyList<DueDelivery>> FindDueAsync(NpgsqlConnection connection, DateTimeOffset now, int perTarget, IReadOnlyCollection<string> held, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(DueSql, connection) { Parameters = { Text(subscription), Time(now), new() { Value = (long)perTarget }, Texts(held, tenant => tenant) } };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<DueDelivery>();
        while (await reader.ReadAsync(cancel))
            due.Add(new DueDelivery(reader.GetString(0), reader.GetString(1), reader.GetGuid(2), reader.GetGuid(3)));
        return due;
    }

    /// <summary>Enqueues, enqueues again and gives up what a page of events says, in the order deliver, redeliver, drop, close.</summary>
    public IEnumerable<NpgsqlBatchCommand> Apply(IReadOnlyList<Route> routes, DateTimeOffset now)
    {
        // Of several commands on one delivery the last one counts.
        var commands = routes.Where(r => r.Action is RouteAction.Redeliver or RouteAction.Drop).GroupBy(r => (r.TenantId, r.Target, r.EventId)).Select(g => g.Last()).ToList();
        if (Of(routes, RouteAction.Deliver) is { Count: > 0 } deliver)
            yield return new(DeliverSql)
            {
                Parameters =
                {
                    Text(subscription), Texts(deliver, r => r.TenantId), Texts(deliver, r => r.Target), Ids(deliver, r => r.EventId), Ids(deliver, r => r.StreamId),
                    Longs(deliver, r => r.Version), Longs(deliver, r => r.Index), Time(now),
                },
            };
        if (Of(commands, RouteAction.Redeliver) is { Count: > 0 } again)
            yield return new(RedeliverSql)
            {
                Parameters =
                {
                    Text(subscription), Texts(again, r => r.TenantId), Texts(again, r => r.Target), Ids(again, r => r.EventId), Ids(again, r => r.StreamId), Longs(again, r => r.Version), Time(now),
                },
            };
        if (Of(commands, RouteAction.Drop) is { Count: > 0 } drop)
        {
            yield return new(RemoveSql) { Parameters = { Text(subscription), Texts(drop, r => r.TenantId), Texts(drop, r => r.Target), Ids(drop, r => r.EventId) } };
            yield return Release([.. drop.Select(r => new DueDelivery(r.TenantId, r.Target, r.EventId, r.StreamId))]);
        }
        if (Of(routes, RouteAction.Close) is { Count: > 0 } close)
            yield return new("delete from platform.delivery d using unnest($2, $3) r (tenant_id, target) where d.subscription = $1 and d.tenant_id = r.tenant_id and d.target = r.target")
            {
                Parameters = { Text(subscription), Texts(close, r => r.TenantId), Texts(close, r => r.Target) },
            };
    }

    /// <summary>Counts an attempt of each, and reads the events.</summary>
    public NpgsqlBatchCommand Claim(IReadOnlyList<DueDelivery> deliveries) =>
        new(ClaimSql) { Parameters = { Text(subscription), Texts(deliveries, d => d.TenantId), Texts(deliveries, d => d.Target), Ids(deliveries, d => d.EventId) } };

    /// <summary>What came of attempts: what was handed over leaves; what comes after it in its stream may go.</summary>
    public IEnumerable<NpgsqlBatchCommand> Note(IReadOnlyList<AttemptNote> notes)
    {
        var done = notes.Where(n => n.Error is null).ToList();
        var failed = notes.Where(n => n.Error is not null).ToList();
        if (done.Count > 0)
            yield return new(DoneSql)
            {
                Parameters = { Text(subscription), Texts(done, n => n.Delivery.TenantId), Texts(done, n => n.Delivery.Target), Ids(done, n => n.Delivery.EventId), Attempts(done) },
            };
        if (failed.Count > 0)
            yield return new(FailSql)
            {
                Parameters =
                {
                    Text(subscription), Texts(failed, n => n.Delivery.TenantId), Texts(failed, n => n.Delivery.Target), Ids(failed, n => n.Delivery.EventId),
                    new() { Value = failed.Select(n => n.RetryAt?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }, Texts(failed, n => n.Error!),
                    Attempts(failed),
                },
            };
        if (notes.Where(n => n.RetryAt is null).Select(n => n.Delivery).ToList() is { Count: > 0 } gone)
            yield return Release(gone);
    }

    private NpgsqlBatchCommand Release(IReadOnlyList<DueDelivery> lanes) =>
        new(ReleaseSql) { Parameters = { Text(subscription), Texts(lanes, l => l.TenantId), Texts(lanes, l => l.Target), Ids(lanes, l => l.StreamId) } };

    private static List<Route> Of(IReadOnlyList<Route> routes, RouteAction action) => [.. routes.Where(r => r.Action == action)];

    private static NpgsqlParameter Attempts(IEnumerable<AttemptNote> notes) => new() { Value = notes.Select(n => n.Attempt).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };
    private static NpgsqlParameter Time(DateTimeOffset value) => new() { Value = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
    private static NpgsqlParameter Texts<T>(IEnumerable<T> rows, Func<T, string> value) => new() { Value = rows.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
    private static NpgsqlParameter Ids<T>(IEnumerable<T> rows, Func<T, Guid> value) => new() { Value = rows.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };
    private static NpgsqlParameter Longs<T>(IEnumerable<T> rows, Func<T, long> value) => new() { Value = rows.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
}
