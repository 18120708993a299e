using Npgsql;

namespace Platform.EventStore;

/// <summary>A way by which a tenant would come at what isn't its own.</summary>
/// <param name="Rule">Kebab case, e.g. <c>foreign-rows-read</c>.</param>
/// <param name="Subject">The table, view, function or role.</param>
/// <param name="Detail">A sentence; never what stands in a row.</param>
public sealed record IsolationGap(string Rule, string Subject, string Detail);

/// <param name="Tables">Tables with a tenant that were tried.</param>
/// <param name="TablesWithRows">Those of them in which the other tenant has rows: the others prove by their policies and by refused inserts alone.</param>
/// <param name="Attempts">Statements that were tried.</param>
/// <param name="Gaps">None: the tenants are apart.</param>
public sealed record TableProbeReport(int Tables, int TablesWithRows, int Attempts, IReadOnlyList<IsolationGap> Gaps);

/// <summary>
/// Tries whether row-level security keeps tenants apart, as the role that the application works as, on every table that the database has now. Each statement is rolled back.
/// </summary>
/// <param name="app">Connections as that role.</param>
/// <param name="projections">Which read models show rows of the platform's own tenant.</param>
public sealed class TableProbe(NpgsqlDataSource app, IEnumerable<Projection> projections)
{
    // A lock or a busy machine that is in the way for a moment is nothing about isolation.
    private const int Tries = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private const string TablesSql = """
        select n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname), c.relrowsecurity,
               exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped),
               has_table_privilege(c.oid, 'select') or has_table_privilege(c.oid, 'insert') or has_table_privilege(c.oid, 'update') or has_table_privilege(c.oid, 'delete')
                   or has_any_column_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'insert') or has_any_column_privilege(c.oid, 'update'),
               pg_has_role(c.relowner, 'member'),
               array(select p.polname::text from pg_policy p
                     where p.polrelid = c.oid and p.polpermissive and (0 = any (p.polroles) or exists (select from unnest(p.polroles) r where r <> 0 and pg_has_role(r, 'usage')))
                       and not (coalesce(pg_get_expr(p.polqual, c.oid), 'platform.tenant') like '%platform.tenant%'
                                and coalesce(pg_get_expr(p.polwithcheck, c.oid), 'platform.tenant') like '%platform.tenant%'))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
        order by 1
        """;

    // A function of a read model bears the version of the model's code.
    private const string OthersSql = """
        select 'owners-view', n.nspname || '.' || c.relname, 'The view asks with the rights of its owner, past every policy.'
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'v' and n.nspname not in ('pg_catalog', 'information_schema') and has_table_privilege(c.oid, 'select')
          and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
        union all
        select 'unguarded-relation', n.nspname || '.' || c.relname, 'Row-level security has no hold on relations of this kind, and the application may read it.'
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('m', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and has_table_privilege(c.oid, 'select')
        union all
        select distinct 'owners-function', n.nspname || '.' || p.proname, 'The function runs with the rights of its owner, past every policy, and isn''t declared.'
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.prosecdef and p.prorettype <> 'trigger'::regtype and n.nspname not in ('pg_catalog', 'information_schema') and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
          and n.nspname || '.' || regexp_replace(p.proname, '_v[0-9]+$', '') <> all ($1)
        union all
        select 'mighty-role', r.rolname::text, 'The role that the application works as passes over row-level security.'
        from pg_roles r where r.rolname = current_user and (r.rolsuper or r.rolbypassrls)
        """;

    private sealed record Table(string Name, string Quoted, bool IsGuarded, bool HasTenant, bool IsReached, bool IsOwned, string[] LaxPolicies);

    /// <summary>Tries everything.</summary>
    /// <param name="own">The tenant that tries.</param>
    /// <param name="foreign">The tenant whose rows must stay out of reach; it should have some.</param>
    /// <param name="cancel">Stops between statements.</param>
    public async Task<TableProbeReport> RunAsync(string own, string foreign, CancellationToken cancel = default)
    {
        await using var connection = await app.OpenConnectionAsync(cancel);
        var gaps = new List<IsolationGap>();
        var tables = await TablesAsync(connection, cancel);
        gaps.AddRange(await OthersAsync(connection, cancel));
        gaps.AddRange(tables.SelectMany(Declaration));
        var (tried, withRows, attempts) = (0, 0, 0);
        foreach (var table in tables.Where(t => t.HasTenant))
        {
            tried++;
            withRows += await SeesAsync(connection, foreign, $"select exists (select from {table.Quoted} where tenant_id = $1)", [foreign], cancel) is "true" ? 1 : 0;
            foreach (var (rule, tenant, sql, values, isRefused) in Attempts(table, own, foreign))
            {
                attempts++;
                if (await SeesAsync(connection, tenant, sql, values, cancel) is var outcome && !isRefused(outcome))
                    gaps.Add(new IsolationGap(rule, table.Name, outcome is "true" ? "It worked." : $"It wasn't refused as it should be: {outcome}."));
            }
        }
        return new TableProbeReport(tried, withRows, attempts, gaps);
    }

    private static IEnumerable<IsolationGap> Declaration(Table table)
    {
        if (!table.HasTenant && !Declared.GlobalTables.ContainsKey(table.Name))
            yield return new IsolationGap("table-without-tenant", table.Name, "The table has no column tenant_id and isn't declared to be global.");
        if (table.IsOwned)
            yield return new IsolationGap("owned-table", table.Name, "The role that the application works as owns the table, so its policies don't bind it.");
        if (table is { HasTenant: true, IsReached: true, IsGuarded: false })
            yield return new IsolationGap("row-security-off", table.Name, "Row-level security is off, and the application may reach the table.");
        foreach (var policy in table.HasTenant && table.IsReached ? table.LaxPolicies : [])
            yield return new IsolationGap("lax-policy", table.Name, $"The policy {policy} lets the application at rows whatever the transaction's tenant is.");
    }

    // The platform's rows of some models are for all, or show a tenant itself.
    private IEnumerable<(string Rule, string Tenant, string Sql, string[] Values, Func<string, bool> IsRefused)> Attempts(Table table, string own, string foreign)
    {
        var shows = projections.Any(p => table.Name.StartsWith($"read.{p.Name}_", StringComparison.Ordinal) && (p.Table.PlatformRowsForAll || p.Analysts?.AboutTenant is not null));
        string[] mine = shows ? [own, DocumentStore.PlatformTenant] : [own];
        const string refused = PostgresErrorCodes.InsufficientPrivilege;
        yield return ("foreign-rows-read", own, $"select exists (select from {table.Quoted} where tenant_id = $1)", [foreign], o => o is "false" or refused);
        yield return ("foreign-rows-read", own, $"select exists (select from {table.Quoted} where tenant_id <> all ($1))", mine, o => o is "false" or refused);
        yield return ("rows-read-without-tenant", "", $"select exists (select from {table.Quoted})", [], o => o is "false" or refused);
        yield return ("foreign-rows-changed", own, $"with changed as (update {table.Quoted} set tenant_id = tenant_id where tenant_id = $1 returning 1) select exists (select from changed)", [foreign], o => o is "false" or refused);
        yield return ("foreign-rows-removed", own, $"with removed as (delete from {table.Quoted} where tenant_id = $1 returning 1) select exists (select from removed)", [foreign], o => o is "false" or refused);
        // A policy is asked before any constraint: whatever else stands in the way of such a row, it would not in the way of a better made one.
        yield return ("foreign-row-added", own, $"with added as (insert into {table.Quoted} (tenant_id) values ($1) returning 1) select exists (select from added)", [foreign], o => o is refused);
    }

    private static async Task<IReadOnlyList<Table>> TablesAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(TablesSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var tables = new List<Table>();
        while (await reader.ReadAsync(cancel))
            tables.Add(new Table(
                reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3), reader.GetBoolean(4), reader.GetBoolean(5), reader.GetFieldValue<string[]>(6)));
        return tables;
    }

    private static async Task<IReadOnlyList<IsolationGap>> OthersAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(OthersSql, connection) { Parameters = { new() { Value = Declared.OwnersFunctions.Keys.ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var gaps = new List<IsolationGap>();
        while (await reader.ReadAsync(cancel))
            gaps.Add(new IsolationGap(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return gaps;
    }

    // "true", "false", or the SQL state of the refusal.
    private static async Task<string> SeesAsync(NpgsqlConnection connection, string tenant, string sql, string[] values, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var outcome = await TryAsync(connection, tenant, sql, values, cancel);
            if (tries == Tries || outcome is not (PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure))
                return outcome;
            await Task.Delay(TimeSpan.FromMilliseconds(200 * tries), cancel);
        }
    }

    private static async Task<string> TryAsync(NpgsqlConnection connection, string tenant, string sql, string[] values, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new("select set_config('platform.tenant', $1, true), set_config('statement_timeout', $2, true), set_config('lock_timeout', '1s', true)")
        { Parameters = { new() { Value = tenant }, new() { Value = $"{Longest.TotalMilliseconds:0}ms" } } });
        var statement = new NpgsqlBatchCommand(sql);
        if (values.Length > 0)
            statement.Parameters.Add(new() { Value = sql.Contains("all ($1)", StringComparison.Ordinal) ? values : values[0] });
        batch.BatchCommands.Add(statement);
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            return await reader.ReadAsync(cancel) && reader.GetBoolean(0) ? "true" : "false";
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}
