using Microsoft.Extensions.Logging;
using Platform.EventStore;
using Platform.Projections.Monitoring;

namespace Platform.Processors.Monitoring;

/// <summary>Carries out the rebuilds of read models that were asked for, one after the other, the longest asked for first; several nodes may.</summary>
public sealed class ProjectionRebuilds(DocumentStore store, RebuildRunner runner, TimeProvider time, ILogger<ProjectionRebuilds> log)
    : RecurringJob(TimeSpan.FromMilliseconds(500), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var pending = (await ProjectionControl.FindWantedAsync(store, cancel)).SelectMany(c => c.Rebuilds)
            .Where(r => r.State == ProjectionRebuildDetails.Requested && store.Options.Projections.Any(p => p.Name == r.Projection && p.Version == r.CodeVersion))
            .GroupBy(r => r.Id).OrderBy(r => r.Min(one => one.RequestedAt));
        var done = false;
        foreach (var rebuild in pending)
            done |= await TryAsync(rebuild.Key, () => CarryOutAsync(rebuild.Key, [.. rebuild.Select(r => r.Projection)], cancel));
        return done;
    }

    private async Task<bool> CarryOutAsync(Guid id, IReadOnlyList<string> projections, CancellationToken cancel)
    {
        IReadOnlyList<RebuildReport> reports = [];
        await runner.TryExclusivelyAsync(id, async c => reports = await runner.RunAsync(id, projections, null, c), cancel);
        foreach (var report in reports)
            log.Log(report.IsClean ? LogLevel.Information : LogLevel.Error,
                "Rebuild {Rebuild} of read model {Projection}: {Events} events in {Elapsed}, {Rows} rows, {Parked} events parked, swapped: {Swapped}. {Error}",
                id, report.Projection, report.Events, report.Elapsed, report.Rows, report.Parked, report.Swapped, report.Error);
        return reports.Any(r => !r.Interrupted);
    }
}
