using Npgsql;
using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>
/// The database that a verb works on, migrated: the embedded cluster of a data directory, or the one that
/// <c>ConnectionStrings__Platform</c> (or <c>ConnectionStrings__PlatformApp</c>, <c>...Owner</c>, ... one a role) names.
/// </summary>
public sealed class Instance : IAsyncDisposable
{
    private static readonly string[] Logins = ["platform_app", "platform_sequencer", "platform_projections", "platform_auditor"];
    private readonly EmbeddedPostgres? _cluster;

    private Instance(string data, EmbeddedPostgres? cluster, DatabaseConnections connections) => (DataDirectory, _cluster, Connections) = (data, cluster, connections);

    public string DataDirectory { get; }
    public DatabaseConnections Connections { get; }

    /// <param name="data">Data directory; made if it isn't there.</param>
    /// <param name="own">Start the cluster, and again whenever it ends by itself, or fail; false: use another process's where one runs.</param>
    /// <param name="logger">For what the cluster has to say.</param>
    /// <param name="cancel">Stops the start.</param>
    public static async Task<Instance> OpenAsync(string data, bool own, ILogger logger, CancellationToken cancel)
    {
        var root = Path.GetFullPath(data);
        if (ConnectionsFromEnvironment() is { } connections)
        {
            Directory.CreateDirectory(root);
            if (connections.Owner.Length > 0)
                await PrepareAsync(connections.Owner, own, _ => null, cancel);
            return new Instance(root, null, connections);
        }

        if (!own && !File.Exists(Path.Combine(root, "postgres", "PG_VERSION")))
            throw new EmbeddedPostgresException($"There is no instance in {root}. Start one with ./platform run, or name another directory with --data DIR.");
        var cluster = own
            ? await EmbeddedPostgres.StartAsync(root, new EmbeddedPostgresOptions { Restart = true }, logger, cancel)
            : await EmbeddedPostgres.OpenAsync(root, new EmbeddedPostgresOptions(), logger, cancel);
        try
        {
            await PrepareAsync(cluster.OwnerConnectionString, own, cluster.Secret, cancel);
            return new Instance(root, cluster, new DatabaseConnections(
                cluster.OwnerConnectionString, As(cluster, Logins[0]), As(cluster, Logins[1]), As(cluster, Logins[2]), As(cluster, Logins[3])));
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    // One login for everything, or one a role, of which a node needs only those that it works in; migrations run where the owner is given.
    private static DatabaseConnections? ConnectionsFromEnvironment()
    {
        var login = Given("");
        var (owner, app, sequencer, projections, auditor) = (Given("Owner"), Given("App"), Given("Sequencer"), Given("Projections"), Given("Auditor"));
        if (login is null)
            return (owner ?? app ?? sequencer ?? projections ?? auditor) is null ? null
                : new DatabaseConnections(owner ?? "", app ?? "", sequencer ?? "", projections ?? "", auditor ?? "");
        var through = DatabaseConnections.Through(login);
        return new DatabaseConnections(owner ?? login, app ?? through.App, sequencer ?? through.Sequencer, projections ?? through.Projections, auditor ?? through.Auditor);
    }

    private static string? Given(string role) => Environment.GetEnvironmentVariable($"ConnectionStrings__Platform{role}") is { Length: > 0 } given ? given : null;

    private static string As(EmbeddedPostgres cluster, string role) =>
        new NpgsqlConnectionStringBuilder(cluster.OwnerConnectionString) { Username = role, Password = cluster.Secret(role) }.ConnectionString;

    // Only the one who runs the instance changes its schema: a verb of another version must not, under a server that is running.
    private static async Task PrepareAsync(string owner, bool own, Func<string, string?> password, CancellationToken cancel)
    {
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(owner) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        var origin = Environment.GetEnvironmentVariable("Platform__LogName") is { Length: > 0 } named ? named : $"platform.local/{Sites.TenantEndpoints.NewId()}";
        if (own)
            await Migrator.MigrateAsync(pool, origin, cancel);
        else if (await Migrator.FindPendingAsync(pool, cancel) is { Count: > 0 } pending)
            throw new EmbeddedPostgresException($"The database lacks {pending.Count} migrations of this version ({pending[0]}...). Start ./platform run of this version first.");
        foreach (var role in Logins)
            if (password(role) is { } secret)
                await AllowLoginAsync(pool, role, secret, cancel);
    }

    // In the embedded cluster each part of the platform logs in as its own role, so that none can become another.
    private static async Task AllowLoginAsync(NpgsqlDataSource pool, string role, string secret, CancellationToken cancel)
    {
        await using var connection = await pool.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = new NpgsqlCommand($"""
            do $$ begin
                perform pg_advisory_xact_lock(hashtextextended('platform/logins', 0));
                if not (select rolcanlogin from pg_roles where rolname = '{role}') then
                    alter role {role} login password '{secret}';
                end if;
            end $$
            """, connection);
        await command.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }
}
