using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>
/// Recommends items to visitors: a fold over what visitors do and what is published. Each event counts at once; EASE and ALS are fitted
/// elsewhere from a <see cref="Snapshot"/> and taken whole
/// by <see cref="Take(Ease)"/>. A model that isn't there, or a visitor of whom nothing is known, leaves the others.
/// </summary>
/// <remarks>
/// Not thread-safe, reading included, because scores are made in arrays that are used again: one thread at a time, or a lock. Fitting a
/// snapshot needs none. Memory, by reckoning and not by measurement: about 250 bytes a visitor and
/// 16 for each item kept of one (at most 200); an item has about 1 kB, 8 bytes x <see cref="RecommenderOptions.MostNeighbours"/> x 2 of
/// pairs, its terms (<see cref="TextIndex"/>) and its part of
/// the fitted models. A new visitor's first items cost O(1), later ones O(items kept).
/// </remarks>
public sealed partial class Recommender
{
    private const double MostWeight = 100;
    private const int MostTopics = 50;

    private readonly RecommenderOptions _options;
    private readonly DenseIds _items, _visitors;
    private readonly List<CatalogueItem?> _catalogue = [];
    private readonly HashSet<int> _withdrawn = [];
    private readonly List<VisitorHistory?> _histories = [];
    private readonly DecayedCounts[] _trending;
    private readonly DecayedCounts _fresh, _popular;
    private readonly CoVisits _together;
    private readonly TextIndex _texts = new();
    private Ease? _ease;
    private ImplicitAls? _als;
    private int _generation, _hand;

    public Recommender(RecommenderOptions? options = null)
    {
        _options = options ?? RecommenderOptions.Default;
        (_items, _visitors) = (new DenseIds(_options.MostItems), new DenseIds(_options.MostVisitors));
        _trending = [.. _options.HalfLives.Select(halfLife => new DecayedCounts(halfLife))];
        // 100,000 days: as good as no decay, and its logarithms are kept.
        (_fresh, _popular, _together) = (new DecayedCounts(_options.Freshness), new DecayedCounts(TimeSpan.FromDays(100_000)), new CoVisits(_options.MostNeighbours));
        Models = NamesOf(_options);
        _scores = [.. Models.Select(_ => Array.Empty<double>())];
        Weights = new BlendWeights([.. Models.Select(model => model.StartsWith("trending", StringComparison.Ordinal) ? 2.0 : model == "popularity" ? 0 : 0.5)]);
    }

    /// <summary>What the models of a recommender with these options are called, in their order.</summary>
    public static ImmutableArray<string> NamesOf(RecommenderOptions options) =>
    [
        .. options.HalfLives.Select(halfLife => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"trending {halfLife.TotalHours:0.##}h")),
        "popularity", "item-knn", "ease", "als", "content", "freshness",
    ];

    /// <summary>Names, in the order of <see cref="Weights"/>.</summary>
    public ImmutableArray<string> Models { get; }

    /// <summary>How much each model says, learnt so far.</summary>
    public BlendWeights Weights { get; }

    /// <summary>Items that may be recommended.</summary>
    public int Items => _items.Count - _withdrawn.Count;

    /// <summary>Visitors of whom something is kept.</summary>
    public int Visitors => _visitors.Count;

    /// <summary>Something is kept of a visitor.</summary>
    public bool Knows(Guid visitorId) => _visitors.Find(visitorId) >= 0;

    /// <summary>An item is there, or says something else now; it's recommendable at once.</summary>
    /// <returns>False: there are as many items as there may be.</returns>
    public bool Publish(CatalogueItem item) => Put(item, compares: true);

    /// <summary>The same of many: words are weighed and items compared once, at the end.</summary>
    /// <returns>How many there was room for.</returns>
    public int PublishAll(IEnumerable<CatalogueItem> items)
    {
        var put = items.Count(item => Put(item, compares: false));
        _texts.Refit();
        return put;
    }

    private bool Put(CatalogueItem item, bool compares)
    {
        if (_items.Find(item.ItemId) < 0 && _items.IsFull)
            Reclaim();
        if (_items.Intern(item.ItemId) is var number && number < 0)
            return false;
        while (_catalogue.Count <= number)
            _catalogue.Add(null);
        _withdrawn.Remove(number);
        _catalogue[number] = item with { Texts = [] };
        _fresh.Clear(number);
        _fresh.Add(number, item.PublishedAt);
        var stopWords = StopWords.Of(item.Language);
        var words = item.Texts.SelectMany(text => Words.Of(text, item.Language, stopWords));
        _texts.Put(number, words.Concat(item.Topics.Take(MostTopics).SelectMany(topic => Enumerable.Repeat("#" + topic, _options.TopicWeight))), compares);
        return true;
    }

    /// <summary>
    /// An item isn't recommended any more. That visitors had it goes on speaking for others, until its number is needed for a new item.
    /// </summary>
    public void Withdraw(Guid itemId)
    {
        if (_items.Find(itemId) is >= 0 and var number && _withdrawn.Add(number))
            _texts.Remove(number);
    }

    /// <summary>Something happened, now or late. Of a visitor and an item only the first time and the largest weight count.</summary>
    /// <returns>False: there is no such item, or the weight makes no sense; nothing is kept.</returns>
    /// <param name="interaction">What happened.</param>
    /// <param name="learns">Weights are learnt from it.</param>
    public bool Observe(Interaction interaction, bool learns = true)
    {
        var item = _items.Find(interaction.ItemId);
        if (item < 0 || _withdrawn.Contains(item) || !(interaction.Weight is > 0 and <= MostWeight))
            return false;
        var history = HistoryOf(interaction.VisitorId);
        var kept = new KeptInteraction(item, interaction.At.UtcTicks, (float)interaction.Weight);
        if (history.IndexOf(item) is >= 0 and var at)
        {
            var before = history[at];
            var merged = new KeptInteraction(item, Math.Min(before.Ticks, kept.Ticks), Math.Max(before.Weight, kept.Weight));
            Count(before, -1);
            Count(merged, 1);
            history.Set(at, merged);
            return true;
        }
        if (learns)
            Learn(history, item, interaction.At);
        if (history.Count == _options.MostKept)
            Drop(history, 0);
        Count(kept, 1);
        _together.Add(item, history.Items());
        history.Add(kept);
        return true;
    }

    /// <summary>
    /// Nothing of the visitor is kept or counted any more, as if it had never been; only the learnt weights and fitted models, which are
    /// of all together, stay until they are learnt or fitted anew.
    /// </summary>
    public void Forget(Guid visitorId)
    {
        if (_visitors.Find(visitorId) is not (>= 0 and var number))
            return;
        var history = _histories[number]!;
        while (history.Count > 0)
            Drop(history, history.Count - 1);
        _histories[number] = null;
        _visitors.Free(visitorId);
    }

    /// <summary>EASE and ALS say nothing until they are fitted anew.</summary>
    public void Unfit() => (_ease, _als) = (null, null);

    /// <summary>
    /// Weighs the words of all items anew, which takes as long as comparing all of them: for one that nobody asks meanwhile.
    /// </summary>
    public void RefitTexts() => _texts.Refit();

    /// <summary>What EASE and ALS are fitted from.</summary>
    public InteractionMatrix Snapshot() => new(
        _items.End,
        [.. _histories.OfType<VisitorHistory>().Select(history => Enumerable.Range(0, history.Count).Select(n => (history[n].Item, history[n].Weight)).ToImmutableArray())],
        _generation);

    /// <returns>False: items' numbers have changed since the snapshot; fit another.</returns>
    public bool Take(Ease model) => model.Generation == _generation && (_ease = model) is not null;

    /// <returns>False: items' numbers have changed since the snapshot; fit another.</returns>
    public bool Take(ImplicitAls model) => model.Generation == _generation && (_als = model) is not null;

    /// <summary>An item's trending sum for one of the half-lives; 0: none.</summary>
    public double Trending(Guid itemId, int halfLife, DateTimeOffset now) => _items.Find(itemId) is >= 0 and var item ? _trending[halfLife].At(item, now) : 0;

    /// <summary>Visitors who had an item.</summary>
    public int VisitorsOf(Guid itemId) => _items.Find(itemId) is >= 0 and var item ? _together.Visitors(item) : 0;

    /// <summary>Visitors who had both, as cosine.</summary>
    public double Similarity(Guid one, Guid other) => _items.Find(one) is >= 0 and var a && _items.Find(other) is >= 0 and var b ? _together.Similarity(a, b) : 0;

    private VisitorHistory HistoryOf(Guid visitorId)
    {
        if (_visitors.Find(visitorId) < 0 && _visitors.IsFull)
            ForgetOne();
        var number = _visitors.Intern(visitorId);
        while (_histories.Count <= number)
            _histories.Add(null);
        return _histories[number] ??= new VisitorHistory();
    }

    // The one of the next 64 who did nothing for longest: near enough to the one of all, and O(1).
    private void ForgetOne()
    {
        var (oldest, ticks) = (-1, long.MaxValue);
        for (var n = 0; n < Math.Min(64, _histories.Count); n++)
        {
            _hand = (_hand + 1) % _histories.Count;
            if (_histories[_hand] is { } history && (history.Count == 0 ? 0 : history.Last.Ticks) is var last && last < ticks)
                (oldest, ticks) = (_hand, last);
        }
        Forget(_visitors[oldest]);
    }

    private void Drop(VisitorHistory history, int at)
    {
        var kept = history[at];
        history.RemoveAt(at);
        Count(kept, -1);
        _together.Remove(kept.Item, history.Items());
    }

    private void Count(KeptInteraction kept, int sign)
    {
        foreach (var counts in (ReadOnlySpan<DecayedCounts>)[.. _trending, _popular])
            if (sign > 0)
                counts.Add(kept.Item, kept.At, kept.Weight);
            else
                counts.Remove(kept.Item, kept.At, kept.Weight);
    }

    // One pass over all visitors for all withdrawn items, so that it's rare.
    private void Reclaim()
    {
        if (_withdrawn.Count == 0)
            return;
        foreach (var history in _histories.OfType<VisitorHistory>())
            for (var n = history.Count - 1; n >= 0; n--)
                if (_withdrawn.Contains(history[n].Item))
                    Drop(history, n);
        foreach (var item in _withdrawn)
        {
            foreach (var counts in (DecayedCounts[])[.. _trending, _popular, _fresh])
                counts.Clear(item);
            _together.Clear(item);
            _catalogue[item] = null;
            _items.Free(_items[item]);
        }
        _withdrawn.Clear();
        (_ease, _als, _generation) = (null, null, _generation + 1);
    }
}
