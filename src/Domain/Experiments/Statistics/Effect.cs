namespace Platform.Domain.Experiments;

/// <summary>An effect of a treatment and how sure it is.</summary>
/// <param name="Scale">What it's of.</param>
/// <param name="Estimate">In the metric's unit, or as a part of control's.</param>
/// <param name="StandardError">Of the estimate, above 0.</param>
/// <param name="DegreesOfFreedom">Welch and Satterthwaite's, of the difference.</param>
/// <param name="Count">Units of both variants.</param>
/// <param name="Theta">What the values before the experiment were weighed by; null: they weren't used.</param>
public sealed record Effect(EffectScale Scale, double Estimate, double StandardError, double DegreesOfFreedom, long Count, double? Theta = null)
{
    private const string TooFew = "A variant has fewer than two units.", NoLift = "Control's mean is 0, so there is no lift.";

    /// <summary>How many standard errors from none.</summary>
    public double Z => Estimate / StandardError;

    internal bool IsFinite => double.IsFinite(Estimate) && double.IsFinite(StandardError) && double.IsFinite(DegreesOfFreedom) && double.IsFinite(Theta ?? 0) && double.IsFinite(Z);

    /// <summary>The effect of a mean, proportion or ratio, by the delta method where it's a quotient. A lift's variance is of the quotient of
    /// two estimates, so its p-value isn't the difference's.</summary>
    /// <param name="control">The control's sums: 1 quantity, of a ratio 2; twice as many with those from before the experiment, which are used then.</param>
    /// <param name="treatment">The treatment's.</param>
    /// <param name="isRatio">Whether it's a ratio of two quantities.</param>
    /// <param name="scale">Of what.</param>
    /// <param name="unusable">Why there is no effect.</param>
    public static Effect? Of(Moments control, Moments treatment, bool isRatio, EffectScale scale, out string? unusable)
    {
        var width = isRatio ? 2 : 1;
        if ((unusable = Unusable(control, treatment, isRatio, width)) is not null) return null;
        var isAdjusted = control.Quantities > width;
        var theta = isAdjusted ? Cuped.Theta(control, treatment, isRatio) : 0;
        var (c, t) = (Arm.Of(control, isRatio, theta), Arm.Of(treatment, isRatio, theta));
        if (scale == EffectScale.Difference) return Of(EffectScale.Difference, c.Adjusted, t.Adjusted, t.Adjusted.Mean - c.Adjusted.Mean, 1, c.Adjusted.Variance, isAdjusted ? theta : null, out unusable);
        if (c.Mean == 0)
        {
            unusable = NoLift;
            return null;
        }
        var lift = (t.Adjusted.Mean - c.Adjusted.Mean) / c.Mean;
        // Of a mean, what stands over control's is taken without what differs by chance before the experiment, as its expectation is 0; GrowthBook's documentation does so.
        var quotient = isRatio ? 1 + lift : t.Mean / c.Mean;
        var variance = DeltaMethod.Variance(control, Slope());
        return Of(EffectScale.Lift, c.Adjusted, t.Adjusted, lift, c.Mean, variance, isAdjusted ? theta : null, out unusable);

        double[] Slope() => c.Before is null ? [.. c.Now.Select(slope => -quotient * slope)] : DeltaMethod.Combine(-quotient, c.Now, theta, c.Before);
    }

    /// <summary>The effect where only each variant's estimate and variance are known.</summary>
    public static Effect? Of(Estimate control, Estimate treatment, EffectScale scale, out string? unusable)
    {
        var lift = treatment.Mean / control.Mean;
        unusable = control.Count < 2 || treatment.Count < 2 ? TooFew : scale == EffectScale.Lift && control.Mean == 0 ? NoLift : null;
        return unusable is not null ? null
            : scale == EffectScale.Difference ? Of(scale, control, treatment, treatment.Mean - control.Mean, 1, control.Variance, null, out unusable)
            : Of(scale, control, treatment, lift - 1, control.Mean, control.Variance * lift * lift, null, out unusable);
    }

    private static Effect? Of(EffectScale scale, Estimate control, Estimate treatment, double estimate, double over, double controlVariance, double? theta, out string? unusable)
    {
        var (c, t) = (control.Variance / control.Count, treatment.Variance / treatment.Count);
        var error = Math.Sqrt(controlVariance / control.Count + t) / Math.Abs(over);
        var df = (c + t) * (c + t) / (c * c / (control.Count - 1) + t * t / (treatment.Count - 1));
        unusable = error == 0 || c + t == 0 ? "There is no variance to judge by: all units have the same value, or values are too large beside their spread for sums of squares in doubles."
            : !double.IsFinite(estimate) || !double.IsFinite(error) || !double.IsFinite(df) ? "Values are too large for doubles." : null;
        return unusable is null ? new(scale, estimate, error, df, control.Count + treatment.Count, theta) : null;
    }

    private static string? Unusable(Moments control, Moments treatment, bool isRatio, int width) =>
        control.Quantities != treatment.Quantities || control.Quantities != width && control.Quantities != 2 * width ? "The variants' sums are of different quantities."
        : control.Count < 2 || treatment.Count < 2 ? TooFew
        : isRatio && (control.Sums[1] == 0 || treatment.Sums[1] == 0) ? "A variant's denominator is 0."
        : isRatio && control.Quantities > width && (control.Sums[3] == 0 || treatment.Sums[3] == 0) ? "A variant's denominator before the experiment is 0."
        : null;

    /// <summary>A variant's mean or ratio, what it is after adjustment, and its gradients.</summary>
    private readonly record struct Arm(double Mean, Estimate Adjusted, double[] Now, double[]? Before)
    {
        public static Arm Of(Moments of, bool isRatio, double theta)
        {
            var width = isRatio ? 2 : 1;
            var (mean, now) = (DeltaMethod.Value(of, isRatio, 0), DeltaMethod.Gradient(of, isRatio, 0));
            if (of.Quantities == width) return new(mean, new(of.Count, mean, DeltaMethod.Variance(of, now)), now, null);
            var before = DeltaMethod.Gradient(of, isRatio, width);
            var slope = DeltaMethod.Combine(1, now, -theta, before);
            return new(mean, new(of.Count, mean - theta * DeltaMethod.Value(of, isRatio, width), DeltaMethod.Variance(of, slope)), now, before);
        }
    }
}
