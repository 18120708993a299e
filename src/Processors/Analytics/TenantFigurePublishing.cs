using Microsoft.Extensions.Logging;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Projections.Analytics;

namespace Platform.Processors.Analytics;

/// <summary>
/// Publishes figures of all tenants, once a week that is over: the stream's id is the week's, and it's only started. A week of which nothing may be shown has no event; it's looked at again as long as it's among the last.
/// </summary>
public sealed class TenantFigurePublishing(IDocumentStore store, TimeProvider time, ILogger<TenantFigurePublishing> log) : RecurringJob(TimeSpan.FromHours(1), time, log)
{
    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var reading = store.QuerySession(DocumentStore.PlatformTenant);
        var weeks = TenantWeeks.Over(_time.GetUtcNow()).ToDictionary(TenantWeeks.IdOf);
        var missing = await reading.Events.WithoutEventsAsync([.. weeks.Keys], cancel);
        // What is published stays: better an hour late than of a model that is behind.
        if (missing.Count == 0 || !await reading.WaitForAllAsync(HitsByDay.ReadModel, TimeSpan.FromMinutes(1), cancel))
            return false;
        foreach (var id in missing)
            await TryAsync(weeks[id], () => PublishAsync(id, weeks[id], reading, cancel));
        return false;
    }

    private async Task<bool> PublishAsync(Guid id, DateOnly monday, IQuerySession reading, CancellationToken cancel)
    {
        var figures = await FiguresOfTenants.OfAsync(reading, monday, cancel);
        if (figures.Count == 0)
            return false;
        var session = store.LightweightSession(new SessionOptions(DocumentStore.PlatformTenant, "tenant-figures", "schedule"));
        session.Events.AppendAt(id, 0, new TenantFiguresPublished(monday, figures));
        try
        {
            await session.SaveChangesAsync(cancel);
            return true;
        }
        catch (UnexpectedVersionException)
        {
            // Another node was first.
            return false;
        }
    }
}
