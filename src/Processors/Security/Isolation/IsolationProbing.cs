using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Security;

namespace Platform.Processors.Security;

/// <summary>When isolation is probed.</summary>
/// <param name="Every">From the end of one probe to the next, whichever process it was; null: only when it's asked for.</param>
public sealed record IsolationProbeOptions(TimeSpan? Every)
{
    /// <summary>From <c>Isolation:ProbeMinutes</c>; by default an hour, and 0 for never.</summary>
    /// <exception cref="FormatException">It's no number from 0.</exception>
    public static IsolationProbeOptions Of(IConfiguration configuration) => new(configuration["Isolation:ProbeMinutes"] switch
    {
        null or "" => TimeSpan.FromHours(1),
        var text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0 and < 1e6
            ? minutes == 0 ? null : TimeSpan.FromMinutes(minutes)
            : throw new FormatException($"Isolation:ProbeMinutes is a number from 0, not '{text}'."),
    });
}

/// <summary>Probes isolation on a schedule and when it's asked for; several nodes may, one does.</summary>
public sealed class IsolationProbing(DocumentStore store, IsolationProber prober, IsolationProbeOptions options, TimeProvider time, ILogger<IsolationProbing> log)
    : RecurringJob(TimeSpan.FromSeconds(1), time, log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A process that starts has enough to do.
    private static readonly TimeSpan Starting = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time;
    private readonly ILogger _log = log;
    private readonly DateTimeOffset _started = time.GetUtcNow();

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var (latest, wanted) = await IsolationProbeDetails.FindAsync(store, cancel);
        if (wanted.Count == 0 && !IsDue(latest))
            return false;
        await prober.TryExclusivelyAsync(ProbeAsync, cancel);
        return false;
    }

    private bool IsDue(IsolationProbeDetails? latest) =>
        options.Every is { } every && _time.GetUtcNow() is var now && now - _started >= Starting && (latest?.FinishedAt is not { } last || now - last >= every);

    // What another process found before it let go is looked at once more.
    private async Task ProbeAsync(CancellationToken cancel)
    {
        if (!await store.QuerySession(DocumentStore.PlatformTenant).WaitForAllAsync(IsolationProbeDetails.ReadModel, Patience, cancel))
            return;
        var (latest, wanted) = await IsolationProbeDetails.FindAsync(store, cancel);
        var probes = wanted.ToList();
        if (probes.Count == 0 && IsDue(latest))
        {
            probes.Add(Guid.CreateVersion7());
            await prober.RequestAsync(probes[0], CanaryTenants.User, "schedule", cancel);
        }
        foreach (var id in probes)
            await TryAsync(id, async () =>
            {
                var report = await prober.RunAsync(id, cancel);
                foreach (var found in report.Findings)
                    if (found.Rule == IsolationFinding.NotTried)
                        _log.LogWarning("Whether tenants are kept apart at {Subject} isn't known. {Detail}", found.Subject, found.Detail);
                    else
                        _log.LogCritical("Tenants aren't kept apart: {Rule} at {Subject}. {Detail}", found.Rule, found.Subject, found.Detail);
                _log.LogInformation(
                    "Isolation probe {Probe}: {Tables} tables, {Attempts} attempts, {Requests} requests, {Findings} findings.", id, report.Tables, report.Attempts, report.Requests, report.Findings.Length);
                return true;
            });
    }
}
