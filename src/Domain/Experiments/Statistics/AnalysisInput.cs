using System.Collections.Immutable;

namespace Platform.Domain.Experiments;

/// <summary>All that an <see cref="ExperimentReport"/> is made of: kept in an event, it's enough to make the report again.</summary>
public sealed record AnalysisInput
{
    /// <summary>How many of each there may be.</summary>
    public const int MostVariants = 20, MostMetrics = 100;

    /// <summary>Two or more, with control among them.</summary>
    public required ImmutableArray<AnalysedVariant> Variants { get; init; }

    /// <summary>The name of the variant that the others are compared with.</summary>
    public required string Control { get; init; }

    /// <summary>One or more.</summary>
    public required ImmutableArray<AnalysedMetric> Metrics { get; init; }

    /// <summary>1 less the confidence of intervals; from 0.0001 to 0.5.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>N* of confidence sequences: about how many units two variants will have at the decision. It mustn't change during an experiment.</summary>
    public double TuningSize { get; init; } = 5000;

    /// <summary>Units that each of two variants must have for a decision between them: below, neither t nor confidence sequences can be relied on.</summary>
    public long MinimumUnits { get; init; } = 100;

    /// <summary>What is wrong; empty: nothing.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors()
            .Add("variants", Variants.IsDefault || Variants.Length is < 2 or > MostVariants ? $"Must be 2 to {MostVariants} variants." : null)
            .Add("metrics", Metrics.IsDefault || Metrics.Length is < 1 or > MostMetrics ? $"Must be 1 to {MostMetrics} metrics." : null)
            .Add("alpha", Alpha is >= 0.0001 and <= 0.5 ? null : "Must be from 0.0001 to 0.5.")
            .Add("tuningSize", TuningSize is > 0 and <= 1e12 ? null : "Must be above 0 and at most 1e12.")
            .Add("minimumUnits", MinimumUnits >= 2 ? null : "Must be 2 or more.");
        if (Variants.IsDefault || Metrics.IsDefault) return errors;
        errors.Add("variants", Variants.Select(v => v.Name).Distinct(StringComparer.Ordinal).Count() < Variants.Length ? "No two may have the same name." : null)
            .Add("control", Variants.Any(v => v.Name == Control) ? null : $"Must be one of {string.Join(", ", Variants.Select(v => v.Name))}.")
            .Add("metrics", Metrics.Select(m => m.Name).Distinct(StringComparer.Ordinal).Count() < Metrics.Length ? "No two may have the same name." : null);
        foreach (var (variant, n) in Variants.Select((variant, n) => (variant, n)))
            errors.Add($"variants[{n}].units", variant.Units < 0 ? "Must be 0 or more." : null)
                .Add($"variants[{n}].weight", double.IsFinite(variant.Weight) && variant.Weight >= 0 ? null : "Must be 0 or more.");
        foreach (var (metric, n) in Metrics.Select((metric, n) => (metric, n))) errors.Add(metric.Check(Variants.Length).Under($"metrics[{n}]"));
        return errors;
    }
}

/// <summary>A variant that units were given.</summary>
/// <param name="Name">Of the variant.</param>
/// <param name="Units">How many were given it.</param>
/// <param name="Weight">What part it should have got, in any unit.</param>
public sealed record AnalysedVariant(string Name, long Units, double Weight = 1);

/// <summary>A metric's sums in each variant.</summary>
public sealed record AnalysedMetric
{
    public required string Name { get; init; }

    public required MetricKind Kind { get; init; }

    /// <summary>In the order of the variants. All with values from before the experiment (CUPED), or none.</summary>
    public required ImmutableArray<Moments> Moments { get; init; }

    public MetricGoal Goal { get; init; }

    /// <summary>How much worse it may become; null: it's no guardrail.</summary>
    public Guardrail? Guardrail { get; init; }

    /// <summary>What is believed of its lifts beforehand; null: nothing.</summary>
    public LiftPrior? Prior { get; init; }

    internal bool IsRatio => Kind == MetricKind.Ratio;

    internal bool IsAdjusted => Moments[0].Quantities > (IsRatio ? 2 : 1);

    internal FieldErrors Check(int variants)
    {
        var errors = new FieldErrors()
            .Add("kind", Enum.IsDefined(Kind) ? null : "Must be a kind of metric.")
            .Add("goal", Enum.IsDefined(Goal) ? null : "Must be Increase or Decrease.")
            .Add("moments", Moments.IsDefault || Moments.Length != variants || Moments.Any(of => of is null) ? "Must be one for each variant." : null)
            .Add("guardrail.margin", Guardrail is null || double.IsFinite(Guardrail.Margin) && Guardrail.Margin >= 0 ? null : "Must be 0 or more.")
            .Add("prior", Prior is null || double.IsFinite(Prior.Mean) && double.IsFinite(Prior.StandardDeviation) && Prior.StandardDeviation > 0 ? null : "Must have a standard deviation above 0.");
        if (Moments.IsDefaultOrEmpty || Moments.Any(of => of is null)) return errors;
        var width = Kind == MetricKind.Ratio ? 2 : 1;
        var quantities = !Moments[0].Sums.IsDefault && Moments[0].Quantities == 2 * width ? 2 * width : width;
        foreach (var (of, n) in Moments.Select((of, n) => (of, n)))
            errors.Add($"moments[{n}]", of.Fault(quantities) ?? (Kind == MetricKind.Proportion && !of.IsBinary(0) ? "A proportion's value is 0 or 1 for each unit: mark it as binary." : null));
        return errors;
    }
}
