using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Api.Hosting;

namespace Platform.Tests;

/// <summary>
/// The PostgreSQL cluster that a test process works on: the one that <c>./platform test</c> started for all of them, otherwise one of
/// its own, stopped and removed when the process ends.
/// </summary>
public static partial class TestCluster
{
    // Any number that nothing else locks in the database postgres.
    private const long TemplateLock = 0x706c_6174_666f_726d;

    private static readonly Lazy<Task<string>> Cluster = new(StartAsync);

    /// <summary>The database postgres as superuser; starts the cluster on first use.</summary>
    public static Task<string> ConnectionStringAsync() => Cluster.Value;

    /// <summary>Another database of the cluster as superuser.</summary>
    public static async Task<string> ConnectionStringAsync(string database) =>
        new NpgsqlConnectionStringBuilder(await ConnectionStringAsync()) { Database = database }.ConnectionString;

    /// <summary>
    /// The name of a template database, for <see cref="TestDatabase.CreateAsync"/>. Made once a cluster, by whichever test process asks
    /// first; the others wait. When <paramref name="prepare"/> fails nothing stays, and the next one who asks tries again.
    /// </summary>
    /// <param name="name">Lower-case letters, digits and '_'.</param>
    /// <param name="prepare">
    /// Fills the new database, given its connection string as superuser. One prepare runs at a time in the whole cluster, so it may
    /// create roles, and mustn't ask for a template itself.
    /// </param>
    public static async Task<string> TemplateAsync(string name, Func<string, Task> prepare)
    {
        if (!Name().IsMatch(name))
            throw new ArgumentException($"'{name}' can't be the name of a template.", nameof(name));
        var database = $"template_{name}";

        await using var connection = new NpgsqlConnection(await ConnectionStringAsync());
        await connection.OpenAsync();
        if (await IsDoneAsync(connection, database))
            return database;

        await connection.RunAsync($"select pg_advisory_lock({TemplateLock})");
        try
        {
            if (!await IsDoneAsync(connection, database))
                await MakeAsync(connection, database, prepare);
        }
        finally
        {
            await connection.RunAsync($"select pg_advisory_unlock({TemplateLock})");
        }

        return database;
    }

    private static async Task MakeAsync(NpgsqlConnection connection, string database, Func<string, Task> prepare)
    {
        await connection.RunAsync($"drop database if exists {database} with (force)");
        await connection.RunAsync($"create database {database} template template0 encoding 'UTF8' locale 'C.UTF-8'");
        var connectionString = await ConnectionStringAsync(database);
        try
        {
            await prepare(connectionString);
        }
        finally
        {
            await using var pooled = new NpgsqlConnection(connectionString);
            NpgsqlConnection.ClearPool(pooled);
        }

        // A database that someone is connected to can't be copied.
        await connection.RunAsync($"alter database {database} with allow_connections false");
        await connection.RunAsync($"select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '{database}'");
        await connection.RunAsync($"alter database {database} with is_template true");
    }

    private static async Task<bool> IsDoneAsync(NpgsqlConnection connection, string database)
    {
        await using var command = new NpgsqlCommand("select 1 from pg_database where datistemplate and datname = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = database });
        return await command.ExecuteScalarAsync() is not null;
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(ThrowAwayCluster.Variable) is { Length: > 0 } given)
            return given;
        var own = await ThrowAwayCluster.StartAsync(NullLogger.Instance);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => own.DisposeAsync().AsTask().Wait();
        return own.ConnectionString;
    }

    [GeneratedRegex("^[a-z0-9_]{1,50}$")]
    private static partial Regex Name();
}
