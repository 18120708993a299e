using Microsoft.Extensions.Logging;
using Platform.EventStore;

namespace Platform.Processors.Analytics;

/// <summary>
/// Ends analysts' sessions that keep others waiting, and takes away logins whose revocation was decided and not done yet. A session's own time-outs are
/// settings, which whoever is logged in may change.
/// </summary>
public sealed class AnalystWatch(AnalystLogins logins, TimeProvider time, ILogger<AnalystWatch> log) : RecurringJob(TimeSpan.FromSeconds(10), time, log)
{
    /// <summary>What a transaction of an analyst may last.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly ILogger _log = log;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        if (await logins.WatchAsync(Longest, cancel) is var ended and > 0)
            _log.LogWarning("{Sessions} sessions of analysts were ended: they kept others waiting.", ended);
        return false;
    }
}
