using Platform.Domain.Personalization;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of personalisation say.</summary>
internal static class PersonalizationSentences
{
    public static string? Find(object @event) => @event switch
    {
        RecommendationRulesSet e => $"Set the rules of recommendations: {Counted(e.Pinned.Length, "item")} pinned, {e.Buried.Length} buried, {e.Excluded.Length} excluded.",
        _ => null,
    };
}
