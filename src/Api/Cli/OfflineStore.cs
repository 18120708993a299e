using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Hosting;
using Platform.EventStore;

namespace Platform.Api.Cli;

/// <summary>
/// The store for a verb, without a host: whether or not the instance is running elsewhere. The verb's own sequencer stands in while no
/// other process has the lease.
/// </summary>
internal sealed class OfflineStore : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sequencer;
    private readonly Instance _instance;
    private readonly Database _database;

    private OfflineStore(Instance instance)
    {
        _instance = instance;
        _database = new Database(instance.Connections);
        Store = StoreComposition.Compose(_database, TimeProvider.System);
        _sequencer = Task.Run(() => new Sequencer(Store, NullLogger<Sequencer>.Instance).RunAsync(_stop.Token));
    }

    public DocumentStore Store { get; }
    public Database Database => _database;
    public string DataDirectory => _instance.DataDirectory;

    public static async Task<OfflineStore> OpenAsync(string data, ILogger logger, CancellationToken cancel) =>
        new(await Instance.OpenAsync(data, own: false, logger, cancel));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sequencer;
        await _database.DisposeAsync();
        await _instance.DisposeAsync();
        _stop.Dispose();
    }
}
