using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Api.Hosting;

namespace Platform.Api.Bench;

/// <summary>
/// How soon what happened counts in what visitors are shown, from the answer to the request that said so until two nodes go by it, over HTTP; beside how long it takes until one read model has it.
/// </summary>
internal sealed class FreshnessBench(BenchDatabase database, int rounds, CancellationToken cancel)
{
    private const string Tenant = "benchfreshaa", Host = "www.fresh.example", Flags = "/api/ofrep/v1/evaluate/flags";
    private const int ARound = 10, Listed = 50;

    private readonly List<Guid> _items = [];
    private Guid _site;
    private int _members;
    private HttpClient _one = null!, _page = null!;
    private HttpClient[] _nodes = null!;

    public async Task RunAsync()
    {
        await using var first = await BenchHost.StartAsync(database, Tenant, cancel);
        await using var second = await BenchHost.StartAsync(database, Tenant, cancel, NodeRoles.Api);
        _nodes = [BenchHost.Client(first, Tenant), BenchHost.Client(second, Tenant)];
        _one = _nodes[0];
        await PrepareAsync(first);
        using (_page = BenchHost.Browser(first, Host))
        {
            var (kill, revive) = await FlagAsync("stop", new { name = "all", value = true });
            var segment = await MakeAsync("/api/analytics/segments", new { name = "Here", conditions = new[] { new { page = "/here" } } });
            await FlagAsync("here", new { name = "here", condition = new { segment }, value = true });
            BenchReport.Table(
                $"From the answer until it counts on two nodes, ms ({rounds * ARound} times each; client, hosts and database on this machine)", ["", "p50", "p95", "most", "goal"],
                [
                    await RowAsync("floor: an item is published, until one read model has it", "", PublishAsync, published => _one.GetFromJsonAsync<JsonElement>($"/api/content?limit=1&after={published.Sequence}", cancel)),
                    await RowAsync("an item is published, until it's recommended", "5,000", PublishAsync, published => AllAsync(async node => (await RecommendedAsync(node, "diversity=0")).Contains(published.Id))),
                    await RowAsync("a visitor's event, until it has moved what trends", "2,000", SeeMostAsync, seen => AllAsync(async node => (await RecommendedAsync(node, "model=trending")).FirstOrDefault() == seen)),
                    await RowAsync("a visitor's event, until flags and rules know their segment", "5,000", ViewHereAsync, visitor => AllAsync(async node => (await EvaluateAsync(node, "here", visitor)).GetProperty("value").GetBoolean())),
                    await RowAsync("a visitor's event, until the segment's members have them", "5,000", ViewHereAsync, _ => MembersAsync(segment)),
                    await RowAsync("a flag is killed, until it's off", "1,000", KillAsync, _ => IsAsync(off: true)),
                ]);

            async Task<bool> KillAsync(int n)
            {
                if (n > 0)
                {
                    await DoAsync(revive, new { });
                    await IsAsync(off: false);
                }
                await DoAsync(kill, new { reason = "Measured." });
                return true;
            }
        }
        foreach (var node in _nodes)
            node.Dispose();
        await second.StopAsync(cancel);
        await first.StopAsync(cancel);
    }

    private async Task<string[]> RowAsync<T>(string name, string goal, Func<int, Task<T>> happens, Func<T, Task> counts)
    {
        var waits = new List<double>();
        for (var n = -1; n < rounds * ARound; n++)
        {
            BenchReport.Progress($"freshness: {name}, {Math.Max(0, n):#,##0} of {rounds * ARound:#,##0}");
            var what = await happens(n + 1);
            var answered = Stopwatch.GetTimestamp();
            await counts(what);
            // The first compiles every path.
            if (n >= 0)
                waits.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }
        return [name, .. new[] { 0.5, 0.95, 1 }.Select(share => BenchReport.Number(Round.At(waits, share))), goal];
    }

    private async Task<(Guid Id, long Sequence)> PublishAsync(int n)
    {
        var item = await MakeAsync("/api/content", new { siteId = _site, type = "post", locale = "en", slug = $"item-{_items.Count}", fields = new { title = $"Item {_items.Count}" } });
        _items.Add(item);
        return (item, (await DoAsync($"/api/content/{item}/publish", new { })).GetProperty("events").EnumerateArray().Last().GetProperty("sequence").GetInt64());
    }

    // Of each item once more than of the one before it, so that it's the first.
    private async Task<Guid> SeeMostAsync(int n)
    {
        var item = _items[n];
        await TrackAsync([.. Enumerable.Range(0, n + 1).Select(_ => ViewOf("/item", Guid.NewGuid(), item))]);
        return item;
    }

    private async Task<Guid> ViewHereAsync(int n)
    {
        var visitor = Guid.NewGuid();
        await TrackAsync([ViewOf("/here", visitor)]);
        _members++;
        return visitor;
    }

    private Task MembersAsync(Guid segment) => AllAsync(async node =>
        (await node.GetFromJsonAsync<JsonElement>($"/api/analytics/segments/{segment}/members?limit=200", cancel)).GetProperty("items").GetArrayLength() == _members);

    private Task IsAsync(bool off) => AllAsync(async node => (await EvaluateAsync(node, "stop")).GetProperty("reason").GetString() == "DISABLED" == off);

    private async Task AllAsync(Func<HttpClient, Task<bool>> holds)
    {
        foreach (var node in _nodes)
            while (!await holds(node))
                await Task.Delay(2, cancel);
    }

    private async Task<IEnumerable<Guid>> RecommendedAsync(HttpClient node, string question) =>
        (await node.GetFromJsonAsync<JsonElement>($"/api/sites/{_site}/recommendations?limit={Listed}&{question}", cancel)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("itemId").GetGuid());

    private Task<JsonElement> EvaluateAsync(HttpClient node, string flag, Guid? visitor = null) => BenchHost.DoAsync(node, $"{Flags}/{flag}", ContextOf(visitor), cancel);

    private static object ContextOf(Guid? visitor) => new { context = visitor is { } cookie ? new { targetingKey = "bench", visitor = cookie } : (object)new { targetingKey = "bench" } };

    private static object ViewOf(string page, Guid visitor, Guid? item = null) => new { id = Guid.CreateVersion7(), name = "page_view", url = $"https://{Host}{page}", visitor, props = item is { } seen ? new { item = seen } : null };

    private async Task TrackAsync(object[] events)
    {
        using var answer = await _page.PostAsJsonAsync("/api/track", events, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<(string Kill, string Revive)> FlagAsync(string key, object rule)
    {
        var flag = await MakeAsync("/api/flags", new { key, name = key, kind = "boolean", @default = false, rules = new[] { rule } });
        foreach (var node in _nodes)
            while (!await IsKnownAsync(node))
                await Task.Delay(20, cancel);
        return ($"/api/flags/{flag}/kill", $"/api/flags/{flag}/revive");

        async Task<bool> IsKnownAsync(HttpClient node)
        {
            using var answer = await node.PostAsJsonAsync($"{Flags}/{key}", ContextOf(null), cancel);
            return answer.IsSuccessStatusCode;
        }
    }

    private async Task PrepareAsync(WebApplication app)
    {
        _site = await MakeAsync("/api/sites", new { name = "Fresh", domain = "fresh.example" });
        await BenchHost.ClaimAsync(app, Host, Tenant, _site, cancel);
        await MakeAsync("/api/content-types", new { name = "post", fields = new[] { new { name = "title", type = "text" } } });
    }

    private Task<Guid> MakeAsync(string path, object body) => BenchHost.MakeAsync(_one, path, body, cancel);

    private Task<JsonElement> DoAsync(string path, object body) => BenchHost.DoAsync(_one, path, body, cancel);
}
