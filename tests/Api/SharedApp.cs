using Npgsql;
using Platform.Tests;

[assembly: AssemblyFixture(typeof(Platform.Api.Tests.SharedApp))]

namespace Platform.Api.Tests;

/// <summary>One host for all tests over HTTP: each test has a tenant of its own, so they don't meet.</summary>
public sealed class SharedApp : IAsyncLifetime
{
    private PlatformApp? _app;
    private NpgsqlDataSource? _owner;

    public PlatformApp App => _app!;

    /// <summary>As superuser, past row-level security.</summary>
    public NpgsqlDataSource Owner => _owner!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync();
        _owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await App.DisposeAsync();
    }
}
