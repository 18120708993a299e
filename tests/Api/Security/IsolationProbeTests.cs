using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;
using Platform.Processors.Security;
using Platform.Projections.Security;
using Platform.Tests;

namespace Platform.Api.Tests.Security;

/// <summary>A probe on a running platform: nothing is found, and what is torn open is.</summary>
public sealed class IsolationProbeTests : IAsyncLifetime
{
    private PlatformApp _app = null!;
    private HttpClient _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync();
        _operator = _app.Client("operator");
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_running_platform_keeps_tenants_apart_and_a_hole_is_seen_by_whoever_watches()
    {
        using (var admin = _app.Client())
            await admin.ArticleAsync();
        var clean = await ProbeAsync();
        clean.GetProperty("findings").GetArrayLength().ShouldBe(0);
        clean.GetProperty("tables").GetInt32().ShouldBeGreaterThan(25);
        clean.GetProperty("tablesWithRows").GetInt32().ShouldBeGreaterThan(5);
        clean.GetProperty("requests").GetInt32().ShouldBeGreaterThan(200);
        (await HealthAsync()).ShouldBe("Healthy");
        (await MetricAsync()).ShouldBe("0");

        await _app.Database.OwnerConnectionString.QueryAsync("alter table public.mt_streams disable row level security");
        var torn = await ProbeAsync();
        torn.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rule").GetString()).ShouldContain("foreign-rows-read");
        torn.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("subject").GetString()).Distinct().ShouldBe(["public.mt_streams"]);
        (await HealthAsync()).ShouldBe("Degraded");
        (await MetricAsync()).ShouldNotBe("0");
        var trail = (await _operator.AskAsync($"/api/audit?action=security.isolation-breached&limit=200")).ShouldBe(200);
        trail.Items.Count.ShouldBe(torn.GetProperty("findingCount").GetInt32());

        await _app.Database.OwnerConnectionString.QueryAsync("alter table public.mt_streams enable row level security");
        (await ProbeAsync()).GetProperty("findingCount").GetInt32().ShouldBe(0);
        (await HealthAsync()).ShouldBe("Healthy");
        (await _operator.AskAsync("/api/isolation-probes?limit=2")).ShouldBe(200).Items.Select(p => p.GetProperty("findingCount").GetInt32() > 0).ShouldBe([false, true]);
    }

    [Fact]
    public async Task A_tenants_admin_neither_probes_nor_reads_of_probes()
    {
        using var admin = _app.Client();
        (await admin.PostAsync("/api/isolation-probes")).ShouldBeProblem(403, "forbidden");
        (await admin.AskAsync("/api/isolation-probes")).ShouldBeProblem(403, "forbidden");
        (await _operator.AskAsync($"/api/isolation-probes/{Guid.CreateVersion7()}")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task A_probe_is_due_where_the_latest_is_older_than_its_period_however_often_the_process_starts()
    {
        var clock = new LaterClock();
        IsolationProbing Start() => new(
            _app.Store, _app.Services.GetRequiredService<IsolationProber>(), new IsolationProbeOptions(TimeSpan.FromHours(1)), clock, NullLogger<IsolationProbing>.Instance);
        async Task<int> RunAsync(IsolationProbing probing)
        {
            await probing.RunOnceAsync(TestContext.Current.CancellationToken);
            (await _app.Store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(IsolationProbeDetails.ReadModel, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).ShouldBeTrue();
            return (await _operator.AskAsync("/api/isolation-probes")).ShouldBe(200).Items.Count;
        }

        var first = Start();
        (await RunAsync(first)).ShouldBe(0, "it has just started");
        clock.By = TimeSpan.FromMinutes(2);
        (await RunAsync(first)).ShouldBe(1, "there was none yet");
        clock.By = TimeSpan.FromMinutes(58);
        var second = Start();
        clock.By = TimeSpan.FromMinutes(59);
        (await RunAsync(second)).ShouldBe(1, "the other process's is recent");
        clock.By = TimeSpan.FromMinutes(62);
        (await RunAsync(second)).ShouldBe(2, "it isn't any more, though this process is young");
    }

    private sealed class LaterClock : TimeProvider
    {
        public TimeSpan By { get; set; }
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }

    private async Task<System.Text.Json.JsonElement> ProbeAsync()
    {
        var asked = (await _operator.PostAsync("/api/isolation-probes")).ShouldBe(201);
        for (var tries = 0; ; tries++)
        {
            var probe = (await _operator.AskAsync(asked.Header("Location")!)).ShouldBe(200).Json;
            if (probe.GetProperty("status").GetString() == "finished" || tries == 600)
            {
                probe.GetProperty("status").GetString().ShouldBe("finished");
                (await _operator.AskAsync($"/api/isolation-probes?after={await LastAsync()}")).ShouldBe(200);
                return probe;
            }
            await Task.Delay(50);
        }
    }

    private async Task<long> LastAsync() => (long)(await _app.Database.OwnerConnectionString.QueryAsync("select max(seq_id) from public.mt_events where type = 'security.isolation-probed'"))!;

    private async Task<string?> HealthAsync() =>
        (await _operator.AskAsync("/health/ready")).Json.GetProperty("checks").GetProperty("isolation").GetProperty("status").GetString();

    private async Task<string> MetricAsync() =>
        (await _operator.AskAsync("/metrics")).Text.Split('\n').Single(line => line.StartsWith("platform_isolation_findings ", StringComparison.Ordinal)).Split(' ')[1];
}
