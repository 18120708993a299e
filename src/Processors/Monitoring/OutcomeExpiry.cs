using Microsoft.Extensions.Logging;
using Platform.EventStore;

namespace Platform.Processors.Monitoring;

/// <summary>Forgets idempotency keys and ids that were accepted, each after its time, so that their tables stay as small as a day's traffic.</summary>
public sealed class OutcomeExpiry(Database database, TimeProvider time, ILogger<OutcomeExpiry> log) : RecurringJob(TimeSpan.FromMinutes(15), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        await ForgetAsync(cancel);
        await using var accepted = database.App.CreateCommand("select platform.forget_accepted()");
        await accepted.ExecuteNonQueryAsync(cancel);
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
