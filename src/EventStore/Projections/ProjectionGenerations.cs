using Npgsql;
using NpgsqlTypes;

namespace Platform.EventStore;

/// <summary>One generation of a projection's model.</summary>
/// <param name="Number">Suffix of the physical table.</param>
/// <param name="Version">Version of the code that writes it.</param>
/// <param name="State"><c>building</c>, <c>live</c>, <c>failed</c>, <c>retired</c> or <c>dropped</c>.</param>
/// <param name="Position">Next log index to read.</param>
/// <param name="Revision">Moves when rows are replaced beneath the process that follows.</param>
/// <param name="TenantId">Being built for one tenant's rows only; null: for all.</param>
public sealed record Generation(int Number, int Version, string State, long Position, int Revision = 0, string? TenantId = null)
{
    internal bool IsLive => State is "live" or "failed";

    public static string TableOf(Projection projection, int generation) => $"{projection.Name}_{generation}";

    /// <summary>Tables of a generation: its rows, and their sums where it has such.</summary>
    internal static IEnumerable<(string Name, string Table, ReadTable Shape)> TablesOf(Projection projection, int generation)
    {
        yield return (projection.Name, TableOf(projection, generation), projection.Table);
        if (projection.SumTable is { } sums)
            yield return (sums.Name, $"{sums.Name}_{generation}", sums.Table);
    }
}

/// <summary>Which tables stand behind a projection's views: made once, swapped in one transaction.</summary>
internal static class ProjectionGenerations
{
    /// <summary>
    /// The generation that readers of this code's version see; made if the projection has none of any version. Null: there are others only, and this
    /// one is to be built beside them.
    /// </summary>
    public static async Task<Generation?> EnsureLiveAsync(DocumentStore store, Projection projection, CancellationToken cancel)
    {
        var pool = store.Options.Database.Projections;
        if (await LiveAsync(pool, projection, cancel) is { } live)
            return live;
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, projection, cancel);
        var all = await AllAsync(connection, projection.Name, cancel);
        if (all.Find(g => g.IsLive && g.Version == projection.Version) is { } made)
            return made;
        if (all.Exists(g => g.IsLive))
            return null;
        var number = all.Select(g => g.Number).DefaultIfEmpty().Max() + 1;
        await CreateTableAsync(connection, projection, number, "live", null, cancel);
        await ExecuteAsync(connection, projection.Table.IndexSql("read", Generation.TableOf(projection, number)), cancel);
        await ExposeAsync(connection, store.Names, projection, number, isNewest: true, cancel);
        await transaction.CommitAsync(cancel);
        return new Generation(number, projection.Version, "live", 0);
    }

    /// <summary>
    /// Gives readers of this code's version something to read: its own live generation, or until there is one, the newest older one if that has all of the
    /// columns. False: neither is there.
    /// </summary>
    public static async Task<bool> EnsureReadableAsync(DocumentStore store, Projection projection, CancellationToken cancel)
    {
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, projection, cancel);
        var live = (await AllAsync(connection, projection.Name, cancel)).Where(g => g.IsLive).ToList();
        var shown = live.Where(g => g.Version <= projection.Version).MaxBy(g => g.Version);
        if (shown is null)
            return false;
        foreach (var (_, table, shape) in Generation.TablesOf(projection, shown.Number))
            if (shape.AllNames.Except((await ColumnsAsync(connection, table, cancel)).Select(c => c.Name)).Any())
                return false;
        await ExposeAsync(connection, store.Names, projection, shown.Number, isNewest: live.TrueForAll(g => g.Version <= projection.Version), cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>A generation to rebuild into: the one that an interrupted rebuild left, or a new one.</summary>
    public static async Task<Generation> EnsureBuildingAsync(NpgsqlDataSource pool, Projection projection, string? tenantId, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, projection, cancel);
        var all = await AllAsync(connection, projection.Name, cancel);
        if (all.Find(g => g.State == "building" && g.Version == projection.Version && g.TenantId == tenantId) is { } unfinished)
            return unfinished;
        // Not those of newer code: what stands against a version that wasn't put in place is told from there.
        foreach (var old in all.Where(g => g.State == "retired" && g.Version <= projection.Version))
            await DropTableAsync(connection, projection, old.Number, "", cancel);
        var number = all.Select(g => g.Number).DefaultIfEmpty().Max() + 1;
        await CreateTableAsync(connection, projection, number, "building", tenantId, cancel);
        await transaction.CommitAsync(cancel);
        return new Generation(number, projection.Version, "building", 0, TenantId: tenantId);
    }

    /// <summary>Key and indexes of a table that was filled without them; nothing where they are there.</summary>
    public static async Task EnsureIndexedAsync(NpgsqlDataSource pool, Projection projection, int generation, CancellationToken cancel)
    {
        var table = Generation.TableOf(projection, generation);
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var find = new NpgsqlCommand($"select exists (select from pg_index where indrelid = 'read.{table}'::regclass and indisprimary)", connection);
        if (await find.ExecuteScalarAsync(cancel) is true)
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, $"set local maintenance_work_mem = '256MB'; {projection.Table.IndexSql("read", table)} {string.Concat(Generation.TablesOf(projection, generation).Select(own => $"analyze read.{own.Table};"))}", cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Puts a finished generation behind the views, within the caller's transaction; the one before is kept until the next rebuild or a drop.</summary>
    public static async Task SwapAsync(NpgsqlConnection connection, ReadNames names, Projection projection, int generation, CancellationToken cancel)
    {
        await ExecuteAsync(connection, $"""
            update platform.projection set state = 'retired', error = null
            where name = '{projection.Name}' and state in ('live', 'failed'){(projection.Lifecycle == ProjectionLifecycle.Inline ? "" : $" and version = {projection.Version}")};
            update platform.projection set state = 'live' where name = '{projection.Name}' and generation = {generation}
            """, cancel);
        var isNewest = !(await AllAsync(connection, projection.Name, cancel)).Exists(g => g.IsLive && g.Version > projection.Version);
        await ExposeAsync(connection, names, projection, generation, isNewest, cancel);
    }

    /// <summary>Gives up a generation that was built but isn't wanted, within the caller's transaction; its table goes with the next rebuild.</summary>
    public static Task DiscardAsync(NpgsqlConnection connection, Projection projection, int generation, CancellationToken cancel) =>
        ExecuteAsync(connection, $"update platform.projection set state = 'retired' where name = '{projection.Name}' and generation = {generation}", cancel);

    /// <summary>Drops a generation that no node's code reads any more: a retired one, one left half built, or a live one of an older version. One that is gone: nothing.</summary>
    /// <exception cref="InvalidOperationException">It is the newest live one.</exception>
    public static async Task DropAsync(DocumentStore store, Projection projection, int generation, CancellationToken cancel)
    {
        await using var connection = await store.Options.Database.Projections.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, projection, cancel);
        var all = await AllAsync(connection, projection.Name, cancel);
        if (all.Find(g => g.Number == generation) is not { State: not "dropped" } dropped)
            return;
        if (dropped.IsLive && !all.Exists(g => g.IsLive && g.Version > dropped.Version))
            throw new InvalidOperationException($"Generation {generation} of {projection.Name} is what readers see.");
        if (dropped.IsLive)
            await DropViewAsync(connection, projection, dropped.Version, cancel);
        // With what stands in on it for a version that isn't built yet.
        await DropTableAsync(connection, projection, generation, "cascade", cancel);
        await transaction.CommitAsync(cancel);
    }

    public static async Task<Generation?> LiveAsync(NpgsqlDataSource pool, Projection projection, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        return (await AllAsync(connection, projection.Name, cancel)).Find(g => g.IsLive && g.Version == projection.Version);
    }

    /// <summary>The live generation of the newest version that there is; null: none is live.</summary>
    public static async Task<Generation?> NewestLiveAsync(NpgsqlDataSource pool, string name, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        return (await AllAsync(connection, name, cancel)).Where(g => g.IsLive).MaxBy(g => g.Version);
    }

    /// <summary>A generation as it stands now; null if there is none of that number.</summary>
    public static async Task<Generation?> FindAsync(NpgsqlDataSource pool, string name, int number, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        return (await AllAsync(connection, name, cancel)).Find(g => g.Number == number);
    }

    /// <summary>The generation that readers of the projection's version see, which stands still until the caller's transaction ends; null: there is none yet.</summary>
    public static async Task<Generation?> LockLiveAsync(NpgsqlConnection connection, Projection projection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select 1 from platform.projection where name = $1 and version = $2 and state in ('live', 'failed') for update", connection)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = projection.Version } },
        };
        await command.ExecuteNonQueryAsync(cancel);
        return (await AllAsync(connection, projection.Name, cancel)).Find(g => g.IsLive && g.Version == projection.Version);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    public static Task LockAsync(NpgsqlConnection connection, Projection projection, CancellationToken cancel) =>
        ExecuteAsync(connection, $"select pg_advisory_xact_lock(hashtextextended('projection/{projection.Name}', 0))", cancel);

    private static async Task CreateTableAsync(NpgsqlConnection connection, Projection projection, int generation, string state, string? tenantId, CancellationToken cancel)
    {
        var table = Generation.TableOf(projection, generation);
        await ExecuteAsync(connection, projection.Table.CreateSql("read", table), cancel);
        // Differences are added by key from the first on, and there are few rows.
        if (projection.SumTable is { } sums)
            await ExecuteAsync(connection, $"{sums.Table.CreateSql("read", $"{sums.Name}_{generation}")} {sums.Table.IndexSql("read", $"{sums.Name}_{generation}")}", cancel);
        if (projection.Lifecycle == ProjectionLifecycle.Inline)
            await ExecuteAsync(connection, $"grant insert, update, delete on read.{table} to platform_app", cancel);
        await using var insert = new NpgsqlCommand("""
            insert into platform.projection (name, generation, version, state, position, for_tenant, updated_at) values ($1, $2, $3, $4, 0, $5, clock_timestamp())
            """, connection)
        {
            Parameters =
            {
                new() { Value = projection.Name }, new() { Value = generation }, new() { Value = projection.Version }, new() { Value = state },
                new() { Value = (object?)tenantId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar },
            },
        };
        await insert.ExecuteNonQueryAsync(cancel);
    }

    private static Task DropTableAsync(NpgsqlConnection connection, Projection projection, int generation, string mode, CancellationToken cancel) => ExecuteAsync(connection, $"""
        {string.Concat(Generation.TablesOf(projection, generation).Select(own => $"drop table if exists read.{own.Table} {mode};\n"))}
        delete from platform.parked_event where projection = '{projection.Name}' and generation = {generation};
        delete from platform.build_progress where projection = '{projection.Name}' and generation = {generation};
        update platform.projection set state = 'dropped', error = null where name = '{projection.Name}' and generation = {generation};
        delete from platform.projection p where p.name = '{projection.Name}' and p.state = 'dropped'
            and p.generation < (select max(n.generation) from platform.projection n where n.name = '{projection.Name}')
        """, cancel);

    private static Task DropViewAsync(NpgsqlConnection connection, Projection projection, int version, CancellationToken cancel) => ExecuteAsync(connection, $"""
        {string.Concat(Generation.TablesOf(projection, 0).Select(own => $"drop view if exists read.{own.Name}_v{version};\n"))}
        do $$
        declare f regprocedure;
        begin
            for f in select p.oid from pg_proc p where p.pronamespace = 'read'::regnamespace
                     and p.proname in ({string.Join(", ", ReadNames.FunctionsOf(projection).Select(name => $"'{name}_v{version}'").Append("''"))}) loop
                execute 'drop function ' || f;
            end loop;
        end $$
        """, cancel);

    // A view that keeps its columns keeps its identity: those who read it, and views upon it, notice nothing.
    private static async Task ExposeAsync(NpgsqlConnection connection, ReadNames names, Projection projection, int generation, bool isNewest, CancellationToken cancel)
    {
        // First, while nobody waits for the view of the application: an analyst's statement may be in the way.
        if (isNewest)
            await AnalystViews.ExposeAsync(connection, projection, generation, cancel);
        foreach (var (name, table, _) in Generation.TablesOf(projection, generation))
        {
            var columns = await ColumnsAsync(connection, table, cancel);
            foreach (var view in isNewest ? [$"{name}_v{projection.Version}", name] : new[] { $"{name}_v{projection.Version}" })
            {
                var shown = await ColumnsAsync(connection, view, cancel);
                await ExecuteAsync(connection, $"""
                    {(shown.Count == 0 || shown.SequenceEqual(columns) ? "" : $"drop view read.{view};")}
                    create or replace view read.{view} with (security_invoker = true) as select * from read.{table};
                    grant select{(projection.Lifecycle == ProjectionLifecycle.Inline ? ", insert, update, delete" : "")} on read.{view} to platform_app;
                    """, cancel);
            }
        }
        if (projection.Functions is { } functions)
            await ExecuteAsync(connection, names.In(functions), cancel);
    }

    private static async Task<List<(string Name, string Type)>> ColumnsAsync(NpgsqlConnection connection, string relation, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            select attname::text, format_type(atttypid, atttypmod) from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum
            """, connection)
        {
            Parameters = { new() { Value = $"read.{relation}" } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var columns = new List<(string, string)>();
        while (await reader.ReadAsync(cancel))
            columns.Add((reader.GetString(0), reader.GetString(1)));
        return columns;
    }

    private static async Task<List<Generation>> AllAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select generation, version, state, position, revision, for_tenant from platform.projection where name = $1 order by generation", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<Generation>();
        while (await reader.ReadAsync(cancel))
            all.Add(new Generation(reader.GetInt32(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetString(5)));
        return all;
    }
}
