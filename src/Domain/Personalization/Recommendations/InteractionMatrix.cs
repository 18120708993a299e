using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>
/// Who had what at one time, without who they are: what EASE and ALS are fitted from, elsewhere and for as long as it takes.
/// </summary>
/// <param name="Items">Items, by column.</param>
/// <param name="Visitors">By row: columns with weights, each column once.</param>
/// <param name="Generation">Of the recommender's item numbers; a model of another generation isn't taken.</param>
public sealed record InteractionMatrix(int Items, ImmutableArray<ImmutableArray<(int Item, float Weight)>> Visitors, int Generation = 0)
{
    /// <summary>Columns of the items that most visitors had, at most so many, in ascending order.</summary>
    public int[] MostPopular(int most)
    {
        var visitors = new int[Items];
        foreach (var (item, _) in Visitors.SelectMany(row => row))
            visitors[item]++;
        return [.. Enumerable.Range(0, Items).Where(item => visitors[item] > 0).OrderByDescending(item => visitors[item]).ThenBy(item => item).Take(most).Order()];
    }
}
