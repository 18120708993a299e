using Npgsql;
using Platform.EventStore;

namespace Platform.Tests;

/// <summary>A migrated database of a test class's own, copied from a template.</summary>
public sealed class PlatformDatabase : IAsyncDisposable
{
    private readonly TestDatabase _database;

    private PlatformDatabase(TestDatabase database) => (_database, Connections) = (database, DatabaseConnections.Through(database.ConnectionString));

    /// <summary>Every role through the superuser's login: each session starts in its role.</summary>
    public DatabaseConnections Connections { get; }

    /// <summary>As superuser.</summary>
    public string OwnerConnectionString => _database.ConnectionString;

    public static async Task<PlatformDatabase> CreateAsync()
    {
        var template = await TestCluster.TemplateAsync($"platform_{Migrator.Fingerprint}", async connectionString =>
        {
            await using var owner = NpgsqlDataSource.Create(connectionString);
            await Migrator.MigrateAsync(owner, "platform.example/test");
        });
        return new PlatformDatabase(await TestDatabase.CreateAsync(template));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
