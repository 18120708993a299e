using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>A question for items.</summary>
/// <param name="Now">When.</param>
/// <param name="VisitorId">For whom; null or unknown: what goes for everyone.</param>
/// <param name="Count">Items wanted, 1 to 200.</param>
/// <param name="ItemId">What is being read: counts as had, and isn't recommended.</param>
/// <param name="Eligible">What may be shown, by the site's gates; null: all. Asked of the best ones only.</param>
/// <param name="Rules">The business's.</param>
/// <param name="Diversity">0 to 1: how much unlikeness counts beside relevance (<see cref="MarginalRelevance"/>).</param>
/// <param name="Freshness">Added to the score of an item that is new this moment; half of it after
/// <see cref="RecommenderOptions.Freshness"/>.</param>
/// <param name="WithHad">What the visitor had may come again.</param>
/// <param name="Model">Scores are this model's alone, of equal ones that of all counts; null: of all.</param>
/// <param name="Given">Scores from elsewhere, by item: these items go before what models score, which fills up what they leave open. Everything else
/// holds for them as it does for the others.</param>
public sealed record RecommendationQuery(
    DateTimeOffset Now, Guid? VisitorId = null, int Count = 10, Guid? ItemId = null, Func<Guid, bool>? Eligible = null,
    BusinessRules? Rules = null, double Diversity = 0, double Freshness = 0, bool WithHad = false, string? Model = null,
    IReadOnlyDictionary<Guid, double>? Given = null);

/// <summary>What goes before scores.</summary>
/// <param name="Pinned">On top, in this order, if eligible.</param>
/// <param name="Buried">Below everything else.</param>
/// <param name="Excluded">Never shown, not even pinned.</param>
public sealed record BusinessRules(ImmutableArray<Guid> Pinned, ImmutableHashSet<Guid> Buried, ImmutableHashSet<Guid> Excluded)
{
    public static BusinessRules None { get; } = new([], [], []);
}

/// <summary>An item, and why.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Score">The sum of contributions; comparable within one answer only.</param>
/// <param name="Contributions">Of each model that said something, the largest first.</param>
/// <param name="Rule">pinned, buried or null.</param>
public sealed record Recommendation(Guid ItemId, double Score, ImmutableArray<Contribution> Contributions, string? Rule)
{
    /// <summary>The sentence for visitors and editors: what contributed most.</summary>
    public string Because => Says(id => id.ToString());

    /// <summary>The same, with titles.</summary>
    /// <param name="titleOf">An item's.</param>
    public string Says(Func<Guid, string> titleOf) =>
        Rule == "pinned" ? "chosen by the editors" : Contributions is [{ Value: > 0 } first, ..] ? first.Says(titleOf) : "nothing better is known";
}

/// <summary>What a model adds to a score.</summary>
/// <param name="Model">popularity, trending 6h, item-knn, ease, als, content, freshness, or service.</param>
/// <param name="Value">Weight times the model's score; of a service its score, 0 to 1 within its answer, and one more than the best of what models score.</param>
/// <param name="Items">That the visitor had and that speak for it most, at most three.</param>
/// <param name="Topics">That it shares with these, the rarest first, at most three.</param>
public sealed record Contribution(string Model, double Value, ImmutableArray<Guid> Items, ImmutableArray<string> Topics)
{
    /// <summary>In English; ids stand for titles.</summary>
    public string Sentence => Says(id => id.ToString());

    /// <summary>The same, with titles.</summary>
    /// <param name="titleOf">An item's.</param>
    public string Says(Func<Guid, string> titleOf) => Model switch
    {
        "content" when !Topics.IsEmpty => $"similar topics {string.Join(", ", Topics)}",
        "popularity" => "popular",
        "freshness" => "new",
        Recommender.Service => "recommended by the remote service",
        _ when Model.StartsWith("trending ", StringComparison.Ordinal) => $"trending in the last {Model["trending ".Length..^1]} h",
        _ when !Items.IsEmpty => $"because you read {string.Join(", ", Items.Select(titleOf))}",
        _ => Model,
    };
}
