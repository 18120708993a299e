using Platform.Domain.Experiments;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of experiments say.</summary>
internal static class ExperimentSentences
{
    public static string? Find(object @event) => @event switch
    {
        FlagDefined e => $"Defined the flag {Quoted(e.Name)}, {e.Key}, with {Counted(e.Content.Rules.Length, "rule")}.",
        FlagChanged e => $"Changed the flag {Quoted(e.Name)}: it has {Counted(e.Content.Rules.Length, "rule")}.",
        FlagKilled e => $"Killed the flag: {Quoted(e.Reason.TrimEnd('.'))}.",
        FlagRevived => "Let the flag's rules count again.",
        FlagArchived => "Archived the flag.",
        FlagListed e => $"Listed the flag {e.Key}.",
        FlagUnlisted => "Took an archived flag off the list.",
        ExperimentDeclared e => $"Declared the experiment {Quoted(e.Name)}, {e.Key}, with {Counted(e.Content.Variants.Length, "variant")}.",
        ExperimentChanged e => $"Changed the experiment {Quoted(e.Name)}: it has {Counted(e.Content.Variants.Length, "variant")}.",
        ExperimentOverridesSet e => $"Set the experiment's variants for {Counted(e.Overrides.Length, "tester")}.",
        ExperimentStarted => "Started the experiment.",
        ExperimentCoverageRaised e => FormattableString.Invariant($"Raised the experiment's coverage to {100 * e.Coverage:0.##} %."),
        ExperimentPaused e => $"Paused the experiment: {Quoted(e.Reason.TrimEnd('.'))}.",
        ExperimentResumed => "Resumed the experiment.",
        ExperimentStopped e => $"Stopped the experiment{RolledOut(e.RolledOut)}: {Quoted(e.Reason.TrimEnd('.'))}.",
        ExperimentConcluded e => $"Ended the experiment by its plan{RolledOut(e.RolledOut)}. {e.Why}",
        ExperimentRolledBack e => $"Rolled back the variant {e.Variant}: {Quoted(e.Reason.TrimEnd('.'))}.",
        ExperimentArchived => "Archived the experiment.",
        ExperimentListed e => $"Listed the experiment {e.Key}.",
        ExperimentUnlisted => "Took an archived experiment off the list.",
        ExperimentSpaceTaken e => $"Gave the experiment its part of {e.Space.Name}.",
        ExperimentSpaceFreed => "Freed the experiment's part of its space.",
        HoldoutSet e => FormattableString.Invariant($"Held {100 * e.Share:0.##} % of visitors out of experiments, as {e.Name}."),
        _ => null,
    };

    private static string RolledOut(string? variant) => variant is null ? "" : $" and rolled out {variant}";
}
