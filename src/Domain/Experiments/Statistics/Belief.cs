namespace Platform.Domain.Experiments;

/// <summary>Bayesian figures. They are right to look at whenever one likes; to stop at a high chance still makes more false winners than a test's alpha.</summary>
/// <param name="Method">beta of proportions without a prior on lifts or an adjustment, else normal.</param>
/// <param name="ChanceToWin">That the treatment is better than control, by the metric's goal.</param>
/// <param name="ExpectedLoss">What is lost on average if the treatment is taken, in the metric's unit: the chance that it's worse, times by how much.</param>
/// <param name="ExpectedLossOfControl">What is lost on average if control is kept.</param>
public sealed record Belief(string Method, double ChanceToWin, double ExpectedLoss, double ExpectedLossOfControl)
{
    /// <param name="metric">The metric.</param>
    /// <param name="difference">Its effect.</param>
    /// <param name="control">Its sums.</param>
    /// <param name="treatment">Its sums.</param>
    /// <param name="mean">Control's.</param>
    /// <returns>Null: numbers are too large, or too small, for doubles.</returns>
    internal static Belief? Of(AnalysedMetric metric, Effect difference, Moments control, Moments treatment, double mean)
    {
        if (metric.Kind == MetricKind.Proportion && metric is { Prior: null, IsAdjusted: false })
        {
            var beta = BetaPosterior.Of(control, treatment);
            return Better("beta", beta.ChanceToWin, beta.LossOfTreatment, beta.LossOfControl);
        }
        var normal = NormalPosterior.Of(difference, metric.Prior, mean);
        return Better("normal", normal.ChanceAboveZero, normal.LossOfTreatment, normal.LossOfControl);

        Belief? Better(string method, double above, double lossBelow, double lossAbove) =>
            !double.IsFinite(above) || !double.IsFinite(lossBelow) || !double.IsFinite(lossAbove) ? null
            : metric.Goal == MetricGoal.Increase ? new(method, above, lossBelow, lossAbove) : new(method, 1 - above, lossAbove, lossBelow);
    }
}
