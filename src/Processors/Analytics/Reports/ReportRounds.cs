using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>
/// Sums up the days that are due. Several nodes may find the same day due, and find it again while the read model follows: its stream takes it once. After downtime, and once a tenant is
/// resumed, the last days that were missed are made.
/// </summary>
public sealed class ReportRounds(IDocumentStore store, CommandRunner runner, SummaryMaker maker, TenantRegister tenants, TimeProvider time, ILogger<ReportRounds> log)
{
    private const int AtOnce = 500;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Who acts, as the events say.</summary>
    public const string User = "platform:reports";

    /// <summary>One look at all reports.</summary>
    /// <returns>How many days were summed up.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancel)
    {
        var (made, after) = (0, Guid.Empty);
        // Wherever a site is, its last days begin no earlier.
        var since = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-2 - ReportClock.MostDays);
        try
        {
            while (true)
            {
                var reports = await ReportDetails.FindActiveAsync(store, since, await tenants.HeldAsync(cancel), after, AtOnce, cancel);
                foreach (var (tenant, report, days) in reports)
                    made += await TryAsync(tenant, report, days, cancel);
                if (reports.Count < AtOnce)
                    return made;
                after = reports[^1].Report.Id;
            }
        }
        catch (TimeoutException e)
        {
            // What one report waits for all others would wait for as well.
            log.LogWarning("Days that are due aren't summed up yet: {Reason}", e.Message);
            return made;
        }
    }

    // One report's trouble is none of the others'.
    private async Task<int> TryAsync(string tenant, ReportDetails report, IReadOnlyCollection<DateOnly> days, CancellationToken cancel)
    {
        var made = 0;
        try
        {
            var zone = await maker.ZoneOfAsync(tenant, report.SiteId, cancel);
            foreach (var date in ReportClock.Due(time.GetUtcNow(), report.ScheduledAt, report.Hour, zone, days))
                try
                {
                    made += await MakeAsync(tenant, report, date, zone, cancel) ? 1 : 0;
                }
                catch (QuestionTooOldException e)
                {
                    // The tenant keeps visitors' events for fewer days than it was away: the days after it don't wait for this one.
                    log.LogWarning("Report {Report} of tenant {Tenant} can't be made of {Date} any more: {Reason}", report.Id, tenant, date, e.Message);
                }
        }
        catch (Exception e) when (e is not (OperationCanceledException or TimeoutException or NpgsqlException { IsTransient: true }))
        {
            log.LogError(e, "Report {Report} of tenant {Tenant} couldn't be made; it's tried again.", report.Id, tenant);
        }
        return made;
    }

    private async Task<bool> MakeAsync(string tenant, ReportDetails report, DateOnly date, TimeZoneInfo zone, CancellationToken cancel)
    {
        var session = store.QuerySession(tenant);
        // The read model may be behind: nobody counts for nothing.
        if ((await session.Events.AggregateStreamAsync<SummaryRun>(SummaryRun.IdOf(report.Id, date), cancel: cancel)).State.Version > 0
            || (await session.Events.AggregateStreamAsync<ReportedSite>(report.SiteId, cancel: cancel)).State is { IsArchived: true })
            return false;
        await maker.CatchUpAsync(tenant, Patience, cancel);
        var summary = await maker.MakeAsync(tenant, report.SiteId, date, zone, cancel);
        var result = await runner.RunAsync(new Arrival(tenant, User, "report", CorrelationId: $"report:{report.Id}"), 200, (s, c) => ReportCommands.Make(new MakeSummary(report.Id, summary), s, c), cancel);
        return result is CommandResult.Accepted { Receipt.Events.Count: > 0 };
    }
}
