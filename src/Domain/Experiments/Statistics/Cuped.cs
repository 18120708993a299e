namespace Platform.Domain.Experiments;

/// <summary>
/// What is known of units from before the experiment takes variance from the effect: y - theta x instead of y (Deng, Xu, Kohavi and
/// Walker, "Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM 2013, and its appendix B
/// for ratios). As x is from before, variants differ in it by chance only, so the effect's expectation stays.
/// </summary>
internal static class Cuped
{
    /// <summary>The coefficient that leaves least variance; 0 where x doesn't vary. Of a mean it's the regression over the units of
    /// both variants; of a ratio each variant counts alike, whatever its size.</summary>
    public static double Theta(Moments control, Moments treatment, bool isRatio)
    {
        if (!isRatio)
        {
            var both = control.Add(treatment);
            return both.Variance(1) is var variance && variance > 0 ? both.Covariance(0, 1) / variance : 0;
        }
        var (covariance, spread) = (0.0, 0.0);
        foreach (var of in (ReadOnlySpan<Moments>)[control, treatment])
        {
            var (now, before) = (DeltaMethod.Gradient(of, true, 0), DeltaMethod.Gradient(of, true, 2));
            covariance += DeltaMethod.Covariance(of, now, before);
            spread += DeltaMethod.Variance(of, before);
        }
        return spread > 0 ? covariance / spread : 0;
    }
}
