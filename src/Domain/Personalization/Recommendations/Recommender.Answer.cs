using System.Collections.Immutable;
using Lanes = System.Numerics.Vector<double>;

namespace Platform.Domain.Personalization;

public sealed partial class Recommender
{
    private const int MostWanted = 200, MostReasons = 3, PoolOfEach = 5;
    private const byte Unmarked = 0, Pinned = 1, Buried = 2, Excluded = 3;

    private readonly Dictionary<int, double> _given = [];

    // By item.
    private double[] _totals = [], _ties = [];
    private byte[] _marks = [];

    /// <summary>What is called a model where scores are given.</summary>
    public const string Service = "service";

    /// <summary>The best items for a visitor, best first, with why; fewer or none if there are no more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count isn't 1 to 200, diversity not 0 to 1, or there is no such model.</exception>
    public ImmutableArray<Recommendation> Recommend(RecommendationQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Count, MostWanted);
        if (query.Diversity is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(query), "Diversity is 0 to 1.");
        if (query.Model is { } only && !Models.Contains(only))
            throw new ArgumentOutOfRangeException(nameof(query), $"There is no model {only}.");
        var (rules, had) = (query.Rules ?? BusinessRules.None, Had(query.VisitorId, query.ItemId));
        int[] read = query.ItemId is { } id && _items.Find(id) is >= 0 and var current ? [current] : [];
        var candidates = Score(had, query.WithHad ? read : [.. AllHad(query.VisitorId), .. read], query.Now);
        Add(query);
        Give(candidates, query);
        Mark(rules);
        var pinned = rules.Pinned.Distinct().Select(_items.Find)
            .Where(item => item >= 0 && _marks[item] == Pinned && !_withdrawn.Contains(item))
            .Where(item => query.Eligible is null || query.Eligible(_items[item])).Take(query.Count).ToArray();
        var left = query.Count - pinned.Length;
        var ranked = Best(candidates, query.Diversity > 0 ? left * PoolOfEach : left, Unmarked, query);
        var order = query.Diversity > 0 ? Ordered(ranked, query.Diversity, left) : ranked;
        var buried = left > order.Length && !rules.Buried.IsEmpty ? Best(candidates, left - order.Length, Buried, query) : [];
        Unmark(rules);
        int[] answer = [.. pinned, .. order, .. buried];
        var als = _folded?.Parts(had, answer);
        var found = ImmutableArray.CreateBuilder<Recommendation>(answer.Length);
        for (var n = 0; n < answer.Length; n++)
        {
            var rule = n < pinned.Length ? "pinned" : n < pinned.Length + order.Length ? null : "buried";
            found.Add(Explained(answer[n], rule, had, als?[n] ?? [], query));
        }
        return found.MoveToImmutable();
    }

    // What each item's models say together; of one model alone, what all say decides between equals.
    private void Add(RecommendationQuery query)
    {
        Sum(_totals, m => WeightOf(m, query));
        if (query.Model is not null)
            Sum(_ties, m => WeightOf(m, query with { Model = null }));
    }

    // Above all that models score, so that these fill up; halves, because the span of two doubles may be no double.
    private void Give(ReadOnlySpan<int> candidates, RecommendationQuery query)
    {
        _given.Clear();
        foreach (var (id, score) in query.Given ?? ImmutableDictionary<Guid, double>.Empty)
            if (_items.Find(id) is >= 0 and var item && candidates.BinarySearch(item) >= 0)
                _given[item] = score;
        if (_given.Count == 0)
            return;
        var (least, most, top) = (_given.Values.Min(), _given.Values.Max(), 0.0);
        foreach (var item in candidates)
            top = Math.Max(top, _totals[item]);
        foreach (var (item, score) in _given.ToArray())
        {
            _given[item] = top + 1 + (most > least ? (score / 2 - least / 2) / (most / 2 - least / 2) : 1);
            _totals[item] = _given[item] + query.Freshness * _scores[^1][item];
        }
    }

    private double WeightOf(int model, RecommendationQuery query) =>
        query.Model is { } only ? (Models[model] == only ? 1 : 0) : Weights.Values[model] + (model == Models.Length - 1 ? query.Freshness : 0);

    // Of all items, candidates or not: without looking up which are, several are added at once.
    private void Sum(double[] sums, Func<int, double> weightOf)
    {
        var end = _items.End;
        Array.Clear(sums, 0, end);
        for (var m = 0; m < _scores.Length; m++)
        {
            var (weight, scores, n) = (weightOf(m), _scores[m], 0);
            if (weight == 0)
                continue;
            for (; n <= end - Lanes.Count; n += Lanes.Count)
                (new Lanes(sums, n) + new Lanes(scores, n) * weight).CopyTo(sums, n);
            for (; n < end; n++)
                sums[n] += weight * scores[n];
        }
    }

    private void Mark(BusinessRules rules)
    {
        Mark(rules.Buried, Buried);
        Mark(rules.Pinned, Pinned);
        Mark(rules.Excluded, Excluded);
    }

    private void Unmark(BusinessRules rules)
    {
        Mark(rules.Buried, Unmarked);
        Mark(rules.Pinned, Unmarked);
        Mark(rules.Excluded, Unmarked);
    }

    private void Mark(IEnumerable<Guid> items, byte mark)
    {
        foreach (var id in items)
            if (_items.Find(id) is >= 0 and var item)
                _marks[item] = mark;
    }

    // What isn't better than the worst needn't be asked whether it may be shown.
    private int[] Best(ReadOnlySpan<int> candidates, int count, byte mark, RecommendationQuery query)
    {
        var (best, found, eligible, isTied) = (new int[Math.Min(count, candidates.Length)], 0, query.Eligible, query.Model is not null);
        foreach (var item in candidates)
        {
            if (best.Length == 0 || _marks[item] != mark || found == best.Length && !IsBetter(item, best[^1], isTied) || eligible is not null && !eligible(_items[item]))
                continue;
            var at = found < best.Length ? found++ : found - 1;
            for (; at > 0 && IsBetter(item, best[at - 1], isTied); at--)
                best[at] = best[at - 1];
            best[at] = item;
        }
        return best[..found];
    }

    private bool IsBetter(int item, int other, bool isTied) =>
        _totals[item] != _totals[other] ? _totals[item] > _totals[other]
        : isTied && _ties[item] != _ties[other] ? _ties[item] > _ties[other]
        : _items[item].CompareTo(_items[other]) < 0;

    // What is given first, however much alike it is.
    private int[] Ordered(int[] ranked, double diversity, int count)
    {
        int[] given = [.. ranked.TakeWhile(_given.ContainsKey)];
        var first = Diversified(given, diversity, count);
        return first.Length == count ? first : [.. first, .. Diversified(ranked[given.Length..], diversity, count - first.Length)];
    }

    private int[] Diversified(int[] ranked, double diversity, int count)
    {
        if (ranked.Length == 0)
            return ranked;
        var (most, least) = (_totals[ranked[0]], _totals[ranked[^1]]);
        var relevance = Array.ConvertAll(ranked, item => most > least ? (_totals[item] - least) / (most - least) : 1);
        return Array.ConvertAll(MarginalRelevance.Order(relevance, (a, b) => _texts.Similarity(ranked[a], ranked[b]), diversity, count), place => ranked[place]);
    }

    private Recommendation Explained(int item, string? rule, int[] had, double[] als, RecommendationQuery query)
    {
        // What is pinned may have been had, so that no model scored it.
        var isScored = _candidates.AsSpan(0, _candidateCount).BinarySearch(item) >= 0;
        var contributions = ImmutableArray.CreateBuilder<Contribution>();
        if (_given.TryGetValue(item, out var given))
        {
            contributions.Add(new Contribution(Service, given, [], []));
            if (query.Freshness * _scores[^1][item] is not 0 and var newness)
                contributions.Add(new Contribution(Models[^1], newness, [], []));
            return new Recommendation(_items[item], contributions.Sum(part => part.Value), contributions.ToImmutable(), rule);
        }
        for (var m = 0; m < Models.Length && isScored; m++)
            if (WeightOf(m, query) * _scores[m][item] is not 0 and var value)
                contributions.Add(Reasoned(m, item, value, had, als));
        contributions.Sort((a, b) => b.Value.CompareTo(a.Value));
        return new Recommendation(_items[item], contributions.Sum(part => part.Value), contributions.ToImmutable(), rule);
    }

    private Contribution Reasoned(int model, int item, double value, int[] had, double[] als)
    {
        double[] parts = Models[model] switch
        {
            "item-knn" => Array.ConvertAll(had, one => _together.Similarity(one, item)),
            "ease" => Array.ConvertAll(had, one => _ease?.Weight(one, item) ?? 0),
            "als" => als,
            "content" => Array.ConvertAll(had, one => Nearness(one, item)),
            _ => [],
        };
        var because = Largest(parts);
        ImmutableArray<string> topics = Models[model] == "content" ? Shared(item, because, had) : [];
        return new Contribution(Models[model], value, [.. because.Select(n => _items[had[n]])], topics);
    }

    private double Nearness(int one, int item)
    {
        foreach (var (other, similarity) in _texts.Neighbours(one))
            if (other == item)
                return similarity;
        return 0;
    }

    // Places of the largest above 0, the largest first, of equal ones the first.
    private static List<int> Largest(double[] parts)
    {
        var places = new List<int>(MostReasons + 1);
        for (var n = 0; n < parts.Length; n++)
        {
            var at = places.Count;
            while (at > 0 && parts[n] > parts[places[at - 1]])
                at--;
            if (parts[n] <= 0 || at == MostReasons)
                continue;
            places.Insert(at, n);
            if (places.Count > MostReasons)
                places.RemoveAt(MostReasons);
        }
        return places;
    }

    private ImmutableArray<string> Shared(int item, List<int> because, int[] had) =>
    [
        .. _catalogue[item]!.Topics.Intersect(because.SelectMany(n => _catalogue[had[n]]!.Topics), StringComparer.Ordinal)
            .OrderBy(topic => _texts.ItemsWith("#" + topic)).ThenBy(topic => topic, StringComparer.Ordinal).Take(MostReasons),
    ];
}
