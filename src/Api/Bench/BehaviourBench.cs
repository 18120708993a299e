using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Domain.Analytics;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Analytics;
using Platform.Processors.Sites;
using Platform.Projections;
using Platform.Projections.Analytics;
using SessionOptions = Platform.EventStore.SessionOptions;

namespace Platform.Api.Bench;

/// <summary>
/// Visitors' events: how many come in over HTTP, beside requests that do nothing and beside appends without HTTP; then, over three months of ten sites, what a dashboard of 30 days and a comparison of all
/// sites take, beside the same from the events themselves.
/// </summary>
internal sealed class BehaviourBench(BenchDatabase database, int rounds, double seconds, CancellationToken cancel)
{
    private const string Tenant = "benchtenant7", Host = "www.bench.example";
    private const int Sites = 10, Days = 90, ShownDays = 30, EventsARequest = 500, Batched = 4, Single = 64, EventsATransaction = 1_000, Writers = 4, Askings = 20, OtherDays = 59;

    private readonly Guid[] _sites = [.. Enumerable.Range(0, Sites).Select(_ => Guid.CreateVersion7())];

    // What a dashboard asks at once.
    private static readonly string[] Widgets =
    [
        "metrics=visitors,visits,page_views,bounce_rate,visit_ms&compare=previous", "metrics=page_views,visitors&dimensions=day", "metrics=page_views,visitors&dimensions=page&rows=10",
        "metrics=visitors&dimensions=referrer&rows=10", "metrics=visitors&dimensions=country&rows=10", "metrics=visitors&dimensions=device",
    ];

    private const string Comparison = "metrics=visitors,visits,page_views,bounce_rate&dimensions=site";

    public async Task RunAsync(int events)
    {
        await CollectAsync();
        await AskAsync(events);
    }

    private async Task CollectAsync()
    {
        await using var app = await BenchHost.StartAsync(database, Tenant, cancel);
        var (store, hosts) = (app.Services.GetRequiredService<DocumentStore>(), app.Services.GetRequiredService<SiteHosts>());
        var session = store.LightweightSession(new SessionOptions(DocumentStore.PlatformTenant, "bench"));
        session.Events.Append(DomainClaim.IdOf(Host), new DomainClaimed(Host, Tenant, _sites[0], DateTimeOffset.UtcNow));
        await session.SaveChangesAsync(cancel);
        while (await hosts.FindAsync(Host, cancel) is null)
            await Task.Delay(50, cancel);
        var collector = app.Services.GetRequiredService<BehaviourCollector>();
        var visits = new GeneratedVisits(_sites, DateTimeOffset.UtcNow.AddDays(-1), 1, seed: 1);
        var rows = new List<string[]>();
        foreach (var (name, clients, perRequest, goal) in new[] { ($"{EventsARequest} events a request, {Batched} clients", Batched, EventsARequest, "20,000"), ($"1 event a request, {Single} clients", Single, 1, "5,000; p95 50") })
        {
            var (rates, waits, floors, direct) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
            // Before the clock starts every path has been compiled.
            await SendAsync(app, clients, perRequest, [], seconds / 2);
            for (var round = 0; round < rounds; round++)
            {
                BenchReport.Progress($"behaviour: {name}, round {round + 1} of {rounds}");
                floors.Add(perRequest * await DoNothingAsync(app, clients));
                direct.Add(await CollectDirectlyAsync(collector, clients, visits.Make(400_000).SelectMany(one => one).Chunk(perRequest)));
                rates.Add(await SendAsync(app, clients, perRequest, waits, seconds));
            }
            rows.Add([name, BenchReport.Number(Round.Middle(floors)), BenchReport.Number(Round.Middle(direct)), BenchReport.Number(Round.Middle(rates)), At(waits, 0.5), At(waits, 0.95), goal]);
        }
        var seen = await SeenAsync(app);
        BenchReport.Table($"Visitors' events over HTTP, on disk and chained when answered, events/s (median of {rounds} rounds of {seconds} s; clients, host with all its read models and database on this machine)",
            ["", "floor: requests that do nothing, times events", "without HTTP", "POST /api/track", "p50 ms", "p95 ms", "goal"], rows);
        BenchReport.Table("From an event's answer until the live counter has it, ms, beside two clients that send without pause", ["p50", "p95", "most", "goal"], [[At(seen, 0.5), At(seen, 0.95), At(seen, 1), "2,000"]]);
        await app.StopAsync(cancel);
    }

    private async Task<List<double>> SeenAsync(WebApplication app)
    {
        BenchReport.Progress("behaviour: the live counter");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await SendAsync(app, clients: 2, perRequest: 1, [], length: 0.5);
        }, cancel);
        using var client = BenchHost.Client(app, Tenant);
        var collector = app.Services.GetRequiredService<BehaviourCollector>();
        var waits = new List<double>();
        for (var n = 0; n < Askings; n++)
        {
            // On a site of its own: nobody else is counted there.
            var site = Guid.CreateVersion7();
            var hit = new Hit(Guid.CreateVersion7(), site, Guid.NewGuid(), DateTimeOffset.UtcNow, "/", "desktop");
            await collector.AddAsync(new SessionOptions(Tenant, "visitors", "track", "bench"), [new PageViewed(hit)]);
            var answered = Stopwatch.GetTimestamp();
            while (await VisitorsAsync(site) == 0)
                await Task.Delay(5, cancel);
            waits.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }
        await over.CancelAsync();
        await sending;
        return waits;

        async Task<long> VisitorsAsync(Guid site) => (await LiveVisitors.FindAsync(app.Services.GetRequiredService<DocumentStore>().QuerySession(Tenant), [site], DateTimeOffset.UtcNow, cancel)).Live.Visitors;
    }

    private async Task AskAsync(int events)
    {
        var store = database.Platform;
        var before = await database.ScalarAsync<long>("select pg_database_size(current_database())");
        var clock = Stopwatch.StartNew();
        await FillAsync(store, events);
        var (filled, log) = (clock.Elapsed, await database.ScalarAsync<long>("select pg_database_size(current_database())") - before);
        Projection[] models = [new Hits(), new HitsByDay(), new HitsByQuarterHour(), new Visits()];
        BenchReport.Progress($"behaviour: read models of {events:#,##0} events");
        clock.Restart();
        await new ProjectionRebuild(store).RunAsync(models, null, cancel);
        var built = clock.Elapsed;
        foreach (var model in models)
            await database.VacuumAsync($"read.{model.Name}_{await database.ScalarAsync<int>($"select generation from platform.projection where name = '{model.Name}' and state = 'live'")}");
        await database.VacuumAsync("public.mt_events");
        BenchReport.Table($"{events:#,##0} events of {Sites} sites over {Days} days",
            ["appended, events/s", "4 read models, events/s", "ledger, bytes an event", .. models.Select(model => $"{model.Name}, bytes an event")],
            [[Rate(events, filled), Rate(events, built), BenchReport.Number((double)log / events), .. await Task.WhenAll(models.Select(async model => BenchReport.Number((double)await SizeAsync(model) / events)))]]);

        await using var app = await BenchHost.StartAsync(database, Tenant, cancel);
        using var client = BenchHost.Client(app, Tenant);
        // The host's other models have the log to pass too.
        foreach (var model in ReadModels.All)
            await app.Services.GetRequiredService<DocumentStore>().QuerySession(Tenant).WaitForAllAsync(model.Name, TimeSpan.FromMinutes(10), cancel);
        var last = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-2);
        var rows = new List<string[]>();
        foreach (var zone in new[] { "Etc/UTC", "Europe/Vienna" })
        {
            rows.Add(await MeasureAsync($"dashboard of a site, {ShownDays} days, {Widgets.Length} questions at once, {zone}", "300",
                n => Task.WhenAll(Widgets.Select(widget => GetAsync(client, $"siteId={_sites[n % Sites]}&{Scope(n)}{zone}&{widget}")))));
            rows.Add(await MeasureAsync($"comparison of all sites, {ShownDays} days, {zone}", "500", n => GetAsync(client, $"{Scope(n)}{zone}&{Comparison}")));
        }
        var session = store.QuerySession(Tenant);
        rows.Add(await MeasureAsync("peer: page views and visitors of all sites by site, from the events", "", _ => BehaviourAnswer.FindAsync(session,
            new BehaviourQuery([], last.AddDays(1 - ShownDays), last, "Etc/UTC", ["page_views", "visitors"], ["site"], [], false, 100), cancel, new BehaviourLimits(long.MaxValue, long.MaxValue)), askings: 3));
        BenchReport.Table($"Questions over {events:#,##0} events, over HTTP, ms", ["", "p50", "p95", "most", "goal p95"], rows);
        await app.StopAsync(cancel);

        // Other days each time: what was answered before is in memory.
        string Scope(int n) => string.Create(CultureInfo.InvariantCulture, $"from={last.AddDays(1 - ShownDays - n % OtherDays):yyyy-MM-dd}&to={last.AddDays(-n % OtherDays):yyyy-MM-dd}&timezone=");
    }

    private async Task FillAsync(DocumentStore store, int events)
    {
        var (visits, made) = (new GeneratedVisits(_sites, DateTimeOffset.UtcNow.Date.AddDays(-Days), Days, seed: 2).Make(events).Chunk(EventsATransaction / 6).GetEnumerator(), 0);
        var turn = new Lock();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                IHitEvent[][] next;
                lock (turn)
                {
                    if (!visits.MoveNext())
                        return;
                    next = visits.Current;
                }
                var session = store.LightweightSession(new SessionOptions(Tenant, "visitors", "track", "bench"));
                foreach (var visit in next)
                    foreach (var e in visit)
                        session.Events.Append<Visit>(Visit.IdOf(e.Hit.SiteId, e.Hit.VisitorId, visit[0].Hit.At), e);
                await session.SaveChangesAsync(cancel);
                if (Interlocked.Add(ref made, next.Sum(visit => visit.Length)) is var so && so % 100_000 < EventsATransaction)
                    BenchReport.Progress($"behaviour: {so:#,##0} of {events:#,##0} events appended");
            }
        }, cancel)));
        var sequencer = new Sequencer(store, NullLogger<Sequencer>.Instance);
        while (await sequencer.TurnAsync(cancel) > 0)
        {
        }
        await sequencer.RunAsync(new CancellationToken(canceled: true));
    }

    private async Task<string[]> MeasureAsync(string name, string goal, Func<int, Task> ask, int askings = Askings)
    {
        BenchReport.Progress($"behaviour: {name}");
        await ask(OtherDays);
        var waits = new List<double>();
        for (var n = 0; n < askings * rounds; n++)
        {
            var asked = Stopwatch.GetTimestamp();
            await ask(n);
            waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
        return [name, At(waits, 0.5), At(waits, 0.95), At(waits, 1), goal];
    }

    private async Task GetAsync(HttpClient client, string question)
    {
        using var answer = await client.GetAsync($"/api/analytics/query?{question}", cancel);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{question}: {await answer.Content.ReadAsStringAsync(cancel)}");
    }

    private async Task<double> SendAsync(WebApplication app, int clients, int perRequest, List<double> waits, double length)
    {
        var (started, sent) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            client.DefaultRequestHeaders.Host = Host;
            client.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < length)
            {
                using var body = new ByteArrayContent(Body(perRequest)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                var asked = Stopwatch.GetTimestamp();
                using var answer = await client.PostAsync("/api/track", body, cancel);
                answer.EnsureSuccessStatusCode();
                Interlocked.Add(ref sent, perRequest);
                lock (waits)
                    waits.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }
        }, cancel)));
        return sent / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static byte[] Body(int events)
    {
        var body = new StringBuilder("[");
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var visitor = Guid.Empty;
        for (var n = 0; n < events; n++)
        {
            // About as many events a visit as visits have.
            visitor = n % 6 == 0 ? new Guid(Random.Shared.Next(100_000), 0, 0, new byte[8]) : visitor;
            body.Append(n == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $$"""{"id":"{{Guid.CreateVersion7()}}","name":"page_view","url":"https://{{Host}}/page-{{Random.Shared.Next(2_000)}}?utm_source=letter","referrer":"https://search.example/","at":"{{now}}","sent":"{{now}}","visitor":"{{visitor}}"}""");
        }
        return Encoding.UTF8.GetBytes(body.Append(']').ToString());
    }

    private async Task<double> DoNothingAsync(WebApplication app, int clients)
    {
        var (started, sent) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds / 2)
            {
                (await client.GetAsync("/health/live", cancel)).Dispose();
                Interlocked.Increment(ref sent);
            }
        }, cancel)));
        return sent / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<double> CollectDirectlyAsync(BehaviourCollector collector, int clients, IEnumerable<IHitEvent[]> requests)
    {
        using var next = requests.GetEnumerator();
        var (turn, started, sent) = (new Lock(), Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds / 2)
            {
                IHitEvent[] events;
                lock (turn)
                {
                    if (!next.MoveNext())
                        return;
                    events = next.Current;
                }
                await collector.AddAsync(new SessionOptions(Tenant, "visitors", "track", "bench"), events);
                Interlocked.Add(ref sent, events.Length);
            }
        }, cancel)));
        return sent / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<long> SizeAsync(Projection model) => await database.ScalarAsync<long>(
        $"select sum(pg_total_relation_size('read.' || name || '_' || generation))::bigint from platform.projection where name = '{model.Name}' and state = 'live'");

    private static string Rate(int events, TimeSpan took) => BenchReport.Number(events / took.TotalSeconds);

    private static string At(List<double> waits, double share) => BenchReport.Number(Round.At(waits, share));
}
