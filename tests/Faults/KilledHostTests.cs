using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>The process is killed under load, again and again, and started again on its directory.</summary>
public sealed class KilledHostTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private const int Scheduled = 12;

    [Fact]
    public async Task Every_acknowledged_command_and_visitors_event_survives_kill_minus_nine_of_the_host_exactly_once()
    {
        var seed = Seed.Choose(output);
        var random = new Random(seed);
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(data.Path);
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, seed);
        await using var visitors = await Visitors.OpenAsync(client);
        var scheduled = await ScheduleAsync(client);
        for (var kill = 0; kill < Kills; kill++)
        {
            await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));
            await Task.Delay(random.Next(500));
            await platform.KillAsync();
            await platform.StartAsync();
        }
        await newsroom.CloseAsync();
        await visitors.CloseAsync();
        output.WriteLine($"{newsroom.Journal.Receipts.Count} commands acknowledged, {newsroom.Journal.Unanswered.Count()} not answered; {visitors.Acknowledged} visitors' events, {visitors.SentAgain} times sent again");
        visitors.Acknowledged.ShouldBeGreaterThan(0);
        await visitors.CheckAsync(platform.OwnerConnectionString);
        await Aftermath.CheckAsync(platform, newsroom.Journal);
        foreach (var item in scheduled)
            await ShouldBePublishedOnceAsync(client, item);
    }

    /// <summary>Items that fall due one after the other while the process lives and while it doesn't.</summary>
    private static async Task<IReadOnlyList<Guid>> ScheduleAsync(HttpClient client)
    {
        var journal = new Journal(client);
        var site = await Newsroom.SiteAsync(journal);
        var items = new List<Guid>();
        for (var n = 0; n < Scheduled; n++)
        {
            (await journal.SendAsync(Newsroom.Create(site, $"due-{n}", "Due"))).ShouldBe(201);
            items.Add(journal.Receipts[$"due-{n}"].StreamId);
            var schedule = JsonSerializer.Serialize(new { publishAt = DateTimeOffset.UtcNow.AddSeconds(1 + n * 0.7) });
            (await journal.SendAsync(new Sent($"schedule-{n}", HttpMethod.Post, $"/api/content/{items[n]}/schedule", schedule))).ShouldBe(200, string.Join('\n', journal.Wrong));
        }
        return items;
    }

    private static async Task ShouldBePublishedOnceAsync(HttpClient client, Guid item)
    {
        for (var deadline = Environment.TickCount64 + 30_000; ; await Task.Delay(200))
        {
            var history = await client.GetFromJsonAsync<JsonElement>($"/api/content/{item}/history");
            var published = history.GetProperty("items").EnumerateArray().Count(e => e.GetProperty("type").GetString() == "content.item-published");
            published.ShouldBeLessThanOrEqualTo(1, history.ToString());
            if (published == 1)
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue($"what was due isn't done: {history}");
        }
    }
}
