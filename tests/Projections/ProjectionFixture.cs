using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Domain;
using Platform.EventStore;
using Platform.Tests;

namespace Platform.Projections.Tests;

/// <summary>A database of a test's own, and stores on it that stand for processes.</summary>
public sealed class ProjectionFixture : IAsyncLifetime
{
    public const string TenantId = "tenantaaaaaa";
    public const string OtherTenantId = "tenantbbbbbb";

    private readonly TestSigning _signing = new();
    private PlatformDatabase _platform = null!;

    public Database Database { get; private set; } = null!;
    public NpgsqlDataSource Owner => Database.Owner;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformDatabase.CreateAsync();
        Database = new Database(_platform.Connections);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _platform.DisposeAsync();
        _signing.Dispose();
    }

    public DocumentStore Compose(params IEnumerable<Projection> projections)
    {
        var options = new StoreOptions { Database = Database, Signing = _signing.Signing };
        foreach (var entry in EventCatalog.All.Values)
            options.Events.Add(entry.Alias, entry.Json);
        foreach (var projection in projections)
            options.Projections.Add(projection);
        return new DocumentStore(options);
    }

    public static ProjectionDaemon Daemon(DocumentStore store) => new(store, new ProjectionRebuild(store), NullLogger<ProjectionDaemon>.Instance);

    public static async Task<IReadOnlyList<AppendedEvent>> AppendAsync(DocumentStore store, Guid stream, params IEnumerable<object> events)
    {
        var session = store.LightweightSession(new SessionOptions(TenantId, "user-1"));
        session.Events.Append(stream, events);
        return await session.SaveChangesAsync();
    }

    /// <summary>Gives everything committed its place in the log.</summary>
    public static async Task SequenceAsync(DocumentStore store)
    {
        var sequencer = new Sequencer(store, NullLogger<Sequencer>.Instance);
        while (await sequencer.TurnAsync() > 0)
        {
        }
        // A run that is stopped gives its lease back.
        await sequencer.RunAsync(new CancellationToken(canceled: true));
    }

    /// <summary>Until a projection has everything that is in the log.</summary>
    public async Task CaughtUpAsync(string projection, string state = "live")
    {
        for (var n = 0; n < 600; n++, await Task.Delay(50))
            if (await ScalarAsync<bool>($"select exists (select from platform.projection where name = '{projection}' and state = '{state}' and position = ledger.size())"))
                return;
        throw new TimeoutException($"{projection}: {await ScalarAsync<string>($"select string_agg(p::text, '; ') from platform.projection p where name = '{projection}'")}");
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Owner.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public Task RunAsync(string sql) => Owner.CreateCommand(sql).ExecuteNonQueryAsync();
}
