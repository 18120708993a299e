using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>Makes an experiment, as a draft.</summary>
/// <param name="ExperimentId">New.</param>
/// <param name="Key">1 to 100 letters, digits, dots, hyphens and underscores; unique in the tenant, and never another's while it's there.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Content">What it tries on whom.</param>
/// <param name="Errors">What reading it found.</param>
public sealed record DeclareExperiment(Guid ExperimentId, string? Key, string? Name, ExperimentContent Content, FieldErrors Errors)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment, which mustn't exist.</param>
    /// <param name="list">All of the tenant's.</param>
    /// <param name="missing">Numbers of its sites that aren't there.</param>
    public static JointDecision Decide(DeclareExperiment command, Experiment experiment, ExperimentList list, ImmutableArray<int> missing)
    {
        var (id, key, name) = (command.ExperimentId, command.Key ?? "", command.Name?.Trim() ?? "");
        var errors = ChangeExperiment.Check(name, command.Content, command.Errors, missing).Add("key", FlagCheck.Key().IsMatch(key) ? null : ExperimentCheck.KeyRule);
        if (errors.Rejection is { } invalid) return invalid;
        if (experiment.Version > 0) return Reject.Conflict($"There is an experiment {id} already, or was.");
        if (list.Experiments.FirstOrDefault(other => other.Value == key) is { Value: not null } holder) return Reject.Conflict("key", $"Experiment {holder.Key} has that key.");
        if (list.Experiments.Count >= ExperimentList.Most) return Reject.Conflict($"A tenant has at most {ExperimentList.Most} experiments: archive one first.");
        return JointDecision.Of(new StreamEvents(id, new ExperimentDeclared(id, key, name, command.Content)), new StreamEvents(ExperimentList.Id, new ExperimentListed(id, key)));
    }
}

/// <summary>Says anew what a draft is called, and what it tries on whom.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Key">As it is; null: as it is.</param>
/// <param name="Name">As when it's declared.</param>
/// <param name="Content">As when it's declared.</param>
/// <param name="Errors">What reading it found.</param>
public sealed record ChangeExperiment(Guid ExperimentId, string? Key, string? Name, ExperimentContent Content, FieldErrors Errors)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="missing">Numbers of its sites that aren't there.</param>
    public static Decision Decide(ChangeExperiment command, Experiment experiment, ImmutableArray<int> missing)
    {
        var name = command.Name?.Trim() ?? "";
        if (!experiment.Exists) return Experiment.Missing;
        var errors = Check(name, command.Content, command.Errors, missing).Add("key", command.Key is { } key && key != experiment.Key ? $"Must be {experiment.Key}: code asks for it." : null);
        if (errors.Rejection is { } invalid) return invalid;
        if (name == experiment.Name && command.Content == experiment.Content) return Decision.Nothing;
        if (experiment.Status != ExperimentStatus.Draft)
            return Reject.Conflict(
                "The experiment has started: with other variants, weights, metrics or another plan its figures would be of two experiments. Raise its coverage with /coverage, or stop it and declare another.");
        return Decision.Of(new ExperimentChanged(command.ExperimentId, name, command.Content));
    }

    internal static FieldErrors Check(string name, ExperimentContent content, FieldErrors found, ImmutableArray<int> missing)
    {
        var errors = ExperimentCheck.Of(name, content).Add(found);
        foreach (var n in missing) errors.Add($"siteIds[{n}]", "There is no such site.");
        return errors;
    }
}

/// <summary>Says which variants those get who test an experiment, all of them.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Overrides">Keys of variants by the ids that are asked with: at most 1,000.</param>
public sealed record SetExperimentOverrides(Guid ExperimentId, ImmutableSortedDictionary<string, string> Overrides)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    public static Decision Decide(SetExperimentOverrides command, Experiment experiment)
    {
        if (!experiment.Exists) return Experiment.Missing;
        var errors = new FieldErrors().Add("overrides", command.Overrides.Count > ExperimentCheck.MostOverrides ? $"Must be at most {ExperimentCheck.MostOverrides}." : null);
        foreach (var (unit, variant) in command.Overrides.Take(ExperimentCheck.MostOverrides))
            errors.Add($"overrides.{unit}", unit.Length is 0 or > ExperimentCheck.LongestUnit ? $"An id must be 1 to {ExperimentCheck.LongestUnit} characters long." : experiment.Content!.IndexOf(variant) < 0 ? "Must be the key of a variant." : null);
        if (errors.Rejection is { } invalid) return invalid;
        if (experiment.Status == ExperimentStatus.Stopped) return Reject.Conflict("The experiment is over.");
        return command.Overrides.SequenceEqual(experiment.Overrides) ? Decision.Nothing
            : Decision.Of(new ExperimentOverridesSet(command.ExperimentId, [.. command.Overrides.Select(o => new VariantOverride(o.Key, o.Value))]));
    }
}
