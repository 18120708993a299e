using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Experiments;

/// <summary>What the figures say of a metric in a variant, beside control.</summary>
/// <param name="Variant">The treatment.</param>
/// <param name="Difference">Treatment less control; its p-values are of the difference. Null: not usable.</param>
/// <param name="Lift">That over control; its p-values are of the lift. Null: not usable.</param>
/// <param name="Belief">Bayesian figures of the difference; null: not usable.</param>
/// <param name="Adjusted">The difference's p-values for many tests; null: it's a guardrail, or not usable.</param>
/// <param name="Guardrail">By the always-valid interval; null: it's no guardrail, or not usable.</param>
/// <param name="IsDecidable">Whether a decision may rest on it: no mismatch, usable, and enough units.</param>
/// <param name="Notes">Why something is missing, or shouldn't be leaned on.</param>
public sealed record Comparison(
    string Variant, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] MeasuredEffect? Difference, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] MeasuredEffect? Lift,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Belief? Belief, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] AdjustedP? Adjusted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] GuardrailVerdict? Guardrail, bool IsDecidable, ImmutableArray<string> Notes)
{
    // Below so many on either side, the normal approximation of a proportion is poor (Fleiss et al. 2003, chapter 2, asks for 5).
    private const int FewSuccesses = 10;

    // Standard errors that control's mean must be from 0 for a lift: nearer, its distribution has no mean to speak of (Fieller, "Some Problems in Interval Estimation", JRSS B 16, 1954).
    private const double FromZero = 3;

    internal static Comparison Of(AnalysisInput input, AnalysedMetric metric, int control, int treatment, bool isBlocked)
    {
        var (c, t) = (metric.Moments[control], metric.Moments[treatment]);
        var notes = ImmutableArray.CreateBuilder<string>();
        var difference = Effect.Of(c, t, metric.IsRatio, EffectScale.Difference, out var unusable);
        var lift = Effect.Of(c, t, metric.IsRatio, EffectScale.Lift, out var noLift);
        var mean = difference is null ? 0 : DeltaMethod.Value(c, metric.IsRatio, 0);
        if (lift is not null && mean < 0) (lift, noLift) = (null, "Control's mean is below 0: a lift would have the wrong sign.");
        notes.AddRange(new[] { unusable, noLift }.OfType<string>().Distinct());
        var isEnough = Math.Min(c.Count, t.Count) >= input.MinimumUnits;
        if (unusable is null) notes.AddRange(Warn(input, metric, c, t, lift, isEnough));
        var (ofDifference, ofLift) = (Measure(difference, metric.Kind == MetricKind.Proportion && !metric.IsAdjusted ? TwoProportionTest.Of(c, t, input.Alpha) : null), Measure(lift, null));
        var guarded = metric.Guardrail is not { } guardrail ? null : guardrail.Scale == EffectScale.Lift ? ofLift : ofDifference;
        if (metric.Guardrail is not null && guarded is null) notes.Add("The guardrail can't be judged: its scale isn't usable.");
        var belief = ofDifference is null ? null : Experiments.Belief.Of(metric, difference!, c, t, mean);
        if (difference is not null && ofDifference is null || lift is not null && ofLift is null || ofDifference is not null && belief is null) notes.Add("Values are too large, or too small, for doubles.");
        return new(
            input.Variants[treatment].Name, ofDifference, ofLift, belief, null,
            guarded is null ? null : metric.Guardrail!.Judge(guarded.AlwaysValid, metric.Goal), !isBlocked && ofDifference is not null && isEnough, notes.ToImmutable());

        MeasuredEffect? Measure(Effect? effect, Inference? test) =>
            effect is null || !effect.IsFinite ? null
            : (test ?? WelchTest.Of(effect, input.Alpha), ConfidenceSequence.Of(effect, input.Alpha, input.TuningSize)) is var (once, always) && once.IsFinite && always.IsFinite
                ? new(effect.Scale, effect.Estimate, effect.StandardError, once, always, effect.Theta) : null;
    }

    private static IEnumerable<string> Warn(AnalysisInput input, AnalysedMetric metric, Moments c, Moments t, Effect? lift, bool isEnough)
    {
        if (!isEnough) yield return $"A variant has fewer than {input.MinimumUnits} units: too few to decide by.";
        if (metric.Kind == MetricKind.Proportion && new[] { c, t }.Any(of => Math.Min(of.Sums[0], of.Count - of.Sums[0]) < FewSuccesses))
            yield return $"A variant has fewer than {FewSuccesses} units that did it, or that didn't: its p-values and intervals are rough.";
        if (new[] { c, t }.Any(of => of.Variance(0) == 0)) yield return "In a variant all units have the same value: its variance is unknown rather than 0.";
        if (new[] { c, t }.Any(of => Enumerable.Range(0, of.Quantities).Any(of.LosesSpread)))
            yield return "Values are large beside their spread, so that sums of squares in doubles lose digits: take a constant from all values.";
        var gradient = DeltaMethod.Gradient(c, metric.IsRatio, 0);
        if (lift is not null && Math.Abs(DeltaMethod.Value(c, metric.IsRatio, 0)) < FromZero * Math.Sqrt(DeltaMethod.Variance(c, gradient) / c.Count))
            yield return "Control's mean may be 0: its lift and what rests on it can't be relied on.";
    }
}

/// <summary>An effect with what two tests say of it.</summary>
/// <param name="Scale">What the estimate, the p-values and the intervals are of.</param>
/// <param name="Estimate">In the metric's unit, or as a part of control's.</param>
/// <param name="StandardError">Of the estimate.</param>
/// <param name="Fixed">Valid at one look, at a size set beforehand.</param>
/// <param name="AlwaysValid">Valid at every look at once.</param>
/// <param name="Theta">What the values before the experiment were weighed by; null: they weren't used.</param>
public sealed record MeasuredEffect(EffectScale Scale, double Estimate, double StandardError, Inference Fixed, Inference AlwaysValid, double? Theta = null);
