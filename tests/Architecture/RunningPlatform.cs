using Npgsql;
using Platform.Tests;

[assembly: AssemblyFixture(typeof(Platform.Architecture.Tests.RunningPlatform))]

namespace Platform.Architecture.Tests;

/// <summary>A host and its database, for what only they can tell.</summary>
public sealed class RunningPlatform : IAsyncLifetime
{
    private PlatformApp? _app;

    public PlatformApp App => _app!;

    public async ValueTask InitializeAsync() => _app = await PlatformApp.StartAsync();

    /// <summary>The first column of a query's rows, texts all of them, as the tables' owner sees them.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var owner = NpgsqlDataSource.Create(App.Database.OwnerConnectionString);
        await using var command = owner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
