using Npgsql;

namespace Platform.EventStore;

/// <summary>One generation of a projection's model.</summary>
/// <param name="Number">Suffix of the physical table.</param>
/// <param name="Version">Version of the code that writes it.</param>
/// <param name="State"><c>building</c>, <c>live</c>, <c>failed</c> or <c>retired</c>.</param>
/// <param name="Position">Next log index to read.</param>
public sealed record Generation(int Number, int Version, string State, long Position)
{
    public static string TableOf(Projection projection, int generation) => $"{projection.Name}_{generation}";
}

/// <summary>Which tables stand behind a projection's view: made once, swapped in one transaction.</summary>
internal static class ProjectionGenerations
{
    /// <summary>The generation that readers see, made if there is none.</summary>
    public static async Task<Generation> EnsureLiveAsync(NpgsqlDataSource pool, Projection projection, CancellationToken cancel)
    {
        if (await LiveAsync(pool, projection.Name, cancel) is { } live)
            return live;
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, projection, cancel);
        if (await LiveAsync(pool, projection.Name, cancel) is { } made)
            return made;
        await CreateTableAsync(connection, projection, 1, "live", cancel);
        await ExposeAsync(connection, projection, 1, cancel);
        await transaction.CommitAsync(cancel);
        return new Generation(1, projection.Version, "live", 0);
    }

    /// <summary>A generation to rebuild into: the one that an interrupted rebuild left, or a new one.</summary>
    public static async Task<Generation> EnsureBuildingAsync(NpgsqlDataSource pool, Projection projection, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAsync(connection, projection, cancel);
        var all = await AllAsync(connection, projection.Name, cancel);
        if (all.Find(g => g.State == "building" && g.Version == projection.Version) is { } unfinished)
            return unfinished;
        foreach (var old in all.Where(g => g.State is "building" or "retired"))
            await ExecuteAsync(connection, $"drop table if exists read.{Generation.TableOf(projection, old.Number)}", cancel);
        await ExecuteAsync(connection, $"update platform.projection set state = 'retired' where name = '{projection.Name}' and state = 'building'", cancel);
        var number = all.Max(g => g.Number) + 1;
        await CreateTableAsync(connection, projection, number, "building", cancel);
        await transaction.CommitAsync(cancel);
        return new Generation(number, projection.Version, "building", 0);
    }

    /// <summary>Puts a finished generation behind the view, within the caller's transaction.</summary>
    public static async Task SwapAsync(NpgsqlConnection connection, Projection projection, int generation, CancellationToken cancel)
    {
        await ExecuteAsync(connection, $"update platform.projection set state = 'retired', error = null where name = '{projection.Name}' and state in ('live', 'failed')", cancel);
        await ExecuteAsync(connection, $"update platform.projection set state = 'live' where name = '{projection.Name}' and generation = {generation}", cancel);
        await ExposeAsync(connection, projection, generation, cancel);
    }

    /// <summary>Gives up a generation that was built but isn't wanted, within the caller's transaction; its table goes with the next rebuild.</summary>
    public static Task DiscardAsync(NpgsqlConnection connection, Projection projection, int generation, CancellationToken cancel) =>
        ExecuteAsync(connection, $"update platform.projection set state = 'retired' where name = '{projection.Name}' and generation = {generation}", cancel);

    public static async Task<Generation?> LiveAsync(NpgsqlDataSource pool, string name, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        return (await AllAsync(connection, name, cancel)).Find(g => g.State is "live" or "failed");
    }

    /// <summary>A generation as it stands now; null if there is none of that number.</summary>
    public static async Task<Generation?> FindAsync(NpgsqlDataSource pool, string name, int number, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        return (await AllAsync(connection, name, cancel)).Find(g => g.Number == number);
    }

    /// <summary>The generation that readers see, which stands still until the caller's transaction ends.</summary>
    public static async Task<Generation> LockLiveAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select 1 from platform.projection where name = $1 and state in ('live', 'failed') for update", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await command.ExecuteNonQueryAsync(cancel);
        return (await AllAsync(connection, name, cancel)).Find(g => g.State is "live" or "failed")!;
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    public static Task LockAsync(NpgsqlConnection connection, Projection projection, CancellationToken cancel) =>
        ExecuteAsync(connection, $"select pg_advisory_xact_lock(hashtextextended('projection/{projection.Name}', 0))", cancel);

    private static async Task CreateTableAsync(NpgsqlConnection connection, Projection projection, int generation, string state, CancellationToken cancel)
    {
        var table = Generation.TableOf(projection, generation);
        await ExecuteAsync(connection, projection.Table.CreateSql("read", table), cancel);
        if (projection.Lifecycle == ProjectionLifecycle.Inline)
            await ExecuteAsync(connection, $"grant insert, update, delete on read.{table} to platform_app", cancel);
        await using var insert = new NpgsqlCommand("""
            insert into platform.projection (name, generation, version, state, position, updated_at) values ($1, $2, $3, $4, 0, clock_timestamp())
            """, connection)
        {
            Parameters = { new() { Value = projection.Name }, new() { Value = generation }, new() { Value = projection.Version }, new() { Value = state } },
        };
        await insert.ExecuteNonQueryAsync(cancel);
    }

    private static async Task ExposeAsync(NpgsqlConnection connection, Projection projection, int generation, CancellationToken cancel)
    {
        // First, while nobody waits for the view of the application: an analyst's statement may be in the way.
        await AnalystViews.ExposeAsync(connection, projection, generation, cancel);
        await ExecuteAsync(connection, $"""
            drop view if exists read.{projection.Name};
            create view read.{projection.Name} with (security_invoker = true) as select * from read.{Generation.TableOf(projection, generation)};
            grant select{(projection.Lifecycle == ProjectionLifecycle.Inline ? ", insert, update, delete" : "")} on read.{projection.Name} to platform_app;
            {projection.Functions}
            """, cancel);
    }

    private static async Task<List<Generation>> AllAsync(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select generation, version, state, position from platform.projection where name = $1 order by generation", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<Generation>();
        while (await reader.ReadAsync(cancel))
            all.Add(new Generation(reader.GetInt32(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt64(3)));
        return all;
    }
}
