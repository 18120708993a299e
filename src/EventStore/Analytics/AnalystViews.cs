using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Platform.EventStore;

/// <summary>
/// The views of schema <c>analytics</c>: made from what projections declare, over their live generations, in the transaction that puts those behind
/// <c>read.NAME</c>.
/// </summary>
public static class AnalystViews
{
    private const string LongestWait = "3s";

    /// <summary>How far the models behind the views are: the one view that isn't over a model of its own.</summary>
    public static AnalystTable Freshness { get; } = new(
        "freshness", null, "How far is each view behind what has happened?", "a view", ["view_name"],
        [
            new("view_name", "The view.", "text", false, "v.view_name"),
            new("projection", "The read model behind it, as ./platform projections names it.", "text", false, "p.name"),
            new("state", "live, or failed: it stands still until an operator has seen to it.", "text", false, "p.state"),
            new("position", "Events of the log that the view has, counted from the log's first, those of all tenants.", "bigint", false, "p.position"),
            new("lag", "Events of the log that the view hasn't got yet, those of all tenants; 0: it's up to date.", "bigint", false, "greatest(ledger.size() - p.position, 0)"),
            new("updated_at", "When the view last went on, UTC; without new events it doesn't, and is none the older for it.", "timestamptz", false, "p.updated_at"),
        ],
        "select view_name, lag, updated_at from analytics.freshness where lag > 0 or state <> 'live'", null, null);

    /// <summary>All views, by name.</summary>
    public static IReadOnlyList<AnalystTable> Of(IEnumerable<Projection> projections) =>
        [.. Stored(projections).Where(p => p.Analysts is not null).Select(p => p.Analysts!.Over(p)).Append(Freshness).OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>Brings the views to what the store's projections declare, and removes those that none declares any more. Safe with several nodes starting at once.</summary>
    public static async Task PrepareAsync(DocumentStore store, CancellationToken cancel = default)
    {
        var pool = store.Options.Database.Projections;
        foreach (var projection in Stored(store.Options.Projections))
            await InTransactionAsync(pool, async connection =>
            {
                await ProjectionGenerations.LockAsync(connection, projection, cancel);
                // Nodes of older code leave the views to those of newer.
                if (await ProjectionGenerations.NewestLiveAsync(pool, projection.Name, cancel) is { } live && live.Version == projection.Version)
                    await ExposeAsync(connection, projection, live.Number, cancel);
            }, cancel);
        // What of the views is nobody's is for the newest code to say.
        foreach (var projection in Stored(store.Options.Projections))
            if (await ProjectionGenerations.NewestLiveAsync(pool, projection.Name, cancel) is { } newest && newest.Version > projection.Version)
                return;
        var tables = Of(store.Options.Projections);
        await InTransactionAsync(pool, async connection =>
        {
            await ProjectionGenerations.ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtextextended('analytics', 0))", cancel);
            var rows = tables.Where(t => t.Projection is not null).Select(t => $"('{t.Name}', '{t.Projection}')").DefaultIfEmpty("(null, null)");
            await MakeAsync(connection, Freshness, $"""
                (values {string.Join(", ", rows)}) v (view_name, projection)
                join (select distinct on (q.name) q.name, q.state, q.position, q.updated_at from platform.projection q where q.state in ('live', 'failed') order by q.name, q.version desc) p
                    on p.name = v.projection
                """, "", "", cancel);
            foreach (var gone in (await MadeAsync(connection, cancel)).Keys.Except(tables.Select(t => t.Name)))
                await ProjectionGenerations.ExecuteAsync(connection, $"drop view analytics.{gone} cascade; delete from platform.analyst_view where name = '{gone}'", cancel);
        }, cancel);
    }

    /// <summary>Puts the view over a generation's table, within the caller's transaction.</summary>
    internal static async Task ExposeAsync(NpgsqlConnection connection, Projection projection, int generation, CancellationToken cancel)
    {
        if (projection.Analysts is not { } view)
            return;
        var table = $"read.{Generation.TableOf(projection, generation)}";
        await MakeAsync(connection, view.Over(projection), table, PoliciesSql(table, projection.Table, view), GrantsSql(table, view.Name), cancel);
    }

    private static IEnumerable<Projection> Stored(IEnumerable<Projection> projections) => projections.Where(p => p.Lifecycle != ProjectionLifecycle.Live);

    // A login sees its tenant's rows, asked for once a statement (the sub-select), so that indexes on the tenant are used.
    private static string PoliciesSql(string table, ReadTable shape, AnalystView view)
    {
        var rows = "tenant_id = (select platform.analyst_tenant())"
            + (view.AboutTenant is null ? "" : $" or {view.AboutTenant} = (select platform.analyst_tenant())")
            + (shape.PlatformRowsForAll ? $" or tenant_id = '{DocumentStore.PlatformTenant}' and (select platform.analyst_tenant()) is not null" : "");
        return $"""
            drop policy if exists analyst on {table};
            create policy analyst on {table} for select to platform_analyst using ({rows});
            drop policy if exists about_tenant on {table};
            {(view.AboutTenant is { } self ? $"create policy about_tenant on {table} for select to platform_app using ({self} = current_setting('platform.tenant', true) and {self} <> '');" : "")}
            """;
    }

    // Only the columns that the view shows, as PostgreSQL itself knows them.
    private static string GrantsSql(string table, string view) => $"""
        do $$ begin
            execute (select format('grant select (%s) on {table} to platform_analyst', string_agg(distinct quote_ident(a.attname), ', '))
                     from pg_rewrite r join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
                     join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                     where r.ev_class = 'analytics.{view}'::regclass and d.refobjid = '{table}'::regclass);
        end $$;
        """;

    private static async Task MakeAsync(NpgsqlConnection connection, AnalystTable view, string from, string before, string after, CancellationToken cancel)
    {
        var name = $"analytics.{view.Name}";
        var sql = $"""
            {before}
            create or replace view {name} with (security_invoker = true) as select {string.Join(", ", view.Columns.Select(c => $"{c.Sql} as {c.Name}"))} from {from};
            comment on view {name} is {Quoted($"{view.Question} A row is {view.Row}.")};
            {string.Concat(view.Columns.Select(c => $"comment on column {name}.{c.Name} is {Quoted(c.Description)};\n"))}
            grant select on {name} to platform_analyst, platform_app;
            {after}
            """;
        var columns = string.Join(", ", view.Columns.Select(c => $"{c.Name} {c.Type}"));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        var made = (await MadeAsync(connection, cancel)).GetValueOrDefault(view.Name);
        if (made.Digest != digest)
            await WithoutAnalystsAsync(connection, view.Name, $"""
                {(made.Columns == columns ? "" : $"drop view if exists {name} cascade;")}
                {sql}
                insert into platform.analyst_view (name, columns, digest) values ('{view.Name}', {Quoted(columns)}, '{digest}')
                on conflict (name) do update set columns = excluded.columns, digest = excluded.digest
                """, cancel);
    }

    // What somebody asks meanwhile is waited for a moment, then it's ended: a model's swap isn't held up by it.
    private static async Task WithoutAnalystsAsync(NpgsqlConnection connection, string view, string sql, CancellationToken cancel)
    {
        try
        {
            await ProjectionGenerations.ExecuteAsync(connection, $"savepoint analysts; set local lock_timeout = '{LongestWait}'; {sql}; set local lock_timeout = 0", cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await ProjectionGenerations.ExecuteAsync(connection, $"rollback to savepoint analysts; select platform.end_analysts_on('{view}'); {sql}", cancel);
        }
    }

    private static async Task<Dictionary<string, (string Columns, string Digest)>> MadeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select name, columns, digest from platform.analyst_view where to_regclass('analytics.' || quote_ident(name)) is not null", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var made = new Dictionary<string, (string, string)>();
        while (await reader.ReadAsync(cancel))
            made.Add(reader.GetString(0), (reader.GetString(1), reader.GetString(2)));
        return made;
    }

    private static async Task InTransactionAsync(NpgsqlDataSource pool, Func<NpgsqlConnection, Task> work, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await work(connection);
        await transaction.CommitAsync(cancel);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
