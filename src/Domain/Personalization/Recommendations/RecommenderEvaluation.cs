namespace Platform.Domain.Personalization;

/// <summary>
/// Asks all models for what visitors did later. A contact is a visitor's first interaction with an item, in order of time, then visitor,
/// then item. Candidates are items that somebody had, less
/// those the visitor had; of equal scores the lower id goes first.
/// </summary>
/// <param name="split">What is held out.</param>
/// <param name="lengths">Of lists, ascending.</param>
/// <param name="options">Of the recommender.</param>
/// <param name="part">Held out by time: 0 to 1.</param>
/// <param name="fits">How many times EASE and ALS are fitted, spread over the questions; 0: not at all.</param>
public sealed class RecommenderEvaluation(EvaluationSplit split, int[] lengths, RecommenderOptions? options = null, double part = 0.2, int fits = 1)
{
    private const string Hybrid = "hybrid";
    private readonly RecommenderOptions _options = options ?? RecommenderOptions.Default;

    /// <param name="interactions">In any order.</param>
    /// <param name="items">What is known of items; those that aren't here are known by id alone.</param>
    /// <param name="report">Of contacts done and in all.</param>
    public EvaluationReport Run(IEnumerable<Interaction> interactions, IReadOnlyDictionary<Guid, CatalogueItem> items, Action<long, long>? report = null)
    {
        var contacts = Contacts(interactions);
        var recommender = new Recommender(_options);
        RankingTally[] tallies = [.. recommender.Models.Append(Hybrid).Select(model => new RankingTally(model, lengths))];
        var held = contacts.Select((contact, n) => split == EvaluationSplit.Hash ? IsHeld(contact) : n >= contacts.Length - (int)(part * contacts.Length)).ToArray();
        var (unknown, questions, count) = (0, 0, held.Count(isHeld => isHeld));
        if (split == EvaluationSplit.Prequential)
        {
            var (begin, nextFit) = (contacts.Length - count, contacts.Length - count);
            for (var from = 0; from < contacts.Length;)
            {
                var to = from;
                for (; to < contacts.Length && contacts[to].At == contacts[from].At; to++)
                {
                    if (to < begin)
                        continue;
                    if (fits > 0 && to >= nextFit)
                    {
                        Fit(recommender);
                        nextFit = to + Math.Max(1, count / fits);
                    }
                    questions++;
                    unknown += Ask(recommender, tallies, contacts[to].VisitorId, contacts[to].At, [contacts[to].ItemId]);
                }
                for (; from < to; from++)
                    Tell(recommender, contacts[from], items);
                report?.Invoke(to, contacts.Length);
            }
        }
        else
        {
            for (var n = 0; n < contacts.Length; n++)
            {
                if (!held[n])
                    Tell(recommender, contacts[n], items);
                report?.Invoke(n, contacts.Length);
            }
            if (fits > 0)
                Fit(recommender);
            var now = contacts.Length == 0 ? default : contacts.Where((_, n) => !held[n]).Select(contact => contact.At).DefaultIfEmpty(contacts[0].At).Max();
            foreach (var visitor in contacts.Where((_, n) => held[n]).GroupBy(contact => contact.VisitorId))
            {
                questions++;
                unknown += Ask(recommender, tallies, visitor.Key, now, [.. visitor.Select(contact => contact.ItemId)]);
            }
        }
        // Of items without texts and topics it would say nothing.
        var told = tallies.Where(tally => tally.Model != "content" || items.Count > 0);
        return new EvaluationReport(questions, count, unknown, [.. told.SelectMany(tally => tally.Figures(recommender.Items))]);
    }

    private static Interaction[] Contacts(IEnumerable<Interaction> interactions) =>
    [
        .. interactions.GroupBy(e => (e.VisitorId, e.ItemId)).Select(same => same.MinBy(e => e.At)! with { Weight = same.Max(e => e.Weight) })
            .OrderBy(e => e.At).ThenBy(e => e.VisitorId).ThenBy(e => e.ItemId),
    ];

    private static bool IsHeld(Interaction contact) =>
        DerivedId.From("personalization.held-out", contact.VisitorId.ToString(), contact.ItemId.ToString()).ToByteArray()[15] % 5 == 0;

    private static void Fit(Recommender recommender)
    {
        recommender.RefitTexts();
        var snapshot = recommender.Snapshot();
        recommender.Take(Ease.Fit(snapshot));
        recommender.Take(ImplicitAls.Fit(snapshot));
    }

    // An item is published with its first contact: nobody is asked for what nobody had.
    private static void Tell(Recommender recommender, Interaction contact, IReadOnlyDictionary<Guid, CatalogueItem> items)
    {
        if (recommender.NumberOf(contact.ItemId) < 0)
            recommender.Publish(items.GetValueOrDefault(contact.ItemId, new CatalogueItem(contact.ItemId, contact.At, [], [])) with { PublishedAt = contact.At });
        recommender.Observe(contact);
    }

    private int Ask(Recommender recommender, RankingTally[] tallies, Guid visitor, DateTimeOffset now, Guid[] taken)
    {
        var candidates = recommender.Score(recommender.Had(visitor), recommender.AllHad(visitor), now);
        HashSet<int> numbers = [.. taken.Select((id, n) => recommender.NumberOf(id) is >= 0 and var number ? number : -1 - n)];
        for (var model = 0; model < tallies.Length; model++)
        {
            var scores = model < recommender.Models.Length ? recommender.Scores[model] : null;
            tallies[model].Add(Best(recommender, candidates, item => scores is null ? recommender.Weights.Score(recommender.Scores, item) : scores[item]), numbers,
                item => Math.Max(1.0, recommender.VisitorsOf(recommender.IdOf(item))) / Math.Max(1, recommender.Visitors));
        }
        return numbers.Count(number => number < 0);
    }

    private int[] Best(Recommender recommender, ReadOnlySpan<int> candidates, Func<int, double> score)
    {
        var (items, scores, count) = (new int[lengths[^1]], new double[lengths[^1]], 0);
        foreach (var item in candidates)
        {
            var value = score(item);
            var at = count;
            while (at > 0 && (value > scores[at - 1] || value == scores[at - 1] && recommender.IdOf(item).CompareTo(recommender.IdOf(items[at - 1])) < 0))
                at--;
            if (at == items.Length)
                continue;
            count = Math.Min(count + 1, items.Length);
            Array.Copy(items, at, items, at + 1, count - at - 1);
            Array.Copy(scores, at, scores, at + 1, count - at - 1);
            (items[at], scores[at]) = (item, value);
        }
        return items[..count];
    }
}
