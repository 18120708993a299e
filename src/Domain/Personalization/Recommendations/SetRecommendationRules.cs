using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Says what goes before scores on a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Pinned">On top, in this order, where they may be shown; at most 20.</param>
/// <param name="Buried">Below everything else; at most 500.</param>
/// <param name="Excluded">Never; at most 500.</param>
public sealed record SetRecommendationRules(Guid SiteId, ImmutableArray<Guid> Pinned, ImmutableArray<Guid> Buried, ImmutableArray<Guid> Excluded)
{
    public const int MostPinned = 20, MostOthers = 500;

    /// <param name="command">The command.</param>
    /// <param name="rules">The site's, as they are.</param>
    /// <param name="site">The site.</param>
    public static Decision Decide(SetRecommendationRules command, RecommendationRules rules, RecommendedSite site)
    {
        if (site.Refuse() is { } refused) return refused;
        var errors = new FieldErrors()
            .Add(Check("pinned", command.Pinned, MostPinned, []))
            .Add(Check("buried", command.Buried, MostOthers, command.Pinned))
            .Add(Check("excluded", command.Excluded, MostOthers, [.. command.Pinned, .. command.Buried]));
        if (errors.Rejection is { } invalid) return invalid;

        // Of these the order says nothing.
        var (buried, excluded) = (command.Buried.Sort(), command.Excluded.Sort());
        return rules.Pinned.SequenceEqual(command.Pinned) && rules.Buried.SequenceEqual(buried) && rules.Excluded.SequenceEqual(excluded)
            ? Decision.Nothing
            : Decision.Of(new RecommendationRulesSet(command.SiteId, command.Pinned, buried, excluded));
    }

    private static FieldErrors Check(string path, ImmutableArray<Guid> items, int most, ImmutableArray<Guid> before)
    {
        var errors = new FieldErrors();
        if (items.Length > most) return errors.Add(path, $"Must be at most {most} items.");
        var seen = before.ToHashSet();
        foreach (var (id, n) in items.Select((id, n) => (id, n)))
            errors.Add($"{path}[{n}]", id == Guid.Empty ? "Must be the id of an item." : seen.Add(id) ? null : "Must stand in these lists once.");
        return errors;
    }
}
