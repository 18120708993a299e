using Npgsql;

namespace Platform.EventStore;

/// <summary>One connection string a role. A process opens only the roles it works in; those of the others may be empty.</summary>
/// <param name="Owner">May migrate: owns the schemas and may create roles.</param>
/// <param name="App">Works as <c>platform_app</c>: row-level security confines it to the tenant of each transaction.</param>
/// <param name="Sequencer">Works as <c>platform_sequencer</c>.</param>
/// <param name="Projections">Works as <c>platform_projections</c>.</param>
/// <param name="Auditor">Works as <c>platform_auditor</c>: reads everything the chain is made of.</param>
public sealed record DatabaseConnections(string Owner, string App, string Sequencer, string Projections, string Auditor)
{
    /// <summary>All roles through one login that is a member of each: the session starts in the role.</summary>
    public static DatabaseConnections Through(string login) => new(
        login, As(login, "platform_app"), As(login, "platform_sequencer"), As(login, "platform_projections"), As(login, "platform_auditor"));

    private static string As(string login, string role)
    {
        var builder = new NpgsqlConnectionStringBuilder(login);
        builder.Options = $"{builder.Options} -c role={role}".Trim();
        return builder.ConnectionString;
    }
}

/// <summary>
/// The connection pools of one shard, opened when first used. A connection string that says <c>Maximum Pool Size</c> is believed; else requests have up to 100 connections,
/// and all else together 52 and four a processor, however many read models there are.
/// </summary>
/// <param name="connections">As whom.</param>
/// <param name="patience">How long a statement may take where nothing else is said, neither by the connection nor by who sends it; null: as long as one of a request, 30 s.</param>
public sealed class Database(DatabaseConnections connections, TimeSpan? patience = null) : IAsyncDisposable
{
    // A build reads and writes by several connections, as many as there are processors; followers take turns.
    private static readonly int MostForProjections = 16 + 4 * Environment.ProcessorCount;

    private const string ProjectionsOptions = "-c enable_seqscan=off -c synchronous_commit=off -c idle_in_transaction_session_timeout=15s";

    private readonly Lazy<NpgsqlDataSource> _owner = Pool(connections.Owner, "owner", patience, most: 8);
    private readonly Lazy<NpgsqlDataSource> _app = Pool(connections.App, "app", patience, most: 100);
    private readonly Lazy<NpgsqlDataSource> _sequencer = Pool(connections.Sequencer, "sequencer", patience, most: 8);
    // A model and its progress are one transaction, and follow a log that is on disk already: what a crash takes of both is followed again.
    // A process that is stopped between two statements of a transaction must not hold up those who follow: the server ends its session.
    private readonly Lazy<NpgsqlDataSource> _projections = Pool(connections.Projections, "projections", patience, MostForProjections, ProjectionsOptions, readBuffer: 1 << 16);
    // Whoever writes under a lease renews it meanwhile: a pool of their own, for those who hold a connection mustn't wait for another of the same.
    private readonly Lazy<NpgsqlDataSource> _leases = Pool(connections.Projections, "leases", patience, most: 8, ProjectionsOptions);
    private readonly Lazy<NpgsqlDataSource> _auditor = Pool(connections.Auditor, "auditor", patience, most: 12);

    /// <summary>Application name of connections that listen to other processes' signals.</summary>
    internal const string ListenerName = "platform-signals";

    /// <summary>A connection outside of the pools, to listen on for as long as the process lives.</summary>
    internal NpgsqlConnection NewListener() =>
        new(new NpgsqlConnectionStringBuilder(connections.App) { ApplicationName = ListenerName, Pooling = false, KeepAlive = 10 }.ConnectionString);

    public NpgsqlDataSource Owner => _owner.Value;
    public NpgsqlDataSource App => _app.Value;
    public NpgsqlDataSource Sequencer => _sequencer.Value;
    public NpgsqlDataSource Projections => _projections.Value;
    public NpgsqlDataSource Auditor => _auditor.Value;

    /// <summary>As <see cref="Projections"/>, for statements about leases: none of them waits for anything but another one's lease, and that for half a second at most.</summary>
    internal NpgsqlDataSource Leases => _leases.Value;

    // Sessions hold no state of their own (the tenant is SET LOCAL), so returned connections need no reset and keep their prepared plans.
    private static Lazy<NpgsqlDataSource> Pool(string connectionString, string name, TimeSpan? patience, int most, string? options = null, int readBuffer = 8192) => new(() =>
    {
        if (connectionString.Length == 0)
            throw new InvalidOperationException($"This process has no connection string for the role {name}.");
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = $"platform-{name}",
            NoResetOnClose = true,
            // What a burst took goes back soon: other nodes share the server.
            ConnectionIdleLifetime = given.ShouldSerialize("Connection Idle Lifetime") ? given.ConnectionIdleLifetime : 60,
            MaxPoolSize = given.ShouldSerialize("Maximum Pool Size") ? given.MaxPoolSize : most,
            ReadBufferSize = readBuffer,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = true,
            CommandTimeout = patience is { } longest && !given.ShouldSerialize("Command Timeout") ? (int)longest.TotalSeconds : given.CommandTimeout,
            Options = $"{given.Options} {options}".Trim(),
        };
        // By its name metrics tell it apart: else by its connection string.
        return new NpgsqlDataSourceBuilder(builder.ConnectionString) { Name = name }.Build();
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in new[] { _owner, _app, _sequencer, _projections, _leases, _auditor })
            if (pool.IsValueCreated)
                await pool.Value.DisposeAsync();
    }
}
