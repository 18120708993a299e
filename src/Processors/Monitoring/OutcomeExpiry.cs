using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventStore;

namespace Platform.Processors.Monitoring;

/// <summary>Forgets idempotency keys after their 24 hours, so that their table stays as small as a day's traffic. Any number of nodes may run it.</summary>
public sealed class OutcomeExpiry(Database database, TimeProvider time, ILogger<OutcomeExpiry> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryForgetAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task TryForgetAsync(CancellationToken cancel)
    {
        try
        {
            await ForgetAsync(cancel);
        }
        catch (NpgsqlException e)
        {
            log.LogWarning(e, "Expired idempotency keys weren't removed; it's tried again in {Every}.", Every);
        }
    }

    /// <summary>Removes what has expired.</summary>
    /// <returns>Keys removed.</returns>
    public async Task<long> ForgetAsync(CancellationToken cancel)
    {
        await using var command = database.App.CreateCommand("select platform.forget_outcomes()");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
