using System.Collections.Immutable;
using System.Globalization;
using Platform.Domain.Experiments;

namespace Platform.Api.Experiments;

/// <summary>What each unit has, of all rows that were read of it. A unit that was seen in two variants counts in none.</summary>
/// <param name="plan">What is kept of it.</param>
public sealed class UnitTable(AnalysisPlan plan)
{
    /// <summary>More don't fit the memory that a command line tool should take: about 1 GB.</summary>
    public const int MostUnits = 5_000_000, MostNumbers = 100_000_000;

    private const int InTwo = -1;

    private readonly ImmutableArray<UnitValue> _kept = [.. plan.Metrics.SelectMany(metric => metric.Values)];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _variants = [];
    private readonly List<int> _variantOf = [];
    private readonly List<double> _values = [];

    /// <summary>What a row must have, in this order.</summary>
    public ImmutableArray<UnitValue> Kept => _kept;

    public int Units => _places.Count;

    /// <summary>Seen in two variants or more.</summary>
    public int Excluded { get; private set; }

    /// <param name="unit">Who.</param>
    /// <param name="variant">Where.</param>
    /// <param name="row">A number for each of <see cref="Kept"/>; NaN: not known, which only what is of before may be.</param>
    /// <exception cref="AnalysisStoppedException">It doesn't agree with what was read before, or is too much.</exception>
    public void Add(string unit, string variant, ReadOnlySpan<double> row)
    {
        var at = _variants.IndexOf(variant);
        if (at < 0)
        {
            if (_variants.Count == AnalysisInput.MostVariants) throw new AnalysisStoppedException($"column {plan.Variant} has more than {AnalysisInput.MostVariants} different values: is it the one that says the variant?");
            at = _variants.Count;
            _variants.Add(variant);
        }
        if (_places.TryGetValue(unit, out var place))
        {
            Join(place, unit, at, row);
            return;
        }
        if (Units == Math.Min(MostUnits, MostNumbers / row.Length)) throw new AnalysisStoppedException($"there are more than {Units} units, with {row.Length} numbers each: take fewer metrics, or a sample of units, such as those whose hash is below a limit.");
        _places.Add(unit, Units);
        _variantOf.Add(at);
        foreach (var value in row) _values.Add(value);
    }

    /// <summary>The sums of each metric in each variant, capped if the plan says so.</summary>
    /// <exception cref="AnalysisStoppedException">Too few variants, none that is control, or others than those with a weight.</exception>
    public AnalysisInput ToInput(out ImmutableSortedDictionary<string, double> caps)
    {
        var names = NamesOf();
        var order = names.Select(name => _variants.IndexOf(name)).ToList();
        FillUnknown();
        caps = Cap();
        return new()
        {
            Variants = [.. names.Zip(order, (name, at) => new AnalysedVariant(name, at < 0 ? 0 : _variantOf.LongCount(of => of == at), plan.Weights is { } weights ? weights[name] : 1))],
            Control = plan.Control,
            Alpha = plan.Alpha,
            TuningSize = plan.TuningSize,
            Metrics = [.. plan.Metrics.Select((metric, n) => Sum(metric, plan.Metrics.Take(n).Sum(before => before.Values.Count), order))],
        };
    }

    private void Join(int place, string unit, int variant, ReadOnlySpan<double> row)
    {
        if (_variantOf[place] != variant && _variantOf[place] != InTwo) (_variantOf[place], Excluded) = (InTwo, Excluded + 1);
        for (var n = 0; n < row.Length; n++)
        {
            var (at, rule) = (place * row.Length + n, _kept[n].Rule);
            if (rule == UnitRule.Same && !double.IsNaN(row[n]) && !double.IsNaN(_values[at]) && row[n] != _values[at])
                throw new AnalysisStoppedException(string.Create(CultureInfo.InvariantCulture, $"unit {unit} has {row[n]} in column {_kept[n].Column}, and had {_values[at]}: what is of before the experiment must be the same in all rows of a unit."));
            _values[at] = rule switch
            {
                UnitRule.Sum => _values[at] + row[n],
                UnitRule.Any => Math.Max(_values[at], row[n]),
                _ => double.IsNaN(row[n]) ? _values[at] : row[n],
            };
        }
    }

    /// <summary>Control first.</summary>
    private List<string> NamesOf()
    {
        var seen = _variants.Where((_, n) => _variantOf.Contains(n)).ToHashSet(StringComparer.Ordinal);
        if (!seen.Contains(plan.Control)) throw new AnalysisStoppedException($"no unit is in a variant {plan.Control}: --control must be one of {string.Join(", ", seen.Order(StringComparer.Ordinal))}.");
        if (plan.Weights is { } weights)
        {
            if (seen.FirstOrDefault(name => !weights.ContainsKey(name)) is { } missing) throw new AnalysisStoppedException($"--weights has none for variant {missing}.");
            seen.UnionWith(weights.Keys);
        }
        if (seen.Count < 2) throw new AnalysisStoppedException($"all units are in variant {plan.Control}: an experiment has two variants or more.");
        if (seen.Count > AnalysisInput.MostVariants) throw new AnalysisStoppedException($"there are more than {AnalysisInput.MostVariants} variants.");
        return [plan.Control, .. seen.Where(name => name != plan.Control).Order(StringComparer.Ordinal)];
    }

    /// <summary>Of a unit that wasn't there before, the mean of those that were: it moves no effect, as the variant has no part in it.</summary>
    private void FillUnknown()
    {
        for (var n = 0; n < _kept.Length; n++)
        {
            if (_kept[n].Rule != UnitRule.Same) continue;
            var known = Column(n).Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();
            for (var at = n; at < _values.Count; at += _kept.Length)
                if (double.IsNaN(_values[at]))
                    _values[at] = known;
        }
    }

    private ImmutableSortedDictionary<string, double> Cap()
    {
        var caps = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        if (plan.Winsorise is not { } quantile) return caps.ToImmutable();
        var from = 0;
        foreach (var metric in plan.Metrics)
        {
            foreach (var (value, n) in metric.Values.Select((value, n) => (value, from + n)).Where(_ => metric.Kind != MetricKind.Proportion))
            {
                var cap = caps[value.Column] = Winsorisation.Cap([.. Column(n)], quantile);
                for (var at = n; at < _values.Count; at += _kept.Length) _values[at] = Math.Min(_values[at], cap);
            }
            from += metric.Values.Count;
        }
        return caps.ToImmutable();
    }

    private AnalysedMetric Sum(MetricColumn metric, int from, List<int> order)
    {
        var (width, sums) = (metric.Values.Count, order.ConvertAll(_ => new MomentsSum(metric.Values.Count)));
        var places = Enumerable.Range(0, _variants.Count).Select(variant => order.IndexOf(variant)).ToArray();
        var row = new double[width];
        for (var unit = 0; unit < Units; unit++)
        {
            if (_variantOf[unit] == InTwo) continue;
            for (var n = 0; n < width; n++) row[n] = _values[unit * _kept.Length + from + n];
            sums[places[_variantOf[unit]]].Add(row);
        }
        ImmutableArray<bool>? binary = metric.Kind == MetricKind.Proportion ? [.. metric.Values.Select(value => value.Rule == UnitRule.Any)] : null;
        return new() { Name = metric.Column, Kind = metric.Kind, Goal = metric.Goal, Guardrail = metric.Guardrail, Moments = [.. sums.Select(sum => sum.ToMoments(binary))] };
    }

    /// <summary>Of the units that count.</summary>
    private IEnumerable<double> Column(int n) => Enumerable.Range(0, Units).Where(unit => _variantOf[unit] != InTwo).Select(unit => _values[unit * _kept.Length + n]);
}
