using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Experiments;
using Platform.EventStore;

namespace Platform.Processors.Experiments;

/// <summary>Loads what each command on experiments is decided on.</summary>
public static class ExperimentCommands
{
    public static async Task<Handled> Declare(DeclareExperiment command, IDocumentSession session, CancellationToken cancel)
    {
        var missing = await MissingAsync(session, command.Content, cancel);
        return await JointAsync(session, command.ExperimentId, (experiment, list) => DeclareExperiment.Decide(command, experiment, list, missing), cancel);
    }

    public static async Task<Handled> Change(ChangeExperiment command, IDocumentSession session, CancellationToken cancel)
    {
        var missing = await MissingAsync(session, command.Content, cancel);
        return await session.DecideAsync<Experiment>(command.ExperimentId, experiment => ChangeExperiment.Decide(command, experiment, missing), cancel);
    }

    public static Task<Handled> Override(SetExperimentOverrides command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Experiment>(command.ExperimentId, experiment => SetExperimentOverrides.Decide(command, experiment), cancel);

    public static Task<Handled> Start(StartExperiment command, IDocumentSession session, CancellationToken cancel) =>
        JointAsync(session, command.ExperimentId, (experiment, list) => StartExperiment.Decide(command, experiment, list), cancel);

    public static Task<Handled> Cover(RaiseCoverage command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Experiment>(command.ExperimentId, experiment => RaiseCoverage.Decide(command, experiment), cancel);

    public static Task<Handled> Pause(PauseExperiment command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Experiment>(command.ExperimentId, experiment => PauseExperiment.Decide(command, experiment), cancel);

    public static Task<Handled> Resume(ResumeExperiment command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Experiment>(command.ExperimentId, experiment => ResumeExperiment.Decide(command, experiment), cancel);

    public static Task<Handled> Stop(StopExperiment command, IDocumentSession session, CancellationToken cancel) =>
        JointAsync(session, command.ExperimentId, (experiment, list) => StopExperiment.Decide(command, experiment, list), cancel);

    public static Task<Handled> RollBack(RollBackExperiment command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Experiment>(command.ExperimentId, experiment => RollBackExperiment.Decide(command, experiment), cancel);

    public static Task<Handled> Archive(ArchiveExperiment command, IDocumentSession session, CancellationToken cancel) =>
        JointAsync(session, command.ExperimentId, (experiment, _) => ArchiveExperiment.Decide(command, experiment), cancel);

    public static Task<Handled> Conclude(DecideWinner command, IDocumentSession session, CancellationToken cancel) =>
        JointAsync(session, command.ExperimentId, (experiment, list) => DecideWinner.Decide(command, experiment, list), cancel);

    private static async Task<Handled> JointAsync(IDocumentSession session, Guid id, Func<Experiment, ExperimentList, JointDecision> decide, CancellationToken cancel)
    {
        var experiment = await session.Events.FetchForWriting<Experiment>(id, cancel: cancel);
        var list = await session.Events.FetchForWriting<ExperimentList>(ExperimentList.Id, cancel: cancel);
        return session.Enlist(id, experiment.StartingVersion, decide(experiment.Aggregate, list.Aggregate));
    }

    private static async Task<ImmutableArray<int>> MissingAsync(IDocumentSession session, ExperimentContent content, CancellationToken cancel)
    {
        var missing = ImmutableArray.CreateBuilder<int>();
        // More than there may be are refused whatever they are.
        foreach (var (n, site) in (content.SiteIds ?? []).Take(100).Index())
            if (!(await session.Events.AggregateStreamAsync<ExperimentSite>(site, cancel: cancel)).State.Exists) missing.Add(n);
        return missing.ToImmutable();
    }
}
