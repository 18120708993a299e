using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Api.Hosting;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Tests;

namespace Platform.Processors.Tests.Audit;

public sealed class DenialWriterTests : IDisposable
{
    private static readonly Denial Publish = new("tenantaaaaaa", "ann", "content.publish", "POST", "/api/content/{id:guid}/publish");

    private readonly TestSigning _signing = new();

    public void Dispose() => _signing.Dispose();

    [Fact]
    public async Task What_waits_when_the_host_stops_is_written_then()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var database = new Database(platform.Connections);
        var store = StoreComposition.Compose(database, TimeProvider.System, _signing.Signing);
        using var writer = new DenialWriter(store, TimeProvider.System, NullLogger<DenialWriter>.Instance);
        await writer.StartAsync(CancellationToken.None);
        for (var n = 0; n < 300; n++)
            writer.Note(Publish with { Subject = $"ann-{n % 3}" });
        await writer.StopAsync(CancellationToken.None);

        (writer.Written, writer.Dropped).ShouldBe((6, 0));
        for (var n = 0; n < 3; n++)
            (await store.QuerySession("tenantaaaaaa").Events.FetchStreamAsync(AttemptDenied.StreamOf($"ann-{n}"))).Select(e => ((AttemptDenied)e.Data).Count).ShouldBe([1, 99]);
    }

    [Fact]
    public async Task Repeats_are_written_when_their_minute_is_over()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var database = new Database(platform.Connections);
        var time = new Leaping();
        var store = StoreComposition.Compose(database, TimeProvider.System, _signing.Signing);
        using var writer = new DenialWriter(store, time, NullLogger<DenialWriter>.Instance);
        await writer.StartAsync(CancellationToken.None);
        writer.Note(Publish);
        writer.Note(Publish);
        time.Ahead = TimeSpan.FromMinutes(1);
        for (var n = 0; n < 400 && writer.Written < 2; n++)
            await Task.Delay(25);
        writer.Written.ShouldBe(2);
        await writer.StopAsync(CancellationToken.None);
        writer.Written.ShouldBe(2);
    }

    [Fact]
    public async Task Without_its_database_it_keeps_nobody_waiting_and_says_what_it_lost()
    {
        await using var database = new Database(DatabaseConnections.Through("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=1"));
        using var writer = new DenialWriter(StoreComposition.Compose(database, TimeProvider.System, _signing.Signing), TimeProvider.System, NullLogger<DenialWriter>.Instance);
        await writer.StartAsync(CancellationToken.None);
        var clock = Stopwatch.StartNew();
        for (var n = 0; n < 100_000; n++)
            writer.Note(Publish with { Subject = $"ann-{n % 2_000}" });
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await writer.StopAsync(soon.Token);
        (writer.Written, writer.Dropped).ShouldBe((0, 100_000));
    }

    private sealed class Leaping : TimeProvider
    {
        public TimeSpan Ahead { get; set; }
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
