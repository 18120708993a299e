using System.Collections.Immutable;
using Platform.Domain.Experiments;

namespace Platform.Api.Experiments;

/// <summary>What a file of units says of an experiment.</summary>
/// <param name="Rows">Read.</param>
/// <param name="Units">Different ones.</param>
/// <param name="ExcludedUnits">Those of them that were seen in two variants, and count in none.</param>
/// <param name="Caps">What values of a column were capped at.</param>
/// <param name="Warnings">Of the file; the report has its own.</param>
/// <param name="Input">The sums, from which the report can be made again.</param>
/// <param name="Report">The figures.</param>
public sealed record FileAnalysis(
    long Rows, long Units, long ExcludedUnits, ImmutableSortedDictionary<string, double> Caps, ImmutableArray<string> Warnings, AnalysisInput Input, ExperimentReport Report)
{
    /// <param name="plan">What is to be made of it.</param>
    /// <param name="path">The file.</param>
    /// <param name="report">Bytes read, and of how many.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="AnalysisStoppedException">The file or the plan makes no sense.</exception>
    public static FileAnalysis Of(AnalysisPlan plan, string path, Action<long, long> report, CancellationToken cancel)
    {
        var (table, rows) = new UnitFile(plan).Read(path, report, cancel);
        if (rows == 0) throw new AnalysisStoppedException($"{Path.GetFileName(path)}: there are no rows below the column names.");
        var input = table.ToInput(out var caps);
        if (input.Check().Rejection is { } invalid) throw new AnalysisStoppedException(string.Join(" ", invalid.Errors.Select(field => $"{field.Key}: {string.Join(" ", field.Value)}")));
        return new(
            rows, table.Units, table.Excluded, caps,
            table.Excluded == 0 ? [] : [$"{table.Excluded} of {table.Units} units were seen in two variants, and count in none. If that isn't as likely in each variant, the figures are wrong."],
            input, ExperimentReport.Of(input));
    }
}
