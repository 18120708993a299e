using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventStore;

namespace Platform.Processors.Audit;

/// <summary>Looks every minute whether the triggers that chain and guard the events still stand, and raises an alarm in the log if not.</summary>
public sealed class ChainGuardWatch(Database database, TimeProvider time, ILogger<ChainGuardWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
                await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>One look.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var gap in await ChainGuard.FindGapsAsync(database.App, cancel))
                log.LogCritical("Trigger {Trigger} is missing or disabled: events appended now aren't chained or guarded. Run ./platform verify.", gap);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning(e, "Whether the chain is guarded couldn't be looked up; it's tried again in {Every}.", Every);
        }
    }
}
