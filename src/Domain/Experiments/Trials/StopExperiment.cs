namespace Platform.Domain.Experiments;

/// <summary>Ends an experiment.</summary>
/// <param name="ExperimentId">Under way.</param>
/// <param name="Reason">1 to 500 characters.</param>
/// <param name="RollOut">Key of the variant that everybody whom it concerns gets; null: none.</param>
public sealed record StopExperiment(Guid ExperimentId, string? Reason, string? RollOut = null)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="list">All of the tenant's.</param>
    public static JointDecision Decide(StopExperiment command, Experiment experiment, ExperimentList list)
    {
        var id = command.ExperimentId;
        if (!experiment.Exists) return Experiment.Missing;
        var errors = new FieldErrors().Add("reason", ExperimentCheck.Text(command.Reason?.Trim(), ExperimentCheck.LongestReason))
            .Add("rollOut", command.RollOut is { } key && experiment.Content!.IndexOf(key) < 0 ? "Must be the key of a variant." : null);
        if (errors.Rejection is { } invalid) return invalid;
        if (experiment.Status == ExperimentStatus.Draft) return Reject.Conflict("The experiment hasn't started: archive it.");
        if (!experiment.IsUnderWay) return experiment.RolledOut == command.RollOut ? JointDecision.Nothing : Reject.Conflict("The experiment is over.");
        return JointDecision.Of(new StreamEvents(id, new ExperimentStopped(id, command.Reason!.Trim(), command.RollOut)), list.Freed(id));
    }
}

/// <summary>Takes back what was rolled out.</summary>
/// <param name="ExperimentId">Over.</param>
/// <param name="Reason">1 to 500 characters.</param>
public sealed record RollBackExperiment(Guid ExperimentId, string? Reason)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    public static Decision Decide(RollBackExperiment command, Experiment experiment) => experiment switch
    {
        { Exists: false } => Experiment.Missing,
        _ when ExperimentCheck.Text(command.Reason?.Trim(), ExperimentCheck.LongestReason) is { } problem => Reject.Invalid("reason", problem),
        { Status: not ExperimentStatus.Stopped } => Reject.Conflict("The experiment isn't over: stop it."),
        { RolledOut: null } => Decision.Nothing,
        { RolledOut: var variant } => Decision.Of(new ExperimentRolledBack(command.ExperimentId, variant, command.Reason!.Trim())),
    };
}

/// <summary>Puts an experiment away: its key is free, and nobody gets anything by it.</summary>
public sealed record ArchiveExperiment(Guid ExperimentId)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    public static JointDecision Decide(ArchiveExperiment command, Experiment experiment) => experiment switch
    {
        { Status: ExperimentStatus.None } => Experiment.Missing,
        { Status: ExperimentStatus.Archived } => JointDecision.Nothing,
        { IsUnderWay: true } => Reject.Conflict("The experiment is under way: stop it first."),
        _ => JointDecision.Of(new StreamEvents(command.ExperimentId, new ExperimentArchived(command.ExperimentId)), new StreamEvents(ExperimentList.Id, new ExperimentUnlisted(command.ExperimentId))),
    };
}
