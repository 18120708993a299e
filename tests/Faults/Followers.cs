using System.Globalization;
using Platform.EventStore;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>Several processes on one database that share the projections; clients append at each.</summary>
internal sealed class Followers : IAsyncDisposable
{
    // With a pause there is always something to follow, and a log that all can be rebuilt of within seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(50);

    private readonly ScratchDirectory _scratch = new();
    private readonly ExternalDatabase _database = new();
    private readonly List<(PlatformProcess Node, HttpClient Client, Newsroom Newsroom)> _nodes = [];

    public static async Task<Followers> StartAsync(int count, int seed)
    {
        var followers = new Followers();
        await followers._database.InitializeAsync();
        for (var n = 0; n < count; n++)
        {
            var node = await PlatformProcess.StartAsync(Path.Combine(followers._scratch.Path, $"{n}"), followers._database.Environment());
            var client = node.Client();
            followers._nodes.Add((node, client, await Newsroom.OpenAsync(client, seed + n, clients: 3, pause: Pause)));
        }
        return followers;
    }

    public PlatformProcess this[int node] => _nodes[node].Node;
    public string ConnectionString => _database.ConnectionString;

    /// <summary>Which process holds each projection's lease now.</summary>
    public async Task<IReadOnlyDictionary<string, string>> HoldersAsync() => ((string)(await ConnectionString.QueryAsync("""
            select coalesce(string_agg(l.name || ' ' || left(l.holder::text, 18), ','), '') from platform.lease l
            join platform.projection p on l.name = p.name || '/' || p.generation and p.state in ('live', 'failed') where l.expires_at > clock_timestamp()
            """))!).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToDictionary(l => l[0], l => l[1]);

    /// <summary>Every projection is held, and the processes hold about as many each.</summary>
    public async Task AwaitFairAsync(int processes)
    {
        var most = (Platform.Projections.ReadModels.All.Count + processes - 1) / processes;
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ; await Task.Delay(100))
        {
            var held = (await HoldersAsync()).GroupBy(h => h.Value).Select(g => g.Count()).ToList();
            if (held.Count == processes && held.Sum() == Platform.Projections.ReadModels.All.Count && held.Max() <= most)
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue($"{processes} processes hold {string.Join(", ", held)}, at most {most} expected");
        }
    }

    /// <summary>Every projection is held by a process that lives: its lease was renewed since the call.</summary>
    public async Task AwaitAllHeldAsync()
    {
        var last = await QueryAsync("select max(expires_at) from platform.lease where name like '%/%'");
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ; await Task.Delay(50))
        {
            var left = (string)(await QueryAsync($"""
                select coalesce(string_agg(p.name, ', '), '') from platform.projection p
                where p.state in ('live', 'failed') and not exists (select from platform.lease l where l.name = p.name || '/' || p.generation and l.expires_at > '{last:O}')
                """))!;
            if (left.Length == 0)
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue($"nobody follows {left}");
        }
    }

    public Task AwaitWorkAsync(int receipts, params int[] nodes) =>
        Task.WhenAll((nodes.Length == 0 ? [.. Enumerable.Range(0, _nodes.Count)] : nodes).Select(n => _nodes[n].Newsroom.AwaitReceiptsAsync(receipts, Patience)));

    /// <summary>Every read model but these has everything that is in the log when asked.</summary>
    public async Task AwaitModelsAsync(TimeSpan within, params string[] except)
    {
        var size = await CountAsync("select ledger.size()");
        for (var deadline = Environment.TickCount64 + (long)within.TotalMilliseconds; ; await Task.Delay(50))
        {
            var behind = (string)(await ConnectionString.QueryAsync($"select coalesce(string_agg(name || ' at ' || position, ', '), '') from platform.projection where state in ('live', 'failed') and position < {size} and name <> all ('{{{string.Join(',', except)}}}')"))!;
            if (behind.Length == 0)
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue($"the log has {size} events; {behind}");
        }
    }

    public Task<object?> QueryAsync(string sql) => ConnectionString.QueryAsync(sql);

    /// <summary>The work ends, and everything is as it must be.</summary>
    public async Task CheckAsync()
    {
        foreach (var n in _nodes)
            await n.Newsroom.CloseAsync();
        foreach (var n in _nodes)
        {
            await n.Newsroom.Journal.SettleAsync(Patience);
            n.Newsroom.Journal.Wrong.ShouldBeEmpty();
        }
        await AwaitModelsAsync(Patience);
        await Aftermath.CheckModelsAsync(_nodes[0].Node);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (node, client, newsroom) in _nodes)
        {
            await newsroom.DisposeAsync();
            await node.DisposeAsync();
            client.Dispose();
        }
        await _database.DisposeAsync();
        _scratch.Dispose();
    }

    private async Task<long> CountAsync(string sql) => Convert.ToInt64(await QueryAsync(sql), CultureInfo.InvariantCulture);
}
