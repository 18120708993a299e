using System.Diagnostics;
using System.Net;
using Npgsql;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>PostgreSQL elsewhere: stopped and started under requests, and with no connection left for them.</summary>
public sealed class ExternalDatabaseTests(ExternalDatabase database, ITestOutputHelper output) : IClassFixture<ExternalDatabase>, IDisposable
{
    private readonly ScratchDirectory _data = new();

    [Fact]
    public async Task A_stopped_database_is_503_with_retry_after_and_is_used_again_once_it_is_back()
    {
        await using var platform = await PlatformProcess.StartAsync(_data.Path, database.Environment());
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, Seed.Choose(output));
        foreach (var signal in new[] { Signal.Interrupt, Signal.Quit })
        {
            await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));
            await database.StopAsync(signal);
            foreach (var path in new[] { "/api/content", "/api/content-types/note", $"/api/content/{Guid.CreateVersion7()}", "/api/sites" })
                await ShouldBeAwayAsync(client, path);
            (await client.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await client.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            await database.StartAsync();
            await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));
        }
        platform.IsRunning.ShouldBeTrue(platform.Log);
        await newsroom.CloseAsync();
        output.WriteLine($"{newsroom.Journal.Receipts.Count} acknowledged, {newsroom.Journal.Away.Count} answers 503; longest wait {newsroom.Journal.LongestWait.TotalSeconds:0.0} s");
        newsroom.Journal.Away.ShouldNotBeEmpty("no command met the database away: nothing was tested");
        await Aftermath.CheckAsync(platform, newsroom.Journal);
    }

    [Fact]
    public async Task Without_a_free_connection_a_request_is_503_within_seconds_and_the_next_one_is_not()
    {
        await using var platform = await PlatformProcess.StartAsync(_data.Path, database.Environment("Maximum Pool Size=2;Timeout=1;Command Timeout=4"));
        using var client = platform.Client();
        await using var newsroom = await Newsroom.OpenAsync(client, Seed.Choose(output), clients: 16);
        await newsroom.AwaitReceiptsAsync(20, TimeSpan.FromSeconds(30));

        // Whoever appends waits for this lock and keeps its connection meanwhile.
        await using (var holder = new NpgsqlConnection(database.ConnectionString))
        {
            await holder.OpenAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await holder.RunAsync("lock table public.mt_events in access exclusive mode");
            var item = newsroom.Journal.Receipts.Values.First(r => r.Events[0].Type == "content.item-created").StreamId;
            var before = newsroom.Journal.Away.Count;
            var clock = Stopwatch.StartNew();
            await Parallel.ForAsync(0, 8, async (_, _) => await ShouldBeAwayAsync(client, $"/api/content/{item}"));
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
            while (newsroom.Journal.Away.Count < before + 16)
            {
                clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
                await Task.Delay(50);
            }
        }

        await newsroom.AwaitReceiptsAsync(50, TimeSpan.FromSeconds(20));
        await newsroom.CloseAsync();
        output.WriteLine($"{newsroom.Journal.Receipts.Count} acknowledged, {newsroom.Journal.Away.Count} answers 503; longest wait {newsroom.Journal.LongestWait.TotalSeconds:0.0} s");
        newsroom.Journal.LongestWait.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        await Aftermath.CheckAsync(platform, newsroom.Journal);
    }

    private static async Task ShouldBeAwayAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, text);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    public void Dispose() => _data.Dispose();
}
