using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Hosting;
using Platform.Api.Identity;
using Platform.EventStore;

namespace Platform.Tests;

/// <summary>The real host on a real port, on a database of its own: what a test class over HTTP works with (as a class or collection fixture).</summary>
public sealed class PlatformApp : IAsyncDisposable
{
    private readonly PlatformDatabase _database;
    private readonly WebApplication _app;
    private readonly ScratchDirectory _scratch;
    private readonly ConcurrentDictionary<string, Task> _provisioned = new(StringComparer.Ordinal);

    private PlatformApp(PlatformDatabase database, WebApplication app, ScratchDirectory scratch) => (_database, _app, _scratch) = (database, app, scratch);

    /// <summary>The tenant that <see cref="Client"/> is of, unless another is named.</summary>
    public const string DemoTenant = "demotenant22";

    public Uri Url => new(_app.Urls.First());
    public PlatformDatabase Database => _database;
    public IServiceProvider Services => _app.Services;
    public DocumentStore Store => _app.Services.GetRequiredService<DocumentStore>();
    public DevelopmentIssuer Issuer => _app.Services.GetRequiredService<DevelopmentIssuer>();

    /// <summary>Where the host keeps its files, e.g. the development issuer's key.</summary>
    public string DataDirectory => _scratch.Path;

    /// <param name="through">Changes the host's way to its database, e.g. through a relay, given and giving a connection string; null: straight.</param>
    /// <param name="settings">Configuration beside the environment's, e.g. <c>Ledger:Policy</c>.</param>
    /// <param name="log">Is told all that the host has to say; null: nobody is.</param>
    public static async Task<PlatformApp> StartAsync(Func<string, string>? through = null, IReadOnlyDictionary<string, string?>? settings = null, ILoggerProvider? log = null)
    {
        var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.Path);
        var database = await PlatformDatabase.CreateAsync();
        var connections = through is null ? database.Connections : DatabaseConnections.Through(through(database.OwnerConnectionString));
        var app = PlatformHost.Build(new HostOptions(connections, "http://127.0.0.1:0", NodeRoles.All, scratch.Path, scratch.Path), b =>
        {
            if (log is null)
                b.Logging.SetMinimumLevel(LogLevel.None);
            else
                b.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
            // Its canaries are tenants too, and no test's.
            b.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Isolation:ProbeMinutes"] = "0", ["Performance:Minutes"] = "0" }).AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        });
        await PlatformHost.StartAsync(app, DemoTenant);
        return new PlatformApp(database, app, scratch);
    }

    /// <summary>A client whose requests carry a token for these roles; operators are of the platform's own tenant. Its tenant is provisioned with its first request.</summary>
    public HttpClient Client(string role = "admin", string tenant = DemoTenant)
    {
        var client = ClientOf(tenant);
        var token = Issuer.Issue($"test-{role}", role == "operator" ? DocumentStore.PlatformTenant : tenant, [role], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>A client without a token, before whose first request a tenant is provisioned.</summary>
    public HttpClient ClientOf(string tenant) => new(new Provisioning(() => ProvisionAsync(tenant))) { BaseAddress = Url };

    /// <summary>Provisions a tenant, unless it is.</summary>
    public Task ProvisionAsync(string tenant) => tenant is DemoTenant or DocumentStore.PlatformTenant ? Task.CompletedTask
        : _provisioned.GetOrAdd(tenant, id => Services.GetRequiredService<Seed>().TenantAsync(id, $"Test {id}", CancellationToken.None));

    private sealed class Provisioning(Func<Task> provision) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await provision();
            return await base.SendAsync(request, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        _scratch.Dispose();
    }
}
