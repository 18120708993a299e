using System.Text.Json;

namespace Platform.Faults.Tests;

/// <summary>
/// Clients that create, edit and publish items, as fast as they are answered unless they take their time, each its own items; every choice comes from the seed. They go on
/// through every fault, as real ones would.
/// </summary>
internal sealed class Newsroom : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Guid _site;
    private readonly int _bodyBytes;
    private readonly TimeSpan _pause;
    private readonly List<Task> _clients;

    private Newsroom(Journal journal, Guid site, int seed, int clients, int bodyBytes, TimeSpan pause)
    {
        (Journal, _site, _bodyBytes, _pause) = (journal, site, bodyBytes, pause);
        _clients = [.. Enumerable.Range(0, clients).Select(n => Task.Run(() => WorkAsync(n, new Random(unchecked(seed + n * 7919)))))];
    }

    public Journal Journal { get; }

    /// <param name="client">Of the platform; the caller disposes it.</param>
    /// <param name="seed">Decides what is sent.</param>
    /// <param name="clients">At once.</param>
    /// <param name="bodyBytes">An item's body on average.</param>
    /// <param name="pause">Of each client after each answer.</param>
    public static async Task<Newsroom> OpenAsync(HttpClient client, int seed, int clients = 8, int bodyBytes = 200, TimeSpan pause = default)
    {
        var journal = new Journal(client);
        return new Newsroom(journal, await PrepareAsync(journal), seed, clients, bodyBytes, pause);
    }

    /// <summary>A content type, and the site that items go to.</summary>
    public static async Task<Guid> PrepareAsync(Journal journal)
    {
        var type = new Sent("type", HttpMethod.Post, "/api/content-types", """{"name":"note","fields":[{"name":"title","type":"text","required":true},{"name":"body","type":"markdown"}]}""");
        (await journal.SendAsync(type)).ShouldBe(201, string.Join('\n', journal.Wrong));
        return await SiteAsync(journal);
    }

    /// <summary>A further site.</summary>
    public static async Task<Guid> SiteAsync(Journal journal)
    {
        var name = $"site-{Guid.NewGuid():N}"[..20];
        (await journal.SendAsync(new Sent(name, HttpMethod.Post, "/api/sites", JsonSerializer.Serialize(new { name, domain = $"{name}.example" })))).ShouldBe(201, string.Join('\n', journal.Wrong));
        return journal.Receipts[name].StreamId;
    }

    public static Sent Create(Guid site, string key, string title, string body = "") =>
        new(key, HttpMethod.Post, "/api/content", JsonSerializer.Serialize(new { siteId = site, type = "note", locale = "en", slug = key, fields = new { title, body } }));

    public static Sent Edit(Guid item, string key, string title, string body = "", long? ifMatch = null) =>
        new(key, HttpMethod.Put, $"/api/content/{item}", JsonSerializer.Serialize(new { fields = new { title, body } }), ifMatch);

    public static Sent Publish(Guid item, string key) => new(key, HttpMethod.Post, $"/api/content/{item}/publish", "{}");

    /// <summary>Waits for this many more receipts.</summary>
    public async Task AwaitReceiptsAsync(int more, TimeSpan within)
    {
        var (goal, deadline) = (Journal.Receipts.Count + more, Environment.TickCount64 + (long)within.TotalMilliseconds);
        while (Journal.Receipts.Count < goal)
        {
            (Environment.TickCount64 < deadline).ShouldBeTrue($"no {more} commands were acknowledged within {within}; {string.Join('\n', Journal.Away.Concat(Journal.Wrong).TakeLast(3))}");
            await Task.Delay(20);
        }
    }

    /// <summary>The clients finish what they are at.</summary>
    public async Task CloseAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _stop.Dispose();
    }

    private async Task WorkAsync(int client, Random random)
    {
        var items = new List<Guid>();
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            var key = $"c{client}-{n}-{random.Next():x8}";
            // Chance can't be compressed, so that it takes the room that it should.
            var text = random.GetHexString(random.Next(_bodyBytes * 2), lowercase: true);
            var command = items.Count == 0 || random.Next(10) < 4 ? Create(_site, key, key, text)
                : random.Next(3) > 0 ? Edit(items[random.Next(items.Count)], key, key, text)
                : Publish(items[random.Next(items.Count)], key);
            var status = await Journal.SendAsync(command);
            if (status == 201)
                items.Add(Journal.Receipts[key].StreamId);
            else if (status is 0 or 503)
                await Task.Delay(20 + random.Next(100));
            if (_pause > TimeSpan.Zero)
                await Task.Delay(_pause);
        }
    }
}
