using Microsoft.Extensions.Logging;
using Platform.EventStore;

namespace Platform.Processors.Audit;

/// <summary>Looks every minute whether the triggers that chain and guard the events still stand, and raises an alarm in the log if not.</summary>
public sealed class ChainGuardWatch(Database database, TimeProvider time, ILogger<ChainGuardWatch> log) : RecurringJob(TimeSpan.FromMinutes(1), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        foreach (var gap in await ChainGuard.FindGapsAsync(database.App, cancel))
            log.LogCritical("Trigger {Trigger} is missing or disabled: events appended now aren't chained or guarded. Run ./platform verify.", gap);
        return false;
    }
}
