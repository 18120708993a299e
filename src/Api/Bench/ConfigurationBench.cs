using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Platform.Api.Hosting;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>
/// 10,000 sites six levels deep, on two nodes over HTTP: how soon a change at the top holds at sites far below on both, and what asking for a site's configuration takes, beside
/// a request that does nothing and beside one row by its key.
/// </summary>
internal sealed class ConfigurationBench(BenchDatabase database, int rounds, CancellationToken cancel)
{
    private const string Tenant = "benchtenant4";
    private const int Sites = 10_000, Branches = 7, AtOnce = 500, ChangesARound = 50, QuestionsARound = 1_000;

    private readonly Guid[] _sites = [.. Enumerable.Range(0, Sites).Select(_ => Guid.CreateVersion7())];

    public async Task RunAsync()
    {
        await using var first = await BenchHost.StartAsync(database, Tenant, cancel);
        await using var second = await BenchHost.StartAsync(database, Tenant, cancel, NodeRoles.Api);
        BenchReport.Progress($"configuration: {Sites:#,##0} sites");
        await GrowAsync(first.Services.GetRequiredService<DocumentStore>());
        using var one = BenchHost.Client(first, Tenant);
        using var other = BenchHost.Client(second, Tenant);
        var (seen, asked, live, row) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        // Before the clock starts both nodes have read all of it, and every path has been compiled.
        foreach (var client in new[] { one, other })
            for (var n = 0; n < 100; n++)
                await AskAsync(client, Leaf(n));
        for (var round = 0; round < rounds; round++)
        {
            BenchReport.Progress($"configuration: round {round + 1} of {rounds}");
            for (var n = 0; n < ChangesARound; n++)
                seen.Add(await ChangeAsync(one, other, round * ChangesARound + n + 1));
            for (var n = 0; n < QuestionsARound; n++)
            {
                live.Add(await TimeAsync(() => one.GetAsync("/health/live", cancel)));
                row.Add(await TimeAsync(() => SelectAsync(Leaf(n))));
                asked.Add(await TimeAsync(() => AskAsync(one, Leaf(n))));
            }
        }
        BenchReport.Table($"A change at the top of {Sites:#,##0} sites, from its acceptance until it holds at a site six levels down on two nodes, ms ({seen.Count:#,##0} changes)", ["p50", "p99", "most"],
            [[At(seen, 0.5), At(seen, 0.99), At(seen, 1)]]);
        BenchReport.Table($"What holds at a site six levels down, over HTTP, ms ({asked.Count:#,##0} questions)", ["", "p50", "p99"],
            [["floor: GET /health/live", At(live, 0.5), At(live, 0.99)], ["floor: SELECT of one row by its key", At(row, 0.5), At(row, 0.99)], ["GET /api/sites/{id}/config", At(asked, 0.5), At(asked, 0.99)]]);
        await second.StopAsync(cancel);
        await first.StopAsync(cancel);
    }

    // Every tenth site overrides something; what is measured isn't overridden on the way.
    private async Task GrowAsync(DocumentStore store)
    {
        var own = Fields.Parse("""{"seo.title-suffix":" | Bench","content.page-size":10,"timezone":"Europe/Vienna"}""");
        for (var n = 0; n < Sites; n += AtOnce)
        {
            var session = store.LightweightSession(new SessionOptions(Tenant, "bench", "bench", "bench"));
            for (var site = n; site < n + AtOnce; site++)
            {
                session.Events.Append(_sites[site], new SiteCreated(_sites[site], $"Site {site}", $"s{site}.example.org", Fields.Empty, site == 0 ? null : _sites[(site - 1) / Branches]));
                if (site % 10 == 9)
                    session.Events.Append(ConfigurationScope.IdOf(_sites[site]), new ConfigurationValuesSet(own, _sites[site]));
            }
            await session.SaveChangesAsync(cancel);
        }
        if (!await store.QuerySession(Tenant).WaitForAllAsync(ConfigurationPart.ReadModel, TimeSpan.FromMinutes(5), cancel))
            throw new TimeoutException("The read model of configuration didn't follow within 5 min.");
    }

    private Guid Leaf(int n) => _sites[Sites - 1 - n % (Sites / 2)];

    private async Task<double> ChangeAsync(HttpClient one, HttpClient other, int value)
    {
        using var answer = await one.PostAsJsonAsync($"/api/sites/{_sites[0]}/config/set", new { values = new Dictionary<string, int> { ["delivery.cache-seconds"] = value } }, cancel);
        answer.EnsureSuccessStatusCode();
        var accepted = Stopwatch.GetTimestamp();
        foreach (var client in new[] { one, other })
            while (await AskAsync(client, Leaf(value)) != value)
                await Task.Delay(1, cancel);
        return Stopwatch.GetElapsedTime(accepted).TotalMilliseconds;
    }

    private async Task<int> AskAsync(HttpClient client, Guid site) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/sites/{site}/config", cancel)).GetProperty("values").GetProperty("delivery.cache-seconds").GetInt32();

    private async Task SelectAsync(Guid site)
    {
        await using var command = database.Owner.CreateCommand($"select data from read.{ConfigurationPart.ReadModel} where tenant_id = $1 and id = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = Tenant });
        command.Parameters.Add(new NpgsqlParameter { Value = site });
        await command.ExecuteScalarAsync(cancel);
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static string At(IReadOnlyCollection<double> measured, double share) => BenchReport.Number(Round.At(measured, share));
}
