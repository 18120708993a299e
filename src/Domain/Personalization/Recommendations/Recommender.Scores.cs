namespace Platform.Domain.Personalization;

public sealed partial class Recommender
{
    // Of trending and popularity the logarithm counts, over so many doublings: what has a ten-thousandth of the best one's has nothing.
    private const double Doublings = 13.287712379549449;

    private readonly double[][] _scores;
    private int[] _candidates = [], _compared = [];
    private int _candidateCount, _lookedAt;
    private ImplicitAls.Folded? _folded;

    internal double[][] Scores => _scores;

    /// <summary>Scores each model's candidates, 0 to 1 (EASE and ALS may be below 0).</summary>
    /// <returns>The candidates: what isn't withdrawn, and neither had nor left out.</returns>
    internal ReadOnlySpan<int> Score(ReadOnlySpan<int> had, ReadOnlySpan<int> leftOut, DateTimeOffset now)
    {
        var candidates = Candidates(leftOut);
        var model = 0;
        foreach (var counts in _trending)
            Logarithmic(counts, _scores[model++], candidates);
        Logarithmic(_popular, _scores[model++], candidates);
        Clear(model);
        _together.Score(had, _scores[model]);
        Linear(_scores[model++], candidates);
        Clear(model);
        _ease?.Score(had, _scores[model]);
        Linear(_scores[model++], candidates);
        Clear(model);
        _folded = had.Length > 0 ? _als?.Fold(had) : null;
        _folded?.Score(_scores[model]);
        Linear(_scores[model++], candidates);
        Clear(model);
        _texts.Score(had, _scores[model]);
        Linear(_scores[model++], candidates);
        var (fresh, factor) = (_scores[model], _fresh.Factor(now));
        foreach (var item in candidates)
            fresh[item] = Math.Min(1, _fresh.Raw(item) * factor);
        return candidates;
    }

    internal int[] Had(Guid? visitorId, Guid? itemId = null)
    {
        int[] had = visitorId is { } visitor && _visitors.Find(visitor) is >= 0 and var number ? _histories[number]!.Items(_options.MostHad) : [];
        return itemId is { } id && _items.Find(id) is >= 0 and var item && !had.Contains(item) ? [.. had, item] : had;
    }

    internal int[] AllHad(Guid? visitorId) => visitorId is { } visitor && _visitors.Find(visitor) is >= 0 and var number ? _histories[number]!.Items() : [];

    internal int NumberOf(Guid itemId) => _items.Find(itemId);

    internal Guid IdOf(int item) => _items[item];

    private void Learn(VisitorHistory history, int taken, DateTimeOffset at)
    {
        // A lesson looks at every item: of a large catalogue not every contact is one, so that what an event costs doesn't grow with it.
        _lookedAt += _options.LearningBudget;
        if (_lookedAt < _items.Count)
            return;
        _lookedAt = 0;
        var had = history.Items();
        var candidates = Score(had.AsSpan(Math.Max(0, had.Length - _options.MostHad)), had, at);
        if (candidates.Length < 2)
            return;
        if (candidates.Length <= _options.MostCompared)
        {
            Weights.Learn(_scores, candidates, taken);
            return;
        }
        // Evenly spread, from a place that moves with time.
        var step = (double)candidates.Length / _options.MostCompared;
        if (_compared.Length == 0)
            _compared = new int[_options.MostCompared];
        var from = (int)(at.UtcTicks / TimeSpan.TicksPerSecond % candidates.Length);
        for (var n = 0; n < _compared.Length; n++)
            _compared[n] = candidates[(from + (int)(n * step)) % candidates.Length];
        Weights.Learn(_scores, _compared, taken);
    }

    private ReadOnlySpan<int> Candidates(ReadOnlySpan<int> leftOut)
    {
        if (_candidates.Length < _items.End)
        {
            _candidates = new int[_items.End * 2];
            (_totals, _ties, _marks) = (new double[_candidates.Length], new double[_candidates.Length], new byte[_candidates.Length]);
            for (var m = 0; m < _scores.Length; m++)
                _scores[m] = new double[_candidates.Length];
        }
        var (sorted, count) = (leftOut.ToArray(), 0);
        Array.Sort(sorted);
        for (var (item, next) = (0, 0); item < _items.End; item++)
        {
            while (next < sorted.Length && sorted[next] < item)
                next++;
            if (_catalogue[item] is not null && !(next < sorted.Length && sorted[next] == item) && !(_withdrawn.Count > 0 && _withdrawn.Contains(item)))
                _candidates[count++] = item;
        }
        return _candidates.AsSpan(0, _candidateCount = count);
    }

    private void Clear(int model) => Array.Clear(_scores[model], 0, _items.End);

    private static void Logarithmic(DecayedCounts counts, double[] scores, ReadOnlySpan<int> candidates)
    {
        var logs = counts.Logs;
        var most = double.NegativeInfinity;
        foreach (var item in candidates)
            if (item < logs.Length && logs[item] > most)
                most = logs[item];
        var (least, part) = (most - Doublings, 1 / Doublings);
        foreach (var item in candidates)
            scores[item] = item < logs.Length && logs[item] > least ? 1 + (logs[item] - most) * part : 0;
    }

    private static void Linear(double[] scores, ReadOnlySpan<int> candidates)
    {
        var most = 0.0;
        foreach (var item in candidates)
            if (scores[item] > most)
                most = scores[item];
        if (most <= 0)
            return;
        var part = 1 / most;
        foreach (var item in candidates)
            scores[item] *= part;
    }
}
