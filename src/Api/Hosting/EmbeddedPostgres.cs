using Microsoft.Extensions.Logging;

namespace Platform.Api.Hosting;

/// <summary>
/// A private PostgreSQL cluster in a directory, listening on 127.0.0.1 only. One process at a time owns it: starts it, and stops it on
/// dispose or, through the kernel, when that process dies. Other processes may use it while it's up.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TaskCompletionSource<int> Never = new();

    private readonly ClusterDirectory directory;
    private readonly ClusterLock? ownership;
    private readonly ServerProcess? server;
    private readonly ServerSupervision? supervision;

    private EmbeddedPostgres(
        ClusterDirectory directory, int port, ClusterLock? ownership = null, ServerProcess? server = null, ServerSupervision? supervision = null)
    {
        this.directory = directory;
        this.ownership = ownership;
        this.server = server;
        this.supervision = supervision;
        Port = port;
    }

    /// <summary>The TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The full path of the directory that holds the cluster (<c>--data</c>).</summary>
    public string Directory => directory.Root;

    /// <summary>Whether dispose stops the server.</summary>
    public bool IsOwner => ownership is not null;

    /// <summary>Completes with the exit code when a server that we own ends; never, when we don't own it or it's started again.</summary>
    public Task<int> Exited => supervision is null && server is not null ? server.Exited : Never.Task;

    /// <summary>The platform's database as the cluster's superuser. Contains the password.</summary>
    public string OwnerConnectionString => ConnectionStringFor(ServerConnection.Database);

    /// <summary>
    /// Starts the cluster and owns it. A new directory is initialised first; the default port is kept from start to start.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">
    /// No PostgreSQL is installed, another process owned the cluster for the whole of <see cref="EmbeddedPostgresOptions.LockTimeout"/>,
    /// or the server didn't start.
    /// </exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        string dataDirectory, EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellation = default)
    {
        var directory = new ClusterDirectory(dataDirectory);
        return await OwnAsync(
            directory, await ClusterLock.TakeAsync(directory, options.LockTimeout, logger, cancellation), options, logger, cancellation);
    }

    /// <summary>
    /// Uses the cluster: as a guest when another process owns it and it's up, otherwise by starting and owning it. A guest's
    /// connections end when the owner stops the cluster.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">As for <see cref="StartAsync"/>.</exception>
    public static async Task<EmbeddedPostgres> OpenAsync(
        string dataDirectory, EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellation = default)
    {
        var directory = new ClusterDirectory(dataDirectory);
        var deadline = Environment.TickCount64 + (long)options.LockTimeout.TotalMilliseconds;
        while (true)
        {
            if (ClusterLock.TryTake(directory) is { } taken)
                return await OwnAsync(directory, taken, options, logger, cancellation);
            if (directory.ReadState() is { Pid: > 0 } state)
            {
                var guest = new EmbeddedPostgres(directory, state.Port);
                if (await ServerConnection.AnswersAsync(guest.OwnerConnectionString, cancellation))
                    return guest;
            }

            if (Environment.TickCount64 >= deadline)
                throw new EmbeddedPostgresException(ClusterLock.HeldMessage(directory));
            await Task.Delay(Poll, cancellation);
        }
    }

    /// <summary>A database of the cluster as its superuser. Contains the password.</summary>
    public string ConnectionStringFor(string database) =>
        ServerConnection.StringFor(Port, directory.Secrets.Get(ClusterCreation.PasswordSecret), database);

    /// <summary>
    /// A persistent random password for a role: 64 hex digits, kept in the directory's <c>secrets/&lt;name&gt;</c> (mode 0600).
    /// </summary>
    /// <exception cref="ArgumentException">The name isn't made of lower-case letters, digits, '-' and '_'.</exception>
    public string Secret(string name) => directory.Secrets.Get(name);

    /// <summary>Stops the server when we own it: open transactions are rolled back, connections closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            if (supervision is null)
                await server.StopAsync();
            else
                await supervision.DisposeAsync();
            directory.WriteState(new ClusterState(Port, 0, 0));
        }

        ownership?.Dispose();
    }

    private static async Task<EmbeddedPostgres> OwnAsync(
        ClusterDirectory directory, ClusterLock ownership, EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            var start = new ServerStart(directory, options, logger);
            var (server, port) = await start.RunAsync(cancellation);
            logger.LogInformation("PostgreSQL runs on 127.0.0.1:{Port} as process {Pid}", port, server.Pid);
            // On the same port, so that every connection string stays right.
            var supervision = options.Restart ? new ServerSupervision(server, async stop => (await start.RunAsync(stop, port)).Server, logger) : null;
            return new EmbeddedPostgres(directory, port, ownership, server, supervision);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }
}
