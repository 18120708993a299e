using Microsoft.Extensions.Logging;
using Platform.EventStore;

namespace Platform.Processors.Monitoring;

/// <summary>Forgets idempotency keys after their 24 hours, so that their table stays as small as a day's traffic.</summary>
public sealed class OutcomeExpiry(Database database, TimeProvider time, ILogger<OutcomeExpiry> log) : RecurringJob(TimeSpan.FromMinutes(15), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        await ForgetAsync(cancel);
        return false;
    }

    /// <summary>Removes what has expired.</summary>
    /// <returns>Keys removed.</returns>
    public async Task<long> ForgetAsync(CancellationToken cancel)
    {
        await using var command = database.App.CreateCommand("select platform.forget_outcomes()");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
