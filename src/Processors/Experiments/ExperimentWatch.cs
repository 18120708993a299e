using Microsoft.Extensions.Logging;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Platform.Projections.Experiments;

namespace Platform.Processors.Experiments;

/// <summary>Ends experiments when their decision plans say so. Several nodes may look at the same one: its stream takes one end.</summary>
public sealed class ExperimentWatch(IDocumentStore store, CommandRunner runner, TimeProvider time, ILogger<ExperimentWatch> log) : RecurringJob(TimeSpan.FromMinutes(5), time, log)
{
    private const int AtOnce = 200;

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        DecidedExperiment? last = null;
        while (true)
        {
            var running = await DecidedExperiment.FindAsync(store, last, AtOnce, cancel);
            foreach (var experiment in running) await TryAsync(experiment, () => DecideAsync(experiment, cancel));
            if (running.Count < AtOnce) return false;
            last = running[^1];
        }
    }

    private async Task<bool> DecideAsync(DecidedExperiment of, CancellationToken cancel)
    {
        var (session, now) = (store.QuerySession(of.TenantId), _time.GetUtcNow());
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var experiment = (await session.Events.AggregateStreamAsync<Experiment>(of.Id, cancel: cancel)).State;
        if (experiment is not { Status: ExperimentStatus.Running, Content: { } content, StartedAt: { } from }) return false;
        var (sums, _, _) = await new ExperimentFigures(experiment.Key, content, from, now).SumAsync(session, cancel);
        var result = await runner.RunAsync(new Arrival(of.TenantId, "platform", "experiment", CorrelationId: $"experiment:{of.Id}"), 200,
            (writing, c) => ExperimentCommands.Conclude(new DecideWinner(of.Id, sums, now), writing, c), cancel);
        if (result is not CommandResult.Accepted { Receipt.Events.Count: > 0 }) return false;
        log.LogInformation("Experiment {Experiment} of tenant {Tenant} has ended by its plan.", experiment.Key, of.TenantId);
        return true;
    }
}
