using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

public sealed partial class Recommender
{
    private const int MostWanted = 200, MostReasons = 3, PoolOfEach = 5;

    /// <summary>The best items for a visitor, best first, with why; fewer or none if there are no more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count isn't 1 to 200, or diversity not 0 to 1.</exception>
    public ImmutableArray<Recommendation> Recommend(RecommendationQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Count, MostWanted);
        if (query.Diversity is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(query), "Diversity is 0 to 1.");
        var (rules, had) = (query.Rules ?? BusinessRules.None, Had(query.VisitorId, query.ItemId));
        int[] read = query.ItemId is { } id && _items.Find(id) is >= 0 and var current ? [current] : [];
        var candidates = Score(had, query.WithHad ? read : [.. AllHad(query.VisitorId), .. read], query.Now);
        int[] excluded = [.. rules.Excluded.Select(_items.Find)], buried = [.. rules.Buried.Select(_items.Find)];
        bool MayShow(int item) => Array.IndexOf(excluded, item) < 0 && (query.Eligible is null || query.Eligible(_items[item]));

        var pinned = rules.Pinned.Distinct().Select(_items.Find).Where(item => item >= 0 && !_withdrawn.Contains(item) && MayShow(item)).Take(query.Count).ToArray();
        var ranked = Best(candidates, query, query.Diversity > 0 ? query.Count * PoolOfEach : query.Count, item => Array.IndexOf(pinned, item) < 0 && Array.IndexOf(buried, item) < 0 && MayShow(item));
        var order = query.Diversity == 0 ? ranked : Diversified(ranked, query);
        var found = new List<(int Item, string? Rule)>([.. pinned.Select(item => (item, (string?)"pinned")), .. order.Select(item => (item, (string?)null))]);
        if (found.Count < query.Count && buried.Length > 0)
            found.AddRange(Best(candidates, query, query.Count - found.Count, item => Array.IndexOf(pinned, item) < 0 && Array.IndexOf(buried, item) >= 0 && MayShow(item)).Select(item => (item, (string?)"buried")));
        var answer = found.Take(query.Count).ToArray();
        var als = had.Length == 0 ? null : _als?.Parts(had, [.. answer.Select(entry => entry.Item)]);
        return [.. answer.Select((entry, n) => Explained(entry.Item, entry.Rule, had, als?[n] ?? [], query))];
    }

    private double Total(int item, RecommendationQuery query) => Weights.Score(_scores, item) + query.Freshness * _scores[^1][item];

    // A heap whose root is the worst: what isn't better needn't be asked whether it may be shown.
    private int[] Best(ReadOnlySpan<int> candidates, RecommendationQuery query, int count, Func<int, bool> mayShow)
    {
        var heap = new PriorityQueue<int, (double Score, Guid Id)>(count + 1, Comparer<(double Score, Guid Id)>.Create((a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Id.CompareTo(a.Id)));
        foreach (var item in candidates)
        {
            var score = Total(item, query);
            if (heap.Count == count && heap.TryPeek(out _, out var worst) && (score < worst.Score || score == worst.Score && _items[item].CompareTo(worst.Id) > 0) || !mayShow(item))
                continue;
            heap.Enqueue(item, (score, _items[item]));
            if (heap.Count > count)
                heap.Dequeue();
        }
        var best = new int[heap.Count];
        for (var n = best.Length - 1; n >= 0; n--)
            best[n] = heap.Dequeue();
        return best;
    }

    private IEnumerable<int> Diversified(int[] ranked, RecommendationQuery query)
    {
        if (ranked.Length == 0)
            return ranked;
        var (most, least) = (Total(ranked[0], query), Total(ranked[^1], query));
        var relevance = ranked.Select(item => most > least ? (Total(item, query) - least) / (most - least) : 1).ToArray();
        return MarginalRelevance.Order(relevance, (a, b) => _texts.Similarity(ranked[a], ranked[b]), query.Diversity, query.Count).Select(place => ranked[place]);
    }

    private Recommendation Explained(int item, string? rule, int[] had, double[] als, RecommendationQuery query)
    {
        // What is pinned may have been had, so that no model scored it.
        var isScored = Array.IndexOf(_candidates, item, 0, _candidateCount) >= 0;
        var contributions = ImmutableArray.CreateBuilder<Contribution>();
        for (var m = 0; m < Models.Length && isScored; m++)
            if ((Weights.Values[m] + (m == Models.Length - 1 ? query.Freshness : 0)) * _scores[m][item] is not 0 and var value)
                contributions.Add(Reasoned(m, item, value, had, als));
        contributions.Sort((a, b) => b.Value.CompareTo(a.Value));
        return new Recommendation(_items[item], contributions.Sum(part => part.Value), contributions.ToImmutable(), rule);
    }

    private Contribution Reasoned(int model, int item, double value, int[] had, double[] als)
    {
        var parts = Models[model] switch
        {
            "item-knn" => [.. had.Select(one => _together.Similarity(one, item))],
            "ease" => [.. had.Select(one => _ease?.Weight(one, item) ?? 0)],
            "als" => als,
            "content" => [.. had.Select(one => _texts.Neighbours(one).FirstOrDefault(near => near.Item == item).Similarity)],
            _ => (double[])[],
        };
        var because = parts.Select((part, n) => (part, n)).Where(entry => entry.part > 0).OrderByDescending(entry => entry.part).ThenBy(entry => entry.n).Take(MostReasons).Select(entry => had[entry.n]).ToArray();
        ImmutableArray<string> topics = Models[model] != "content" ? []
            : [.. _catalogue[item]!.Topics.Intersect(because.SelectMany(one => _catalogue[one]!.Topics), StringComparer.Ordinal).OrderBy(topic => _texts.ItemsWith("#" + topic)).ThenBy(topic => topic, StringComparer.Ordinal).Take(MostReasons)];
        return new Contribution(Models[model], value, [.. because.Select(one => _items[one])], topics);
    }
}
