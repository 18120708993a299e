using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Api.Tests.Collaboration;
using Platform.Processors;
using Platform.Processors.Analytics;
using Platform.Processors.Sites;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

/// <summary>A host that mails and delivers to this machine, and tries again soon.</summary>
public sealed class ReportHost : IAsyncLifetime
{
    private PlatformApp? _app;
    private NpgsqlDataSource? _owner;

    public PlatformApp App => _app!;
    public NpgsqlDataSource Owner => _owner!;
    internal SmtpReceiver Mail { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Mail.Start();
        _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?>(WebhookHost.Settings)
        {
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = $"{Mail.Port}",
            ["Mail:From"] = "Reports <reports@platform.example>",
            ["Mail:Security"] = "none",
            ["Mail:Attempts"] = "5",
            ["Mail:FirstRetrySeconds"] = "0.3",
            ["Mail:PatienceSeconds"] = "5",
        });
        _owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
    }

    /// <summary>Looks for what is due by a clock of its own, as a node would.</summary>
    internal ReportRounds Rounds(DateTimeOffset now) => new(
        App.Store, App.Services.GetRequiredService<CommandRunner>(), App.Services.GetRequiredService<SummaryMaker>(), App.Services.GetRequiredService<TenantRegister>(), new Standing(now), NullLogger<ReportRounds>.Instance);

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        await App.DisposeAsync();
        await Mail.DisposeAsync();
    }

    private sealed class Standing(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
