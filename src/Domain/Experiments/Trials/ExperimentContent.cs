using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>What an experiment tries on whom, and what tells whether it's better.</summary>
/// <param name="Variants">2 to 20.</param>
/// <param name="Control">Key of the variant that the others are compared with.</param>
/// <param name="Condition">Whom it concerns.</param>
/// <param name="Metric">What is to become better.</param>
/// <param name="Hypothesis">What is thought, and why; null: nothing was written down.</param>
/// <param name="SiteIds">Sites that it's on; null: on all.</param>
/// <param name="Coverage">Of those that it concerns, the part that is let in: above 0, at most 1.</param>
/// <param name="HashVersion">1 or 2: of which of GrowthBook's two ways of hashing.</param>
/// <param name="Namespace">A part of a space of visitors; null: all of them.</param>
/// <param name="Guardrails">What mustn't become worse; null: nothing.</param>
/// <param name="Decision">When the platform decides by itself, and what it does then; null: it doesn't.</param>
/// <param name="Pages">Paths where it counts, * at the end for whatever follows; null: everywhere.</param>
public sealed record ExperimentContent(
    ImmutableArray<ExperimentVariant> Variants, string Control, Condition Condition, ExperimentMetric Metric, string? Hypothesis = null, ImmutableArray<Guid>? SiteIds = null, double Coverage = 1,
    int HashVersion = 2, ExperimentSpace? Namespace = null, ImmutableArray<ExperimentMetric>? Guardrails = null, DecisionPlan? Decision = null,
    ImmutableArray<string>? Pages = null)
{
    /// <summary>The primary metric, then the guardrails.</summary>
    public IEnumerable<ExperimentMetric> Metrics() => (Guardrails ?? []).Prepend(Metric);

    /// <returns>The number of the variant; -1: there is none.</returns>
    public int IndexOf(string key) => Variants.ToList().FindIndex(variant => variant.Key == key);

    public bool Equals(ExperimentContent? other) => other is not null && Json().AsSpan().SequenceEqual(other.Json());

    public override int GetHashCode() => HashCode.Combine(Control, Coverage, Variants.Length);

    internal byte[] Json() => JsonSerializer.SerializeToUtf8Bytes(this, ExperimentsJson.Default.ExperimentContent);
}

/// <summary>One of the things that are tried.</summary>
/// <param name="Key">In answers and exposures; unique in the experiment.</param>
/// <param name="Name">For people.</param>
/// <param name="Weight">Of all 1, how much.</param>
/// <param name="Value">What code gets.</param>
/// <param name="Actions">What it does on pages, before rules; null: nothing.</param>
public sealed record ExperimentVariant(string Key, string Name, double Weight, AttributeValue Value, ImmutableArray<RuleAction>? Actions = null);

/// <summary>A part of a space of visitors: experiments that run at once in parts that don't overlap have no visitor in common.</summary>
/// <param name="Name">Of the space.</param>
/// <param name="Start">From here, at least 0.</param>
/// <param name="End">To just below, at most 1.</param>
public sealed record ExperimentSpace(string Name, double Start, double End)
{
    internal bool Overlaps(ExperimentSpace other) => Name == other.Name && Start < other.End && other.Start < End;
}

/// <summary>What is measured of a visitor, from the first exposure on.</summary>
/// <param name="Name">In reports; unique in the experiment.</param>
/// <param name="Kind">conversion: whether the event came; count: how often; sum: the sum of a number that it carries; ratio: how often, or that sum, over how often another one came.</param>
/// <param name="Event">Name of a visitor's event.</param>
/// <param name="Days">It counts within so many days of the first exposure.</param>
/// <param name="Property">Of a sum, and of a ratio of a sum: the event's property.</param>
/// <param name="Goal">Which way is better.</param>
/// <param name="Margin">Of a guardrail: how much worse it may become, as a part of control's.</param>
/// <param name="Per">Of a ratio: name of the event that it's divided by.</param>
/// <param name="DaysBefore">The same of so many days before the first exposure takes variance from effects (CUPED); null: nothing does.</param>
/// <param name="Quantile">What is beyond this quantile of all visitors' counts as the quantile (winsorising); null: it counts as it is.</param>
public sealed record ExperimentMetric(
    string Name, string Kind, string Event, int Days = 7, string? Property = null, MetricGoal Goal = MetricGoal.Increase, double? Margin = null, string? Per = null, int? DaysBefore = null, double? Quantile = null)
{
    public const string Conversion = "conversion", Count = "count", Sum = "sum", Ratio = "ratio";

    public MetricKind Measure() => Kind switch { Conversion => MetricKind.Proportion, Ratio => MetricKind.Ratio, _ => MetricKind.Mean };

    /// <summary>How many numbers of a visitor it's made of: those of <see cref="Moments"/>.</summary>
    public int Quantities() => (Kind == Ratio ? 2 : 1) * (DaysBefore is null ? 1 : 2);
}

/// <summary>When the platform decides by itself, and what it does then. It never changes once the experiment has started.</summary>
/// <param name="MinimumUnits">Visitors that each variant must have.</param>
/// <param name="MinimumDays">Days from the start.</param>
/// <param name="MinimumEffect">The smallest lift that is worth it, by the metric's goal, as a part of control's.</param>
/// <param name="Alpha">How likely a false winner may be.</param>
/// <param name="Method">sequential: at any look; fixed: once, at the first look that has the minimum.</param>
/// <param name="TuningSize">Units of two variants at which sequential intervals are narrowest.</param>
/// <param name="MaximumDays">Days from the start after which it ends without a winner; null: it goes on.</param>
/// <param name="Action">roll-out: everybody that it concerns gets the winner; stop-only.</param>
public sealed record DecisionPlan(
    long MinimumUnits, int MinimumDays, double MinimumEffect = 0, double Alpha = 0.05, string Method = DecisionPlan.Sequential, double TuningSize = 5000, int? MaximumDays = null, string Action = DecisionPlan.StopOnly)
{
    public const string Sequential = "sequential", Fixed = "fixed", RollOut = "roll-out", StopOnly = "stop-only";
}
