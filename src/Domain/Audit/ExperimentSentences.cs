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
        _ => null,
    };
}
