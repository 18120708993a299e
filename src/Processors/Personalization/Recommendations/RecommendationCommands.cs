using Platform.Domain.Personalization;
using Platform.EventStore;

namespace Platform.Processors.Personalization;

/// <summary>Loads what the rules of recommendations are decided on.</summary>
public static class RecommendationCommands
{
    public static async Task<Handled> Set(SetRecommendationRules command, IDocumentSession session, CancellationToken cancel)
    {
        var site = (await session.Events.AggregateStreamAsync<RecommendedSite>(command.SiteId, cancel: cancel)).State;
        return await session.DecideAsync<RecommendationRules>(RecommendationRules.IdOf(command.SiteId), rules => SetRecommendationRules.Decide(command, rules, site), cancel);
    }
}
