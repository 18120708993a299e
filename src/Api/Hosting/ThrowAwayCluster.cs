using Microsoft.Extensions.Logging;

namespace Platform.Api.Hosting;

/// <summary>A cluster for tests: not durable, in a new directory that is removed with it.</summary>
public sealed class ThrowAwayCluster : IAsyncDisposable
{
    /// <summary>The environment variable with the superuser's connection string (database postgres) of a cluster to test on.</summary>
    public const string Variable = "PLATFORM_TEST_CLUSTER";

    private readonly EmbeddedPostgres cluster;

    private ThrowAwayCluster(EmbeddedPostgres cluster) => this.cluster = cluster;

    /// <summary>The new directory; other files may be put there as well.</summary>
    public string Directory => cluster.Directory;

    /// <summary>The database postgres as superuser.</summary>
    public string ConnectionString => cluster.ConnectionStringFor("postgres");

    /// <exception cref="EmbeddedPostgresException">As for <see cref="EmbeddedPostgres.StartAsync"/>; the directory is removed.</exception>
    public static async Task<ThrowAwayCluster> StartAsync(ILogger logger, CancellationToken cancellation = default)
    {
        // Not a directory made for us by the system: that is closed to the account that the server runs as when we are root.
        var directory = Path.Combine(Path.GetTempPath(), $"platform-test-{Guid.NewGuid():N}");
        var options = new EmbeddedPostgresOptions
        {
            Durable = false,
            // Several test processes share the cluster.
            Settings = new Dictionary<string, string> { ["max_connections"] = "300" },
        };
        try
        {
            return new ThrowAwayCluster(await EmbeddedPostgres.StartAsync(directory, options, logger, cancellation));
        }
        catch
        {
            System.IO.Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Stops the server and removes the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
