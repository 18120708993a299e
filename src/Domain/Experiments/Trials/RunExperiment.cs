namespace Platform.Domain.Experiments;

/// <summary>Lets visitors in.</summary>
/// <param name="ExperimentId">A draft.</param>
/// <param name="At">When; exposures count from then on.</param>
public sealed record StartExperiment(Guid ExperimentId, DateTimeOffset At)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="list">All of the tenant's.</param>
    public static JointDecision Decide(StartExperiment command, Experiment experiment, ExperimentList list)
    {
        var id = command.ExperimentId;
        if (!experiment.Exists) return Experiment.Missing;
        if (experiment.Status == ExperimentStatus.Running) return JointDecision.Nothing;
        if (experiment.Status != ExperimentStatus.Draft) return Reject.Conflict(experiment.Status == ExperimentStatus.Paused ? "The experiment is paused: resume it." : "The experiment is over: declare another.");
        var space = experiment.Content!.Namespace;
        if (list.RefuseSpace(id, space) is { } refused) return refused;
        return JointDecision.Of(new StreamEvents(id, new ExperimentStarted(id, command.At)), new StreamEvents(ExperimentList.Id, space is null ? [] : [new ExperimentSpaceTaken(id, space)]));
    }
}

/// <summary>Lets more visitors in.</summary>
/// <param name="ExperimentId">Under way.</param>
/// <param name="Coverage">Above what it is, at most 1: who was let in stays, with the same variant.</param>
public sealed record RaiseCoverage(Guid ExperimentId, double? Coverage)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    public static Decision Decide(RaiseCoverage command, Experiment experiment) => (experiment, command.Coverage) switch
    {
        ({ Exists: false }, _) => Experiment.Missing,
        (_, not (> 0 and <= 1)) => Reject.Invalid("coverage", "Must be above 0 and at most 1."),
        ({ IsUnderWay: false }, _) => Reject.Conflict("The experiment isn't under way: a draft's coverage is changed with the rest of it."),
        ({ Content: var content }, var coverage) when coverage == content!.Coverage => Decision.Nothing,
        ({ Content: var content }, var coverage) when coverage < content!.Coverage => Reject.Conflict("coverage", FormattableString.Invariant($"It's {content.Coverage:R}, and can only grow: who has a variant keeps it.")),
        (_, var coverage) => Decision.Of(new ExperimentCoverageRaised(command.ExperimentId, coverage!.Value)),
    };
}

/// <summary>Gives nobody a variant for the time being.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record PauseExperiment(Guid ExperimentId, string? Reason)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    public static Decision Decide(PauseExperiment command, Experiment experiment) => experiment switch
    {
        { Exists: false } => Experiment.Missing,
        _ when ExperimentCheck.Text(command.Reason?.Trim(), ExperimentCheck.LongestReason) is { } problem => Reject.Invalid("reason", problem),
        { Status: ExperimentStatus.Paused } => Decision.Nothing,
        { Status: not ExperimentStatus.Running } => Reject.Conflict("The experiment isn't running."),
        _ => Decision.Of(new ExperimentPaused(command.ExperimentId, command.Reason!.Trim())),
    };
}

/// <summary>Gives visitors variants again, the same ones.</summary>
public sealed record ResumeExperiment(Guid ExperimentId)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    public static Decision Decide(ResumeExperiment command, Experiment experiment) => experiment switch
    {
        { Exists: false } => Experiment.Missing,
        { Status: ExperimentStatus.Running } => Decision.Nothing,
        { Status: not ExperimentStatus.Paused } => Reject.Conflict("The experiment isn't paused."),
        _ => Decision.Of(new ExperimentResumed(command.ExperimentId)),
    };
}
