using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>Sixteen clients edit one item.</summary>
public sealed class HotItemTests(ITestOutputHelper output)
{
    private const int Clients = 16;
    private const int EditsEach = 15;

    [Fact]
    public async Task Nobody_who_edits_an_item_with_fifteen_others_is_refused_or_lost()
    {
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(data.Path);
        using var client = platform.Client();
        var journal = new Journal(client);
        var site = await Newsroom.PrepareAsync(journal);
        var item = await ItemAsync(journal, site, "shared");

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async c =>
        {
            for (var n = 0; n < EditsEach; n++)
                await journal.SendAsync(Newsroom.Edit(item, $"e{c}-{n}", $"edit {n} of {c}"));
        }));
        output.WriteLine($"{Clients * EditsEach} edits in {clock.Elapsed.TotalSeconds:0.0} s, longest {journal.LongestWait.TotalSeconds:0.00} s, {journal.Away.Count} answers 503");
        journal.Away.ShouldBeEmpty();
        journal.Unanswered.ShouldBeEmpty();

        // With If-Match the loser hears it, reads again, and decides for itself.
        var guarded = await ItemAsync(journal, site, "guarded");
        var lost = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async c =>
        {
            for (var (n, tries) = (0, 0); n < 3; tries++)
            {
                var version = (await client.GetFromJsonAsync<JsonElement>($"/api/content/{guarded}")).GetProperty("version").GetInt64();
                if (await journal.SendAsync(Newsroom.Edit(guarded, $"g{c}-{n}-{tries}", $"guarded {n} of {c}", ifMatch: version)) == 200)
                    n++;
                else
                    Interlocked.Increment(ref lost);
            }
        }));
        output.WriteLine($"{Clients * 3} edits with If-Match, {lost} answers 412");
        var versions = journal.Receipts.Where(r => r.Key.StartsWith('g') && r.Value.StreamId == guarded).Select(r => r.Value.Version).Order().ToList();
        versions.ShouldBe(Enumerable.Range(1, Clients * 3 + 1).Select(v => (long)v));
        journal.Away.ShouldBeEmpty();
        lost.ShouldBeGreaterThan(0, "nobody met anybody: nothing was tested");
        await Aftermath.CheckAsync(platform, journal);
    }

    private static async Task<Guid> ItemAsync(Journal journal, Guid site, string key)
    {
        (await journal.SendAsync(Newsroom.Create(site, key, key))).ShouldBe(201);
        return journal.Receipts[key].StreamId;
    }
}
