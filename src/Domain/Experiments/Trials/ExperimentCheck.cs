using System.Text.Json;
using Platform.Domain.Analytics;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What experiments may be.</summary>
internal static class ExperimentCheck
{
    public const int LongestName = 100, LongestText = 2_000, LongestReason = 500, MostVariants = 20, MostGuardrails = 10, MostSites = 100, MostDays = 90, MostDuration = 365, LargestValue = 10_000, LargestExperiment = 65_536;
    public const int MostOverrides = 1_000, LongestUnit = 200;
    public const string KeyRule = "Must be 1 to 100 letters, digits, dots, hyphens and underscores.";
    private const double WeightTolerance = 1e-6;

    public static FieldErrors Of(string name, ExperimentContent content)
    {
        var errors = new FieldErrors()
            .Add("name", Text(name, LongestName))
            .Add("hypothesis", content.Hypothesis is { Length: > LongestText } ? $"Must be at most {LongestText} characters long." : null)
            .Add("siteIds", content.SiteIds is { Length: 0 or > MostSites } ? $"Must be 1 to {MostSites} sites; without it the experiment is on all." : null)
            .Add("coverage", content.Coverage is > 0 and <= 1 ? null : "Must be above 0 and at most 1.")
            .Add("hashVersion", content.HashVersion is 1 or 2 ? null : "Must be 1 or 2.")
            .Add("control", content.Control.Length == 0 ? "Must be there: an experiment without a control compares with nothing." : content.IndexOf(content.Control) < 0 ? "Must be the key of a variant." : null);
        AddVariants(errors, content);
        if (content.Namespace is { } space)
            errors.Add("namespace.name", FlagCheck.Key().IsMatch(space.Name) ? null : KeyRule)
                .Add("namespace.range", space.Start >= 0 && space.Start < space.End && space.End <= 1 ? null : "Must be two numbers from 0 to 1, the second above the first.");
        errors.Add(RuleCheck.Pages("pages", content.Pages ?? []));
        AddMetrics(errors, content);
        if (content.Decision is { } plan) errors.Add(Plan(plan));
        // Every node has all experiments of a tenant in memory.
        return errors.Rejection is not null || content.Json().Length <= LargestExperiment ? errors : errors.Add("variants", $"Must be, with all of the experiment, at most {LargestExperiment} bytes of JSON.");
    }

    public static string? Text(string? text, int most) =>
        text is not { Length: > 0 } || text.Length > most ? $"Must be 1 to {most} characters long." : text.Any(char.IsControl) ? "Must hold no control characters." : null;

    private static void AddVariants(FieldErrors errors, ExperimentContent content)
    {
        var (variants, sum) = (content.Variants, content.Variants.Sum(variant => variant.Weight));
        errors.Add("variants", variants.Length is < 2 or > MostVariants ? $"Must be 2 to {MostVariants} variants."
            : variants.DistinctBy(variant => variant.Key, StringComparer.Ordinal).Count() < variants.Length ? "Must have a key each of their own."
            : !(Math.Abs(sum - 1) <= WeightTolerance) ? FormattableString.Invariant($"Must have weights that sum to 1; they sum to {sum:R}.") : null);
        foreach (var (n, variant) in variants.Take(MostVariants).Index())
            errors.Add($"variants[{n}].key", FlagCheck.Key().IsMatch(variant.Key) ? null : KeyRule)
                .Add($"variants[{n}].name", Text(variant.Name, LongestName))
                .Add($"variants[{n}].weight", variant.Weight is > 0 and < 1 ? null : "Must be above 0 and below 1.")
                .Add($"variants[{n}].value", JsonSerializer.SerializeToUtf8Bytes(variant.Value, ExperimentsJson.Default.AttributeValue).Length > LargestValue ? $"Must be at most {LargestValue} bytes of JSON." : null)
                .Add(RuleCheck.Actions($"variants[{n}].actions", variant.Actions ?? []));
    }

    private static void AddMetrics(FieldErrors errors, ExperimentContent content)
    {
        var guardrails = content.Guardrails ?? [];
        errors.Add("guardrails", guardrails.Length > MostGuardrails ? $"Must be at most {MostGuardrails}." : null)
            .Add("metric.margin", content.Metric.Margin is null ? null : "Belongs to guardrails.");
        AddMetric(errors, "metric", content.Metric);
        foreach (var (n, guardrail) in guardrails.Take(MostGuardrails).Index())
        {
            AddMetric(errors, $"guardrails[{n}]", guardrail);
            errors.Add($"guardrails[{n}].margin", guardrail.Margin is >= 0 and <= 1 ? null : "Must be 0 to 1: how much worse it may become, as a part of control's.")
                .Add($"guardrails[{n}].name", content.Metrics().Take(n + 1).Any(before => before.Name == guardrail.Name) ? "Must be unique in the experiment." : null);
        }
    }

    private static void AddMetric(FieldErrors errors, string path, ExperimentMetric metric)
    {
        var (isSum, isRatio) = (metric.Kind == ExperimentMetric.Sum, metric.Kind == ExperimentMetric.Ratio);
        errors.Add($"{path}.name", FlagCheck.Key().IsMatch(metric.Name) ? null : KeyRule)
            .Add($"{path}.kind", metric.Kind is ExperimentMetric.Conversion or ExperimentMetric.Count or ExperimentMetric.Sum or ExperimentMetric.Ratio ? null : "Must be conversion, count, sum or ratio.")
            .Add($"{path}.event", Event(metric.Event))
            .Add($"{path}.property", isSum || isRatio && metric.Property is not null ? AnalyticsName.IsOne(metric.Property ?? "") ? null : AnalyticsName.Rule : metric.Property is null ? null : "Belongs to sums and ratios.")
            .Add($"{path}.per", isRatio ? Event(metric.Per ?? "") : metric.Per is null ? null : "Belongs to ratios.")
            .Add($"{path}.days", metric.Days is >= 1 and <= MostDays ? null : $"Must be 1 to {MostDays}.")
            .Add($"{path}.daysBefore", metric.DaysBefore is null or >= 1 and <= MostDays ? null : $"Must be 1 to {MostDays}.")
            .Add($"{path}.quantile", metric.Quantile is null ? null : metric.Kind == ExperimentMetric.Conversion ? "Belongs to counts, sums and ratios." : metric.Quantile is >= 0.5 and < 1 ? null : "Must be at least 0.5 and below 1.")
            .Add($"{path}.goal", Enum.IsDefined(metric.Goal) ? null : "Must be increase or decrease.");
    }

    private static string? Event(string name) => !AnalyticsName.IsOne(name) ? AnalyticsName.Rule : name == Exposure.EventName ? "Must be another event than the exposure itself." : null;

    private static FieldErrors Plan(DecisionPlan plan) => new FieldErrors()
        .Add("decision.minimumUnits", plan.MinimumUnits is >= Verdict.FewestUnits and <= 1_000_000_000 ? null : $"Must be {Verdict.FewestUnits} to 1000000000.")
        .Add("decision.minimumDays", plan.MinimumDays is >= 0 and <= MostDuration ? null : $"Must be 0 to {MostDuration}.")
        .Add("decision.minimumEffect", plan.MinimumEffect is >= 0 and <= 10 ? null : "Must be 0 to 10, as a part of control's.")
        .Add("decision.alpha", plan.Alpha is >= 0.0001 and <= 0.5 ? null : "Must be 0.0001 to 0.5.")
        .Add("decision.method", plan.Method is DecisionPlan.Sequential or DecisionPlan.Fixed ? null : "Must be sequential or fixed.")
        .Add("decision.tuningSize", plan.TuningSize is >= 1 and <= 1e12 ? null : "Must be 1 to 1e12.")
        .Add("decision.maximumDays", plan.MaximumDays is not { } most || most > plan.MinimumDays && most <= MostDuration ? null : $"Must be above minimumDays and at most {MostDuration}.")
        .Add("decision.action", plan.Action is DecisionPlan.RollOut or DecisionPlan.StopOnly ? null : "Must be roll-out or stop-only.");
}
