using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Api.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests;

/// <summary>A further host on an app's database, which only answers requests unless it's said: what is decided on the first counts there too.</summary>
internal sealed class SecondNode : IAsyncDisposable
{
    private readonly PlatformApp _first;
    private readonly WebApplication _app;
    private readonly List<HttpClient> _clients = [];

    private SecondNode(PlatformApp first, WebApplication app) => (_first, _app) = (first, app);

    public IServiceProvider Services => _app.Services;

    /// <param name="first">Has the database.</param>
    /// <param name="time">Its clock; null: the machine's.</param>
    /// <param name="roles">Parts that it runs.</param>
    public static async Task<SecondNode> StartAsync(PlatformApp first, TimeProvider? time = null, NodeRoles roles = NodeRoles.Api)
    {
        var app = PlatformHost.Build(new HostOptions(first.Database.Connections, "http://127.0.0.1:0", roles, first.DataDirectory, first.DataDirectory), builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.None);
            if (time is not null)
                builder.Services.AddSingleton(time);
        });
        await PlatformHost.StartAsync(app, null);
        return new SecondNode(first, app);
    }

    /// <summary>Somebody with these roles, by this node's clock.</summary>
    public HttpClient Client(string tenant, string subject, params string[] roles)
    {
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        var token = _first.Issuer.Issue(subject, tenant, roles, TimeSpan.FromHours(1), Services.GetRequiredService<TimeProvider>().GetUtcNow());
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
