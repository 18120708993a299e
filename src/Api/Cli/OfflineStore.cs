using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Monitoring;

namespace Platform.Api.Cli;

/// <summary>
/// The store for a verb, without a host: whether or not the instance is running elsewhere. The verb's own sequencer, and projections
/// where it asks for them, stand in while no other process has their leases.
/// </summary>
internal sealed class OfflineStore : IAsyncDisposable
{
    /// <summary>How long a statement of a verb may take: an operator who waits can see that it goes on, and can stop it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _background;
    private readonly Instance _instance;
    private readonly Database _database;

    private OfflineStore(Instance instance, bool projects)
    {
        _instance = instance;
        _database = new Database(instance.Connections, Patience);
        Files = LedgerFiles.OfEnvironment(instance.DataDirectory).Prepare();
        var personal = PersonalFiles.OfEnvironment(instance.DataDirectory).Prepare().Open(() => Store!);
        Store = StoreComposition.Compose(
            _database, TimeProvider.System, Files.Signing(), Environment.GetEnvironmentVariable("Platform__Region") is { Length: > 0 } region ? region : "local", personal);
        Runner = new CommandRunner(Store);
        Rebuilds = new RebuildRunner(Store, Runner);
        var sequencer = new Sequencer(Store, NullLogger<Sequencer>.Instance);
        var daemon = new ProjectionDaemon(Store, new ProjectionRebuild(Store), NullLogger<ProjectionDaemon>.Instance) { OnBuilt = Rebuilds.RecordAsync };
        var signals = new NodeSignals(Store, NullLogger<NodeSignals>.Instance);
        _background = Task.WhenAll(
            signals.RunAsync(_stop.Token),
            Task.Run(() => sequencer.RunAsync(_stop.Token)),
            projects ? Task.Run(() => daemon.RunAsync(_stop.Token)) : Task.CompletedTask);
    }

    public DocumentStore Store { get; }
    public CommandRunner Runner { get; }
    public RebuildRunner Rebuilds { get; }
    public LedgerFiles Files { get; }
    public Database Database => _database;
    public DatabaseConnections Connections => _instance.Connections;

    /// <param name="data">Directory of the instance.</param>
    /// <param name="logger">For what the cluster has to say.</param>
    /// <param name="cancel">Stops the start.</param>
    /// <param name="projects">Keep the read models up with the log meanwhile.</param>
    public static async Task<OfflineStore> OpenAsync(string data, ILogger logger, CancellationToken cancel, bool projects = false) =>
        new(await Instance.OpenAsync(data, own: false, logger, cancel), projects);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _background;
        await _database.DisposeAsync();
        await _instance.DisposeAsync();
        _stop.Dispose();
    }
}
