using Microsoft.Extensions.Logging;
using Platform.EventStore;
using Platform.Processors.Audit;
using Platform.Tests;

namespace Platform.Processors.Tests.Audit;

public sealed class ChainGuardWatchTests
{
    [Fact]
    public async Task A_disabled_trigger_raises_an_alarm_that_names_it()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var database = new Database(platform.Connections);
        var log = new Alarms();
        var watch = new ChainGuardWatch(database, TimeProvider.System, log);

        await watch.RunOnceAsync(CancellationToken.None);
        log.Critical.ShouldBeEmpty();

        await platform.OwnerConnectionString.QueryAsync("alter table public.mt_events disable trigger ledger_chain");
        await watch.RunOnceAsync(CancellationToken.None);
        log.Critical.ShouldHaveSingleItem().ShouldContain("mt_events/ledger_chain");
    }

    [Fact]
    public async Task A_database_that_is_away_is_no_alarm_and_no_failure()
    {
        await using var database = new Database(DatabaseConnections.Through("Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=1"));
        var log = new Alarms();

        using var watch = new ChainGuardWatch(database, TimeProvider.System, log);
        await watch.StartAsync(CancellationToken.None);
        while (log.Warnings == 0 && !watch.ExecuteTask!.IsCompleted)
            await Task.Delay(20);
        await watch.StopAsync(CancellationToken.None);

        watch.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
        log.Critical.ShouldBeEmpty();
        log.Warnings.ShouldBe(1);
    }

    private sealed class Alarms : ILogger<ChainGuardWatch>
    {
        public List<string> Critical { get; } = [];
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Critical)
                Critical.Add(formatter(state, exception));
            if (logLevel == LogLevel.Warning)
                Warnings++;
        }
    }
}
