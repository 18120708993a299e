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
    public Task<IReadOnlyList<string>> RowsAsync(string sql) => App.Database.OwnerConnectionString.RowsAsync(sql);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}
