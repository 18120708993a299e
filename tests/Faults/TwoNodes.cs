using System.Globalization;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>Two processes on one database, with shared keys and guard, either of which may lead the sequencer; clients append at both, and an observer watches each.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    /// <summary>Longer than the lease lives.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(4.5), Patience = TimeSpan.FromSeconds(60);

    private readonly ScratchDirectory _scratch = new();
    private readonly ExternalDatabase _database = new();
    private readonly List<(PlatformProcess Node, HttpClient Client, Newsroom Newsroom, Observer Observer)> _nodes = [];

    public static async Task<TwoNodes> StartAsync(int seed)
    {
        var nodes = new TwoNodes();
        await nodes._database.InitializeAsync();
        foreach (var name in new[] { "a", "b" })
            await nodes.AddAsync(name, seed++);
        return nodes;
    }

    public string Summary => string.Join("; ", _nodes.Select(n => $"{n.Newsroom.Journal.Receipts.Count} acknowledged, {n.Observer.Count} checkpoints seen"));

    /// <summary>How often the lease passed on.</summary>
    public async Task<long> LeaseEpochAsync() => (long)(await _database.ConnectionString.QueryAsync("select epoch from platform.lease where name = 'sequencer'"))!;

    /// <summary>The node stands still for longer than the lease lives, then goes on where it was.</summary>
    public async Task StandStillAsync(int node)
    {
        _nodes[node].Node.Send(Signal.Stop);
        try
        {
            await Task.Delay(Standstill);
        }
        finally
        {
            _nodes[node].Node.Send(Signal.Continue);
        }
    }

    public async Task KillAsync(int node)
    {
        await _nodes[node].Node.KillAsync();
        await _nodes[node].Node.StartAsync();
    }

    /// <summary>PostgreSQL ends by a signal and is started again.</summary>
    public async Task RestartDatabaseAsync(string signal)
    {
        await _database.StopAsync(signal);
        await _database.StartAsync();
    }

    /// <summary>At both nodes commands are acknowledged.</summary>
    public Task AwaitWorkAsync(int receipts) => Task.WhenAll(_nodes.Select(n => n.Newsroom.AwaitReceiptsAsync(receipts, Patience)));

    /// <summary>The work ends; the log is whole, everything ever shown was signed and consistent, and <c>verify</c> finds nothing.</summary>
    public async Task CheckAsync()
    {
        foreach (var n in _nodes)
            await n.Newsroom.CloseAsync();
        foreach (var n in _nodes)
        {
            await n.Newsroom.Journal.SettleAsync(Patience);
            n.Newsroom.Journal.Wrong.ShouldBeEmpty();
        }
        await AwaitSignedAsync();
        await _nodes[0].Node.AwaitHealthyAsync(TimeSpan.FromSeconds(10));
        (await CountAsync("select count(*) from (select first_index, lag(first_index + events, 1, 0::bigint) over (order by first_index) as due from ledger.log) l where first_index <> due")).ShouldBe(0, "gaps or overlaps");
        (await CountAsync("select count(*) from ledger.pending p where (select count(*) from ledger.log l where l.pending_id = p.id) <> 1")).ShouldBe(0, "appends without a place, or with two");
        (await CountAsync("select count(distinct ledger.index_of(seq_id)) from public.mt_events")).ShouldBe(await CountAsync("select ledger.size()"));
        await Observer.CheckAsync([.. _nodes.Select(n => n.Observer)]);
        var verify = await _nodes[0].Node.VerbAsync("verify");
        verify.ExitCode.ShouldBe(0, verify.Output);
        verify.Output.ShouldContain("no finding");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (node, client, newsroom, observer) in _nodes)
        {
            await newsroom.DisposeAsync();
            await observer.DisposeAsync();
            await node.DisposeAsync();
            client.Dispose();
        }
        await _database.DisposeAsync();
        _scratch.Dispose();
    }

    private async Task AddAsync(string name, int seed)
    {
        var shared = new Dictionary<string, string>(_database.Environment())
        {
            ["Ledger__Keys"] = Path.Combine(_scratch.Path, "keys"),
            ["Ledger__Guard"] = Path.Combine(_scratch.Path, "guard"),
        };
        var node = await PlatformProcess.StartAsync(Path.Combine(_scratch.Path, name), shared);
        var client = node.Client();
        _nodes.Add((node, client, await Newsroom.OpenAsync(client, seed, clients: 4), new Observer(node)));
    }

    private async Task AwaitSignedAsync()
    {
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; await CountAsync("select (select count(*) from public.mt_events) - (select size from ledger.head)") != 0; await Task.Delay(50))
            (Environment.TickCount64 < deadline).ShouldBeTrue($"not everything is signed; {await _database.ConnectionString.QueryAsync("select alarm from platform.sequencer")}");
    }

    private async Task<long> CountAsync(string sql) => Convert.ToInt64(await _database.ConnectionString.QueryAsync(sql), CultureInfo.InvariantCulture);
}
