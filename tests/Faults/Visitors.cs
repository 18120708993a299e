using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Platform.Faults.Tests;

/// <summary>Visitors' events, sent a few at a time until each is acknowledged, as trackers send them: whoever gets no answer sends the same again.</summary>
internal sealed class Visitors : IAsyncDisposable
{
    private const int Senders = 3, EventsARequest = 5;

    private readonly HttpClient _client;
    private readonly Guid _site;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Guid> _acknowledged = [];
    private readonly ConcurrentQueue<string> _wrong = [];
    private readonly Task _sending;
    private int _sentAgain;

    private Visitors(HttpClient client, Guid site)
    {
        (_client, _site) = (client, site);
        _sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender))));
    }

    public static async Task<Visitors> OpenAsync(HttpClient client) => new(client, await Newsroom.SiteAsync(new Journal(client)));

    public int Acknowledged => _acknowledged.Count;
    public int SentAgain => _sentAgain;

    /// <summary>What was being sent is sent until it's acknowledged, and nothing more.</summary>
    public async Task CloseAsync()
    {
        await _stop.CancelAsync();
        await _sending.WaitAsync(TimeSpan.FromSeconds(90));
        _wrong.ShouldBeEmpty();
    }

    /// <summary>Each acknowledged event is in the ledger once, and nothing else is.</summary>
    public async Task CheckAsync(string ownerConnectionString)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false }.ConnectionString);
        await using var command = database.CreateCommand("select (data -> 'hit' ->> 'eventId')::uuid from public.mt_events where type = 'analytics.page-viewed' and (data -> 'hit' ->> 'siteId')::uuid = $1");
        command.Parameters.Add(new() { Value = _site });
        var kept = new List<Guid>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                kept.Add(reader.GetGuid(0));
        kept.ShouldBeUnique();
        kept.ShouldBe(_acknowledged, ignoreOrder: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task SendAsync(int sender)
    {
        for (var visit = 0; !_stop.IsCancellationRequested; visit++)
        {
            var events = Enumerable.Range(0, EventsARequest).Select(n => new
            {
                id = Guid.NewGuid(),
                name = "page_view",
                url = $"https://a.example/{n}",
                at = DateTimeOffset.UtcNow.AddMinutes(-5).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null),
                visitor = $"{sender}/{visit / 10}",
            }).ToArray();
            for (var deadline = Environment.TickCount64 + 60_000; !await IsAcknowledgedAsync(events); await Task.Delay(100))
            {
                Interlocked.Increment(ref _sentAgain);
                if (Environment.TickCount64 > deadline)
                {
                    _wrong.Enqueue("Events weren't acknowledged within a minute.");
                    return;
                }
            }
            foreach (var e in events)
                _acknowledged.Add(e.id);
            await Task.Delay(20);
        }
    }

    private async Task<bool> IsAcknowledgedAsync(object[] events)
    {
        try
        {
            using var answer = await _client.PostAsJsonAsync($"/api/sites/{_site}/track", events);
            var text = await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode is 429 or 503)
                return false;
            if ((int)answer.StatusCode != 200 || JsonElement.Parse(text) is var receipt && receipt.GetProperty("accepted").GetInt32() + receipt.GetProperty("duplicates").GetInt32() != EventsARequest)
                _wrong.Enqueue($"{(int)answer.StatusCode} {text}");
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
