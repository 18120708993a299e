using System.Collections.Frozen;
using System.Collections.Immutable;
using Platform.Domain;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>What a question is drawn from.</summary>
/// <param name="Query">The question.</param>
/// <param name="Answer">Its answer.</param>
/// <param name="Totals">Of lines of a second dimension: their values, each with its total; else nothing.</param>
internal sealed record ChartAnswer(BehaviourQuery Query, BehaviourAnswer Answer, BehaviourAnswer? Totals = null);

/// <summary>Makes charts of questions and their answers.</summary>
internal static class ChartQuestion
{
    public const string Line = "line", Funnel = "funnel", Bar = "bar", HeatMap = "heatmap", Sparkline = "sparkline";

    private const string Weekday = "weekday", HourOfDay = "hour_of_day";

    public static IReadOnlyList<string> Types { get; } = [Line, Bar, Funnel, HeatMap, Sparkline];

    /// <summary>Why a question that has an answer can't be drawn so; null: it can.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="query">Not refused.</param>
    /// <param name="isCompared">It's asked of other days too.</param>
    public static Rejection? Refuse(string type, BehaviourQuery query, bool isCompared) => new FieldErrors()
        .Add("metrics", OneAxis(query) ?? (type == Line && query.Dimensions.Length < 2
            ? query.Metrics.Length > ChartColours.Most ? $"A line chart has at most {ChartColours.Most} metrics." : null
            : query.Metrics.Length > 1 ? "This chart has one metric; only lines over a time alone have several." : null))
        .Add("dimensions", (type, times: query.Dimensions.Count(ChartTimes.Dimensions.Contains), query.Dimensions.Length) switch
        {
            (Line, not 1, _) or (Line, _, > 2) => $"A line chart has one of {string.Join(", ", ChartTimes.Dimensions)}, and at most one dimension that is no time beside it.",
            (Sparkline, not 1, _) or (Sparkline, _, > 1) => $"A sparkline has one of {string.Join(", ", ChartTimes.Dimensions)}, and nothing else.",
            (Bar, _, not 1) => "A bar chart has one dimension.",
            (Bar, _, _) when query.Dimensions[0] is "hour" or "day" or "week" or "month" => "Times that follow each other are drawn as a line.",
            (HeatMap, not 2, _) or (HeatMap, _, not 2) => Week,
            (HeatMap, _, _) when !query.Dimensions.Contains(Weekday) || !query.Dimensions.Contains(HourOfDay) => Week,
            _ => null,
        })
        .Add("compare", type == HeatMap && isCompared ? "A heat map shows one time only." : null)
        .Rejection;

    private const string Week = $"A heat map has {HourOfDay} and {Weekday}.";

    /// <summary>The dimension whose values are lines; null: metrics are.</summary>
    public static string? LinesOf(BehaviourQuery query) => query.Dimensions.Length == 2 ? query.Dimensions.SingleOrDefault(dimension => !ChartTimes.Dimensions.Contains(dimension)) : null;

    public static string TitleOf(BehaviourQuery query, ChartWords words) => query.Dimensions.IsEmpty ? NameOf(query, words)
        : words.Say(words.By, NameOf(query, words), string.Join(", ", query.Dimensions.Select(dimension => words.Names[dimension])));

    /// <param name="asked">The question.</param>
    /// <param name="before">The same of the days it's compared with; null: none.</param>
    /// <param name="now">The time of the place: what is to come isn't 0.</param>
    /// <param name="words">The language.</param>
    /// <param name="ticks">Room for names of times.</param>
    public static LineChart LinesFor(ChartAnswer asked, ChartAnswer? before, DateTime now, ChartWords words, int ticks)
    {
        var query = asked.Query;
        var (times, past) = (TimesOf(query), before is null ? null : TimesOf(before.Query));
        IEnumerable<ChartSeries> lines = LinesOf(query) is { } dimension
            ? asked.Totals!.Rows.Select(row => row.Dimensions[0]).Select(value => new ChartSeries(
                words.ValueOf(dimension, value), Values(asked, times, 0, value, now), TotalOf(asked, value), past is null ? [] : Values(before!, past, 0, value, now), before is null ? null : TotalOf(before, value)))
            : query.Metrics.Select((metric, m) => new ChartSeries(
                words.Names[metric], Values(asked, times, m, null, now), asked.Answer.Totals[m], past is null ? [] : Values(before!, past, m, null, now), before?.Answer.Totals[m]));
        return new LineChart(
            [.. times.Keys.Select((_, index) => times.NameOf(index, words))], times.Ticks(ticks, words), [.. lines], UnitOf(query), before is null ? null : words.Range(before.Query.From, before.Query.To));
    }

    /// <param name="asked">The question.</param>
    /// <param name="before">The same of the days it's compared with; null: none.</param>
    /// <param name="words">The language.</param>
    /// <param name="most">Bars, besides that of the rest.</param>
    public static BarChart BarsFor(ChartAnswer asked, ChartAnswer? before, ChartWords words, int most)
    {
        var (query, answer, metric) = (asked.Query, asked.Answer, ChartMetric.All[asked.Query.Metrics[0]]);
        var past = before?.Answer.Rows.ToFrozenDictionary(row => row.Dimensions[0], row => row.Metrics[0], StringComparer.Ordinal);
        var rows = answer.Rows.Take(Math.Min(most, BarChart.Most)).ToList();
        return new BarChart(
            NameOf(query, words), [.. rows.Select(row => new ChartBar(words.ValueOf(query.Dimensions[0], row.Dimensions[0]), row.Metrics[0] ?? (metric.IsZero ? 0 : null), past?.GetValueOrDefault(row.Dimensions[0])))],
            metric.Unit, answer.Totals[0], answer.Rows.Length - rows.Count, metric.IsSum && answer.Totals[0] is { } total ? Math.Max(0, total - rows.Sum(row => row.Metrics[0] ?? 0)) : null,
            before is null ? null : words.Range(before.Query.From, before.Query.To), answer.IsCut);
    }

    /// <param name="asked">The question.</param>
    /// <param name="words">The language.</param>
    public static HeatMapChart HeatMapFor(ChartAnswer asked, ChartWords words)
    {
        var (query, metric) = (asked.Query, ChartMetric.All[asked.Query.Metrics[0]]);
        var (weekday, hour) = (query.Dimensions.IndexOf(Weekday), query.Dimensions.IndexOf(HourOfDay));
        var found = asked.Answer.Rows.ToFrozenDictionary(row => (row.Dimensions[weekday], row.Dimensions[hour]), row => row.Metrics[0]);
        var cells = from day in ChartTimes.Of(Weekday, query.From, query.To, TimeZoneInfo.Utc).Keys
                    from at in ChartTimes.Of(HourOfDay, query.From, query.To, TimeZoneInfo.Utc).Keys
                    select found.GetValueOrDefault((day, at)) ?? (metric.IsZero && found.Count > 0 ? 0 : (double?)null);
        return new HeatMapChart(NameOf(query, words), [.. cells], metric.Unit, asked.Answer.Totals[0]);
    }

    private static string NameOf(BehaviourQuery query, ChartWords words) => string.Join(", ", query.Metrics.Select(metric => words.Names[metric]));

    private static string? OneAxis(BehaviourQuery query) => query.Metrics.Select(metric => ChartMetric.All[metric].Unit).Distinct().Count() < 2 ? null
        : $"A chart has one axis, so metrics of one unit: {string.Join("; ", query.Metrics.GroupBy(metric => ChartMetric.All[metric].Unit).Select(unit => $"{string.Join(", ", unit)} ({unit.Key})"))}.";

    private static ChartUnit UnitOf(BehaviourQuery query) => ChartMetric.All[query.Metrics[0]].Unit;

    private static ChartTimes TimesOf(BehaviourQuery query) => ChartTimes.Of(query.Dimensions.Single(ChartTimes.Dimensions.Contains), query.From, query.To, TimeZoneInfo.FindSystemTimeZoneById(query.TimeZone));

    private static double? TotalOf(ChartAnswer answer, string value) => answer.Totals!.Rows.FirstOrDefault(row => row.Dimensions[0] == value)?.Metrics[0];

    private static ImmutableArray<double?> Values(ChartAnswer asked, ChartTimes times, int metric, string? line, DateTime now)
    {
        var (query, isZero) = (asked.Query, ChartMetric.All[asked.Query.Metrics[metric]].IsZero && !asked.Answer.Rows.IsEmpty);
        var at = query.Dimensions.IndexOf(times.Dimension);
        var found = asked.Answer.Rows.Where(row => line is null || row.Dimensions[1 - at] == line).ToFrozenDictionary(row => row.Dimensions[at], row => row.Metrics[metric], StringComparer.Ordinal);
        return [.. times.Keys.Select((key, index) => found.GetValueOrDefault(key) ?? (isZero && (times.Starts.IsEmpty || times.Starts[index] <= now) ? 0 : (double?)null))];
    }
}
