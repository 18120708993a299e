using System.Collections.Immutable;
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

    public static async Task<Handled> SetService(SetRecommendationService command, IDocumentSession session, CancellationToken cancel)
    {
        var sites = ImmutableHashSet.CreateBuilder<Guid>();
        foreach (var id in command.SiteIds.Take(SetRecommendationService.MostSites).Distinct())
            if ((await session.Events.AggregateStreamAsync<RecommendedSite>(id, cancel: cancel)).State.Exists)
                sites.Add(id);
        var there = sites.ToImmutable();
        return await session.DecideAsync<RecommendationService>(RecommendationService.Id, service => SetRecommendationService.Decide(command, service, there), cancel);
    }
}
