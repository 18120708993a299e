using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Content;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Projections.Content;
using Platform.Projections.Personalization;

namespace Platform.Processors.Personalization;

/// <summary>What is recommended on a site, and the words for it.</summary>
/// <param name="Items">Best first.</param>
/// <param name="Titles">Of these and of those that they are explained by, as far as they have one.</param>
/// <param name="VisitorIsKnown">Something is known of the visitor.</param>
/// <param name="Index">Log index up to which interactions count.</param>
/// <param name="Lag">Events that the log had beyond it when it was looked at.</param>
public sealed record SiteRecommendations(ImmutableArray<Recommendation> Items, IReadOnlyDictionary<Guid, string> Titles, bool VisitorIsKnown, long Index, long Lag);

/// <summary>
/// The recommender of a site, with the catalogue that the site may show: what is live on it, placed on it or let in from the tenant's
/// pool by its gate. It's asked by many at once, and followed by one.
/// </summary>
public sealed class SiteModel
{
    /// <summary>Last interactions that a model is built of, and those that weights are learnt from.</summary>
    public const int MostInteractions = 200_000, MostLessons = 20_000;

    private const int Page = 5_000, ItemsAtOnce = 100, MostCandidates = 100_000, MostWaiting = 1_000;

    // Of a service's items some may not be shown, and the rest is to be unlike each other.
    private const int UsefulOfEach = 5;

    // Between two looks at the catalogue: while much is published each has news, and without any, what was parked and applied later is found.
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1), Whole = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Guid _siteId;
    private readonly TimeProvider _time;
    private readonly Recommender _recommender = new(Options);
    private readonly Dictionary<Guid, Shown> _shown = [];

    // The last that had to do with what isn't known to be live: an event may be there before the item that it is about.
    private readonly Queue<InteractionEntry> _waiting = new();
    private ImmutableArray<GateRule> _gate = [];
    private BusinessRules _rules = BusinessRules.None;
    private RecommendationService _service = RecommendationService.Initial;
    private long? _builtOf;
    private long _seen = -1, _index = -1, _lag, _looked = -2, _lookedAt, _observed, _fitted;

    private SiteModel(Guid siteId, TimeProvider time) => (_siteId, _time, BuiltAt) = (siteId, time, time.GetTimestamp());

    /// <param name="LiveVersion">That is known.</param>
    /// <param name="Pooled">Of the pool: what gates go by; else null.</param>
    /// <param name="Title">Null: it has none.</param>
    /// <param name="Locale">Of its texts.</param>
    private sealed record Shown(long LiveVersion, PoolItem? Pooled, string? Title, string Locale);

    /// <summary>A site's: smaller than what a recommender may be, because a node has many.</summary>
    public static RecommenderOptions Options { get; } = new() { MostItems = 10_000, MostVisitors = 50_000, MostNeighbours = 200 };

    /// <summary>Items and visitors of whom something is kept.</summary>
    public long Size
    {
        get
        {
            lock (_lock)
                return _recommender.Items + _recommender.Visitors;
        }
    }

    /// <summary>By the clock's ticks.</summary>
    public long BuiltAt { get; }

    /// <summary>What was learnt of a visitor who is forgotten goes with the next build.</summary>
    public bool HasForgotten { get; private set; }

    /// <summary>Something is to be forgotten that only a build forgets.</summary>
    public bool IsOutdated { get; private set; }

    /// <summary>The service that ranks what the site recommends; null: there is none.</summary>
    public RecommendationService? Service
    {
        get
        {
            lock (_lock)
                return _service.Settings?.IsFor(_siteId) == true ? _service : null;
        }
    }

    /// <summary>From what there is.</summary>
    /// <returns>Null: there is no such site.</returns>
    public static async Task<SiteModel?> BuildAsync(IQuerySession session, Guid siteId, TimeProvider time, CancellationToken cancel)
    {
        var model = new SiteModel(siteId, time);
        if (!await model.LookAsync(session, isFirst: true, cancel))
            return null;
        model._seen = await Interactions.LastAsync(session, siteId, MostInteractions, cancel);
        var lessons = await Interactions.LastAsync(session, siteId, MostLessons, cancel);
        await model.ObserveAsync(session, lessons, cancel);
        return model;
    }

    /// <summary>Takes in what happened since: events, and what is published, withdrawn, let in or said by editors.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="isLatest">With the catalogue as the read models have it now; else as it was a second ago or so.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False: there is no such site any more, or a read model was rebuilt and is behind; build another.</returns>
    public async Task<bool> FollowAsync(IQuerySession session, bool isLatest, CancellationToken cancel)
    {
        var age = _time.GetElapsedTime(_lookedAt);
        var isDue = age > Whole || (isLatest || age > Busy) && await CatalogueChanges.LastAsync(session, cancel) > _looked;
        if (isDue && !await LookAsync(session, isFirst: false, cancel))
            return false;
        return await ObserveAsync(session, -1, cancel);
    }

    /// <summary>The best items. In memory alone.</summary>
    /// <param name="query">Without rules and what may be shown: these are the site's.</param>
    public SiteRecommendations Recommend(RecommendationQuery query)
    {
        lock (_lock)
        {
            var admits = SiteGate.Admits(_gate, query.Now);
            bool IsShown(Guid id) => _shown.TryGetValue(id, out var shown) && (shown.Pooled is not { } pooled || admits(pooled));
            var items = _recommender.Recommend(query with { Rules = _rules, Eligible = IsShown });
            var titles = new Dictionary<Guid, string>();
            foreach (var id in items.SelectMany(item => item.Contributions.SelectMany(part => part.Items).Append(item.ItemId)))
                if (_shown.GetValueOrDefault(id)?.Title is { } title)
                    titles[id] = title;
            return new SiteRecommendations(items, titles, query.VisitorId is { } visitor && _recommender.Knows(visitor), _index, _lag);
        }
    }

    /// <summary>What a service is asked, beside the local model.</summary>
    /// <param name="query">As the local model is asked.</param>
    /// <param name="candidates">The local model's best that the question names.</param>
    /// <param name="visitor">Null: nobody of whom something is known.</param>
    public ServiceQuestion Ask(RecommendationQuery query, int candidates, KnownVisitor? visitor)
    {
        ImmutableArray<Guid> best = candidates == 0 ? [] : [.. Recommend(query with { Count = candidates, Diversity = 0 }).Items.Select(item => item.ItemId).Order()];
        lock (_lock)
        {
            var told = visitor is null ? null : ServiceVisitor.Of(visitor.Found.Acts, _siteId, visitor.Settings, query.Now, _shown.ContainsKey);
            return new ServiceQuestion(
                ServiceQuestion.CurrentVersion, _siteId, Math.Min(ServiceRanking.MostItems, query.Count * UsefulOfEach), best, query.ItemId,
                query.ItemId is { } read ? _shown.GetValueOrDefault(read)?.Locale : null, told);
        }
    }

    /// <summary>
    /// Fits EASE and ALS anew where there is enough to fit them from, and little enough. It takes seconds, during which the model is
    /// asked as before.
    /// </summary>
    /// <returns>Whether they were.</returns>
    public bool Fit()
    {
        const int fewestVisitors = 50, fewestItems = 20, mostItems = 5_000, mostOfEase = 1_000;
        const double news = 0.1;
        InteractionMatrix matrix;
        long observed;
        lock (_lock)
        {
            observed = _observed;
            if (_recommender.Items is < fewestItems or > mostItems || _recommender.Visitors < fewestVisitors || _fitted > 0 && observed < _fitted * (1 + news))
                return false;
            matrix = _recommender.Snapshot();
        }
        var (ease, als) = (Ease.Fit(matrix, mostItems: mostOfEase), ImplicitAls.Fit(matrix));
        lock (_lock)
        {
            // Who was forgotten meanwhile is still in them.
            if (HasForgotten)
                return false;
            (_, _, _fitted) = (_recommender.Take(ease), _recommender.Take(als), observed);
            return true;
        }
    }

    // What is looked for first is known the latest: what changes meanwhile is looked for again.
    private async Task<bool> LookAsync(IQuerySession session, bool isFirst, CancellationToken cancel)
    {
        var (at, last) = (_time.GetTimestamp(), await CatalogueChanges.LastAsync(session, cancel));
        if (await GateDetails.FindAsync(session, _siteId, null, cancel) is not { } gate)
            return false;
        var rules = (await session.Events.AggregateStreamAsync<RecommendationRules>(RecommendationRules.IdOf(_siteId), cancel: cancel)).State;
        var service = (await session.Events.AggregateStreamAsync<RecommendationService>(RecommendationService.Id, cancel: cancel)).State;
        var (live, index) = await LiveAsync(session, gate.Rules, cancel);
        var changed = live.Values.Where(item => _shown.GetValueOrDefault(item.Id)?.LiveVersion != item.LiveVersion).Select(item => item.Id).ToList();
        var items = new List<ItemDetails>();
        foreach (var some in changed.Chunk(ItemsAtOnce))
            items.AddRange((await ItemDetails.FindAsync(session, some, cancel)).Items.Where(item => item.Live is not null));
        lock (_lock)
        {
            (_gate, _rules, _service) = (gate.Rules, rules.ToBusinessRules(), service);
            foreach (var gone in _shown.Keys.Where(id => !live.ContainsKey(id)).ToList())
            {
                _recommender.Withdraw(gone);
                _shown.Remove(gone);
            }
            foreach (var (id, item) in live)
                if (_shown.TryGetValue(id, out var shown))
                    _shown[id] = shown with { Pooled = item.Pooled };
            Publish(items, live, isFirst);
        }
        (_looked, _lookedAt) = (Math.Min(last, index), at);
        return true;
    }

    private void Publish(List<ItemDetails> items, Dictionary<Guid, SiteItem> live, bool isFirst)
    {
        if (isFirst)
            _recommender.PublishAll(items.Select(Catalogued));
        foreach (var item in items)
            if (isFirst || _recommender.Publish(Catalogued(item)))
                _shown[item.Id] = new Shown(item.Live!.Version, live[item.Id].Pooled, TitleOf(item), item.Locale);
        if (items.Count == 0)
            return;
        foreach (var entry in TakeWaiting(_ => true))
            Observe(entry, learns: true);
    }

    // What isn't taken waits on, in its order.
    private List<InteractionEntry> TakeWaiting(Func<InteractionEntry, bool> isTaken)
    {
        var all = _waiting.ToList();
        _waiting.Clear();
        foreach (var entry in all.Where(entry => !isTaken(entry)))
            _waiting.Enqueue(entry);
        return [.. all.Where(isTaken)];
    }

    // Of more than there is room for the ones made last: ids of the platform's own making are in order of creation.
    private async Task<(Dictionary<Guid, SiteItem> Live, long Index)> LiveAsync(IQuerySession session, ImmutableArray<GateRule> rules, CancellationToken cancel)
    {
        // Whenever they hold: what may be shown this moment is asked with each answer.
        var lets = rules.Where(rule => rule.Effect == GateEffect.Include).ToList();
        // Where items stand is another read model.
        var (found, index, after) = (new List<SiteItem>(), await SiteContent.IndexAsync(session, cancel), Guid.Empty);
        while (true)
        {
            var page = await SiteItems.LiveAsync(session, _siteId, after, Page, cancel);
            index = Math.Min(index, page.Index);
            found.AddRange(page.Items.Where(item => item.LiveVersion is not null && (item.Pooled is not { } pooled || lets.Exists(rule => rule.When.Fits(pooled)))));
            if (page.Items.Count < Page || found.Count >= MostCandidates)
                break;
            after = page.Items[^1].Id;
        }
        return (found.TakeLast(Options.MostItems).ToDictionary(item => item.Id), index);
    }

    private async Task<bool> ObserveAsync(IQuerySession session, long lessonsAfter, CancellationToken cancel)
    {
        while (true)
        {
            var page = await Interactions.SinceAsync(session, _siteId, _seen, Page, cancel);
            if (page.Index < _index)
                return false;
            _builtOf ??= page.Index;
            lock (_lock)
            {
                foreach (var entry in page.Items)
                    Observe(entry, learns: entry.Changed > lessonsAfter);
                (_index, _lag, _seen) = (page.Index, page.Lag, page.Items.Count == 0 ? _seen : page.Items[^1].Changed);
            }
            if (page.Items.Count < Page)
                return true;
        }
    }

    private void Observe(InteractionEntry entry, bool learns)
    {
        if (entry is { VisitorId: { } visitor, ItemId: { } item })
        {
            if (!_shown.ContainsKey(item))
            {
                if (_waiting.Count == MostWaiting)
                    _waiting.Dequeue();
                _waiting.Enqueue(entry);
            }
            else if (_recommender.Observe(new Interaction(visitor, item, entry.At, entry.Weight), learns))
                _observed++;
            return;
        }
        // What was let go of before the model was built was never in it.
        if (entry.Changed <= _builtOf)
            return;
        // At once whatever is counted; with the next build what was learnt, and what was fitted is put away until then.
        TakeWaiting(waiting => entry.VisitorId is null || waiting.VisitorId == entry.VisitorId);
        if (entry.VisitorId is { } erased)
            _recommender.Forget(erased);
        else
            IsOutdated = true;
        HasForgotten = true;
        _recommender.Unfit();
    }

    private static CatalogueItem Catalogued(ItemDetails item)
    {
        var texts = item.Live!.Fields.Values.Values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!);
        return new CatalogueItem(item.Id, item.Live.At, [.. texts], item.Tags, item.Locale);
    }

    private static string? TitleOf(ItemDetails item) => item.Live!.Fields.Find("title") is { ValueKind: JsonValueKind.String } title ? title.GetString() : null;
}
