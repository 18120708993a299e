using Microsoft.Extensions.Logging;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Projections.Monitoring;

namespace Platform.Processors.Monitoring;

/// <summary>Sees to it that exactly those read models stand still that the events say; several nodes may.</summary>
public sealed class ProjectionPauses(DocumentStore store, TimeProvider time, ILogger<ProjectionPauses> log) : RecurringJob(TimeSpan.FromMilliseconds(500), time, log)
{
    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var wanted = (await ProjectionControl.FindWantedAsync(store, cancel)).Where(c => c.Pause is not null).Select(c => c.Projection).ToHashSet(StringComparer.Ordinal);
        wanted.SymmetricExceptWith(await new ProjectionOperations(store).PausedAsync(cancel));
        foreach (var projection in wanted)
            await TryAsync(projection, () => CarryOutAsync(store, projection, cancel));
        return false;
    }

    /// <summary>Pauses or resumes one as its stream says: the read model, which said that something is to do, may be behind.</summary>
    /// <returns>Whether it's paused.</returns>
    public static async Task<bool> CarryOutAsync(DocumentStore store, string projection, CancellationToken cancel)
    {
        var operations = new ProjectionOperations(store);
        var stream = await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<OperatedProjection>(OperatedProjection.IdOf(projection), cancel: cancel);
        if (stream.State.IsPaused)
            await operations.PauseAsync(projection, cancel);
        else
            await operations.ResumeAsync(projection, cancel);
        return stream.State.IsPaused;
    }
}
