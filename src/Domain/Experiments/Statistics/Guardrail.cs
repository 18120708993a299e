namespace Platform.Domain.Experiments;

/// <summary>How much worse a metric may become, whatever else a treatment is good for.</summary>
/// <param name="Margin">0 or more, in the unit of the scale.</param>
/// <param name="Scale">Whether the margin is a difference or a lift.</param>
public sealed record Guardrail(double Margin, EffectScale Scale = EffectScale.Lift)
{
    /// <summary>By the interval's bounds: non-inferiority as in the FDA's "Non-Inferiority Clinical Trials to Establish Effectiveness", 2016.</summary>
    /// <param name="interval">Two-sided, of the effect on the guardrail's scale.</param>
    /// <param name="goal">Which way is better.</param>
    public GuardrailVerdict Judge(Inference interval, MetricGoal goal)
    {
        var (low, high) = goal == MetricGoal.Increase ? (interval.Low, interval.High) : (-interval.High, -interval.Low);
        return low >= -Margin ? GuardrailVerdict.Holds : high < -Margin ? GuardrailVerdict.Breached : high < 0 ? GuardrailVerdict.Worse : GuardrailVerdict.Undecided;
    }
}
