using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Api.Hosting;

namespace Platform.Api.Bench;

/// <summary>What one tenant waits for its answers alone, and beside the flood of another: reads and writes over HTTP, with turns by tenant and without.</summary>
internal sealed class FairnessBench(BenchDatabase database, int rounds, double seconds, CancellationToken cancel)
{
    private const string Quiet = "benchtenant5", Flood = "benchtenant6";
    private const int Connections = 64;

    public async Task RunAsync()
    {
        var rows = new List<string[]>();
        foreach (var (name, each) in new[] { ("as it is", (int?)null), ("floor: without turns", 10_000) })
        {
            await using var app = await BenchHost.StartAsync(
                database, tenant: null, cancel, settings: each is { } most ? [new("Fairness:EachTenant", $"{most}"), new("Fairness:Together", $"{most}")] : []);
            var (site, other) = (await PrepareAsync(app, Quiet), await PrepareAsync(app, Flood));
            var (alone, beside) = (new List<double>(), new List<double>());
            var flooded = 0L;
            // Before the clock starts every path has been compiled.
            await MeasureAsync(app, site, seconds / 2);
            for (var round = 0; round < rounds; round++)
            {
                BenchReport.Progress($"fairness, {name}: round {round + 1} of {rounds}");
                alone.AddRange(await MeasureAsync(app, site, seconds));
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                var flood = Enumerable.Range(0, Connections).Select(_ => FloodAsync(app, other, stop.Token)).ToArray();
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
                beside.AddRange(await MeasureAsync(app, site, seconds));
                await stop.CancelAsync();
                flooded += (await Task.WhenAll(flood)).Sum();
            }
            await app.StopAsync(cancel);
            var per = flooded / (rounds * (seconds + 1));
            rows.Add([name, At(alone, 0.5), At(alone, 0.99), At(beside, 0.5), At(beside, 0.99), BenchReport.Number(Round.At(beside, 0.5) / Round.At(alone, 0.5)),
                BenchReport.Number(Round.At(beside, 0.99) / Round.At(alone, 0.99)), BenchReport.Number(per)]);
        }
        BenchReport.Table($"One tenant's requests, half of them writes, alone and beside another's flood from {Connections} connections; ms",
            ["", "alone p50", "alone p99", "beside p50", "beside p99", "ratio p50", "ratio p99", "flood answered/s"], rows);
    }

    private sealed record Work(string Tenant, Guid SiteId, Guid ItemId, string Type);

    private async Task<Work> PrepareAsync(WebApplication app, string tenant)
    {
        await app.Services.GetRequiredService<Seed>().TenantAsync(tenant, tenant, cancel);
        using var client = BenchHost.Client(app, tenant);
        var name = $"t{Guid.NewGuid():n}"[..20];
        var site = await BenchHost.MakeAsync(client, "/api/sites", new { name = "Bench", domain = $"{Guid.NewGuid():n}.example" }, cancel);
        await BenchHost.MakeAsync(client, "/api/content-types", new { name, fields = new[] { new { name = "title", type = "text" } } }, cancel);
        var item = await BenchHost.MakeAsync(client, "/api/content", new { siteId = site, type = name, locale = "en", slug = $"s{Guid.NewGuid():n}", fields = new { title = "One" } }, cancel);
        return new Work(tenant, site, item, name);
    }

    // One connection, one request after the other: a person's.
    private async Task<List<double>> MeasureAsync(WebApplication app, Work work, double length)
    {
        using var client = BenchHost.Client(app, work.Tenant);
        var measured = new List<double>();
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; Stopwatch.GetElapsedTime(started).TotalSeconds < length; n++)
        {
            var asked = Stopwatch.GetTimestamp();
            (await SendAsync(client, work, n, cancel)).EnsureSuccessStatusCode();
            measured.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
        return measured;
    }

    private static async Task<long> FloodAsync(WebApplication app, Work work, CancellationToken stop)
    {
        using var client = BenchHost.Client(app, work.Tenant);
        for (var n = 0; ; n++)
            try
            {
                (await SendAsync(client, work, n, stop)).Dispose();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return n;
            }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Work work, int n, CancellationToken cancel)
    {
        using var request = n % 2 == 0
            ? new HttpRequestMessage(HttpMethod.Get, $"/api/content/{work.ItemId}")
            : new HttpRequestMessage(HttpMethod.Post, "/api/content") { Content = JsonContent.Create(new { siteId = work.SiteId, type = work.Type, locale = "en", slug = $"s{Guid.NewGuid():n}", fields = new { title = $"Item {n}" } }) };
        return await client.SendAsync(request, cancel);
    }

    private static string At(List<double> measured, double share) => BenchReport.Number(Round.At(measured, share));
}
