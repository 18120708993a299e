using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Api.Hosting;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>A durable PostgreSQL that isn't the host's: named to it by <c>ConnectionStrings__Platform</c>, stopped and started by the test.</summary>
public sealed class ExternalDatabase : IAsyncLifetime
{
    private readonly ScratchDirectory _directory = new();
    private EmbeddedPostgres? _server;

    public ValueTask InitializeAsync() => new(StartAsync());

    public string ConnectionString => _server!.OwnerConnectionString;

    /// <summary>Starts it; each time on the same port.</summary>
    public async Task StartAsync() => _server = await EmbeddedPostgres.StartAsync(_directory.Path, new EmbeddedPostgresOptions(), NullLogger.Instance);

    /// <summary>Stops it by one of PostgreSQL's shutdown signals.</summary>
    public async Task StopAsync(string signal)
    {
        var postmaster = int.Parse(File.ReadLines(Path.Combine(_directory.Path, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        Signal.Send(postmaster, signal);
        await _server!.Exited;
        await _server.DisposeAsync();
    }

    /// <summary>What a host needs to use it.</summary>
    /// <param name="app">Appended to the connection string of the API's role, e.g. a pool's size.</param>
    public IReadOnlyDictionary<string, string> Environment(string app = "") => new Dictionary<string, string>
    {
        ["ConnectionStrings__Platform"] = ConnectionString,
        // One log, whichever host leads it.
        ["Ledger__Keys"] = Path.Combine(_directory.Path, "keys"),
        ["Ledger__Guard"] = Path.Combine(_directory.Path, "guard"),
        ["ConnectionStrings__PlatformApp"] = $"{new NpgsqlConnectionStringBuilder(ConnectionString) { Options = "-c role=platform_app" }.ConnectionString};{app}",
    };

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Dispose();
    }
}
