using Platform.Domain.Experiments;

namespace Platform.Api.Experiments;

/// <summary>A column of a file as a metric.</summary>
/// <param name="Column">Its name, and the metric's.</param>
/// <param name="Kind">What is made of it.</param>
/// <param name="Denominator">Of a ratio.</param>
public sealed record MetricColumn(string Column, MetricKind Kind, string? Denominator = null)
{
    /// <summary>Of the time before the experiment; null: none.</summary>
    public string? Before { get; init; }

    /// <summary>A ratio's denominator of that time.</summary>
    public string? DenominatorBefore { get; init; }

    public MetricGoal Goal { get; init; }

    public Guardrail? Guardrail { get; init; }

    /// <summary>Columns that have a number for each unit, in the order of <see cref="Moments"/>.</summary>
    public IReadOnlyList<UnitValue> Values =>
    [
        .. new[]
        {
            new UnitValue(Column, Kind == MetricKind.Proportion ? UnitRule.Any : UnitRule.Sum),
            Denominator is null ? null : new UnitValue(Denominator, UnitRule.Sum),
            Before is null ? null : new UnitValue(Before, UnitRule.Same),
            DenominatorBefore is null ? null : new UnitValue(DenominatorBefore, UnitRule.Same),
        }.OfType<UnitValue>(),
    ];

    /// <param name="text">COL, COL:proportion, COL:mean or COL:ratio/DENOM.</param>
    /// <exception cref="AnalysisStoppedException">It's something else.</exception>
    public static MetricColumn Parse(string text)
    {
        var at = text.LastIndexOf(':');
        var (column, kind) = at < 0 ? (text, "mean") : (text[..at], text[(at + 1)..]);
        return (column, kind) switch
        {
            ({ Length: > 0 }, "proportion") => new(column, MetricKind.Proportion),
            ({ Length: > 0 }, "mean") => new(column, MetricKind.Mean),
            ({ Length: > 0 }, _) when kind.StartsWith("ratio/", StringComparison.Ordinal) && kind.Length > 6 => new(column, MetricKind.Ratio, kind[6..]),
            _ => throw new AnalysisStoppedException($"--metric {text}: say COL:proportion, COL:mean or COL:ratio/DENOMINATOR."),
        };
    }

    /// <summary>The same with the values of the time before.</summary>
    /// <param name="text">COL, or of a ratio COL/DENOM.</param>
    /// <exception cref="AnalysisStoppedException">It's something else.</exception>
    public MetricColumn With(string text) => (Kind, text.Split('/')) switch
    {
        (MetricKind.Ratio, [{ Length: > 0 } column, { Length: > 0 } denominator]) => this with { Before = column, DenominatorBefore = denominator },
        (MetricKind.Ratio, _) => throw new AnalysisStoppedException($"--pre {text}: metric {Column} is a ratio, so say --pre {Column}=COL/DENOMINATOR."),
        (_, [{ Length: > 0 }]) => this with { Before = text },
        _ => throw new AnalysisStoppedException($"--pre {text}: metric {Column} is no ratio, so say --pre {Column}=COL."),
    };
}

/// <summary>A number that a unit has in a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Rule">What several rows of a unit are together.</param>
public sealed record UnitValue(string Column, UnitRule Rule);

/// <summary>What several rows of a unit are together.</summary>
public enum UnitRule
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>1 if one of them is, else 0; others aren't allowed.</summary>
    Any,

    /// <summary>The same in each: it's of the time before the experiment. Empty in all: nothing is known of the unit.</summary>
    Same,
}
