using Microsoft.Extensions.Logging;
using Platform.EventStore;

namespace Platform.Processors.Sites;

/// <summary>Gives allowances that this node doesn't use to the others, when it's idle and when it stops; forgets those of days that are over.</summary>
public sealed class AllowanceReturn(AppendQuotas quotas, TenantCounters counters, TimeProvider time, ILogger<AllowanceReturn> log) : RecurringJob(TimeSpan.FromSeconds(1), time, log)
{
    // Milliseconds for which nobody asked for it.
    private const long Idle = 1_000;

    // A node whose clock is behind may still be in yesterday.
    private const int DaysKept = 2;

    private readonly TimeProvider _time = time;
    private DateOnly _forgotten;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        await quotas.ReturnAsync(Idle, today, cancel);
        if (_forgotten != today)
        {
            await counters.ForgetAsync(today.AddDays(-DaysKept), cancel);
            _forgotten = today;
        }
        return false;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await quotas.ReturnAsync(0, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), cancellationToken);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or OperationCanceledException)
        {
            // Lost until the day is over, as when the process is killed.
        }
    }
}
