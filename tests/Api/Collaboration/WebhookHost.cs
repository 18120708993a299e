using Npgsql;
using Platform.Tests;

namespace Platform.Api.Tests.Collaboration;

/// <summary>A host that delivers to this machine, and tries again soon.</summary>
public sealed class WebhookHost : IAsyncLifetime
{
    private PlatformApp? _app;
    private NpgsqlDataSource? _owner;

    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Webhooks:AllowHttp"] = "true",
        ["Webhooks:AllowPrivateAddresses"] = "true",
        ["Webhooks:Attempts"] = "3",
        ["Webhooks:FirstRetrySeconds"] = "0.2",
    };

    public PlatformApp App => _app!;
    public NpgsqlDataSource Owner => _owner!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync(settings: Settings);
        _owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await App.DisposeAsync();
    }
}
