using System.Globalization;
using Platform.Api.Http;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>What visitors did, as a file of RFC 4180.</summary>
internal static class BehaviourFile
{
    private const string Asked = "asked", Period = "period";

    /// <param name="query">The question.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="before">That of the days it's compared with; null: none.</param>
    /// <param name="compare">previous or year; null: compared with nothing.</param>
    public static IResult Of(BehaviourQuery query, BehaviourAnswer answer, BehaviourAnswer? before, string? compare) =>
        Results.File(Csv.Encoding.GetBytes(Csv.Of(Rows(query, answer, before, compare))), Csv.WithHeader, Name(query, answer.IsCut || before?.IsCut == true, answer.IsEstimate || before?.IsEstimate == true));

    /// <summary>A header, then a row each; of a question without dimensions the totals.</summary>
    internal static IEnumerable<string?[]> Rows(BehaviourQuery query, BehaviourAnswer answer, BehaviourAnswer? before, string? compare)
    {
        yield return [.. before is null ? [] : new[] { Period }, .. query.Dimensions, .. query.Metrics];
        foreach (var (row, period) in RowsOf(query, answer).Select(row => (row, Asked)).Concat(before is null ? [] : RowsOf(query, before).Select(row => (row, compare!))))
            yield return [.. before is null ? [] : new[] { period }, .. row.Dimensions, .. row.Metrics.Select(value => value?.ToString(CultureInfo.InvariantCulture))];
    }

    private static IEnumerable<BehaviourRow> RowsOf(BehaviourQuery query, BehaviourAnswer answer) => query.Dimensions.IsEmpty ? [new BehaviourRow([], answer.Totals)] : answer.Rows;

    // Whoever opens the file doesn't see what the answer said beside it.
    private static string Name(BehaviourQuery query, bool isCut, bool isEstimate) =>
        string.Create(CultureInfo.InvariantCulture, $"behaviour_{query.From:yyyy-MM-dd}_{query.To:yyyy-MM-dd}{(isCut ? $"_first_{query.Limit}_rows" : "")}{(isEstimate ? "_estimated" : "")}.csv");
}
