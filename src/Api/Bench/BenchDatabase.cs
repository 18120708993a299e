using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Api.Hosting;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Bench;

/// <summary>A durable cluster of the benchmark's own, with the settings of <c>./platform run</c>, removed afterwards.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly Instance _instance;

    private BenchDatabase(string directory, Instance instance)
    {
        (Directory, _instance) = (directory, instance);
        Database = new Database(instance.Connections);
        var configuration = new ConfigurationBuilder().Build();
        var (files, personal) = (LedgerFiles.Of(directory, configuration).Prepare(), PersonalFiles.Of(directory, configuration).Prepare());
        Personal = new PersonalData(new FileSubjectKeyStore(personal.Keys), personal.Encryption);
        Store = StoreWith();
        var signed = Options(files.Signing());
        signed.Events.Add("security.bench-weighed", BenchJson.Default.BenchWeighed);
        signed.Events.Add(KeyRotation.RegisteredType, AuditJson.Default.KeyRegistered);
        SigningStore = new DocumentStore(signed);
        Platform = StoreComposition.Compose(Database, TimeProvider.System, files.Signing(), personal: Personal);
        Owner = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(instance.Connections.Owner) { MaxPoolSize = 40 }.ConnectionString).Build();
    }

    /// <summary>The instance's data directory.</summary>
    public string Directory { get; }

    public DatabaseConnections Connections => _instance.Connections;

    public Database Database { get; }

    /// <summary>Keys of data subjects, in files of the benchmark's own.</summary>
    public PersonalData Personal { get; }

    public DocumentStore Store { get; }

    /// <summary>The same database, with the ledger's keys and guard: its sequencer publishes the log, its events of weight are signed.</summary>
    public DocumentStore SigningStore { get; }

    /// <summary>The same database, with all events and read models that the platform has.</summary>
    public DocumentStore Platform { get; }

    public NpgsqlDataSource Owner { get; }

    /// <summary>The same database, with these read models.</summary>
    public DocumentStore StoreWith(params IEnumerable<Projection> projections)
    {
        var options = Options(null);
        foreach (var projection in projections)
            options.Projections.Add(projection);
        return new DocumentStore(options);
    }

    private StoreOptions Options(LogSigning? signing)
    {
        var options = new StoreOptions { Database = Database, Signing = signing, Personal = Personal };
        options.Events.Add("bench.event", BenchJson.Default.BenchEvent);
        options.Events.Add("bench.open-person", BenchJson.Default.BenchOpenPerson);
        options.Events.Add("bench.person", BenchJson.Default.BenchPerson,
            [new("name", SubjectOf, e => ((BenchPerson)e).Name), new("email", SubjectOf, e => ((BenchPerson)e).Email), new("address", SubjectOf, e => ((BenchPerson)e).Address)]);
        options.Aggregates.Add(new Aggregate<BenchState>("bench", 1, new BenchState(0), (state, _) => new BenchState(state.Events + 1), BenchJson.Default.BenchState));
        return options;
    }

    private static Guid? SubjectOf(object e) => ((BenchPerson)e).SubjectId;

    /// <summary>Removes a read model with all it left, as if it had never been there.</summary>
    public async Task DropModelAsync(Projection projection)
    {
        await using var command = Owner.CreateCommand($"""
            do $$
            declare t text;
            begin
                for t in select 'read.' || name || '_' || generation from platform.projection where name = '{projection.Name}' loop
                    execute 'drop table if exists ' || t || ' cascade';
                end loop;
                delete from platform.projection where name = '{projection.Name}';
            end $$
            """);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<BenchDatabase> StartAsync(CancellationToken cancel)
    {
        var directory = Path.Combine(Path.GetTempPath(), $"platform-bench-{Guid.CreateVersion7():N}");
        return new BenchDatabase(directory, await Instance.OpenAsync(directory, own: true, NullLogger.Instance, cancel));
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Owner.CreateCommand(sql);
        command.CommandTimeout = 0;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task VacuumAsync(string table)
    {
        await using var vacuum = Owner.CreateCommand($"vacuum analyze {table}");
        vacuum.CommandTimeout = 0;
        await vacuum.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Owner.DisposeAsync();
        await _instance.DisposeAsync();
        if (System.IO.Directory.Exists(Directory))
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
