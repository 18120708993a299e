using MathNet.Numerics.Integration;

namespace Platform.Domain.Experiments;

/// <summary>
/// What is believed of two proportions after the data, from a uniform prior: each beta distributed (Gelman et al. 2013, 2.4). Exact for few units
/// too, where the normal distribution is far off.
/// </summary>
/// <param name="ChanceToWin">That treatment's proportion is above control's.</param>
/// <param name="LossOfTreatment">The mean of what treatment's is below control's.</param>
/// <param name="LossOfControl">The mean of what treatment's is above control's.</param>
public sealed record BetaPosterior(double ChanceToWin, double LossOfTreatment, double LossOfControl)
{
    private const int Order = 16;

    // In standard deviations: fine about the middle, and as far out as an exponential tail, which a beta distribution's is at most, still counts.
    private static readonly double[] Steps = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48];

    /// <summary>
    /// By Gauss and Legendre's quadrature of P = integral of f(t) F(c), and of the losses as integrals of F(t)(1 - F(c)) and F(c)(1 - F(t)): no
    /// random numbers, and a small loss isn't the difference of two large ones.
    /// </summary>
    /// <param name="control">Units and successes.</param>
    /// <param name="treatment">Units and successes.</param>
    public static BetaPosterior Of(Moments control, Moments treatment)
    {
        var (c, t) = (new Beta(control), new Beta(treatment));
        double[] borders = [.. c.Borders.Concat(t.Borders).Append(0).Append(1).Distinct().Order()];
        var panels = borders.Zip(borders.Skip(1)).Select(panel => (Rule: new GaussLegendreRule(panel.First, panel.Second, Order), c: c.Part(panel.First, panel.Second), t: t.Part(panel.First, panel.Second))).ToList();
        var (wholeC, wholeT) = (panels.Sum(panel => panel.c), panels.Sum(panel => panel.t));
        var (chance, lossT, lossC, belowC, belowT) = (0.0, 0.0, 0.0, 0.0, 0.0);
        var (aboveC, aboveT) = (wholeC, wholeT);
        foreach (var panel in panels)
        {
            (aboveC, aboveT) = (aboveC - panel.c, aboveT - panel.t);
            var begin = panel.Rule.IntervalBegin;
            for (var n = 0; n < Order; n++)
            {
                var (x, weight) = (panel.Rule.GetAbscissa(n), panel.Rule.GetWeight(n));
                var (innerC, innerT) = (c.Part(begin, x), t.Part(begin, x));
                var (fc, ft) = ((belowC + innerC) / wholeC, (belowT + innerT) / wholeT);
                var (gc, gt) = (Math.Max(0, aboveC + panel.c - innerC) / wholeC, Math.Max(0, aboveT + panel.t - innerT) / wholeT);
                chance += weight * t.Density(x) / wholeT * fc;
                lossT += weight * ft * gc;
                lossC += weight * fc * gt;
            }
            (belowC, belowT) = (belowC + panel.c, belowT + panel.t);
        }
        return new(Math.Clamp(chance, 0, 1), lossT, lossC);
    }

    /// <summary>A beta distribution up to a factor, which its own quadrature yields: logarithms of gamma functions lose digits for many units.</summary>
    private readonly struct Beta
    {
        private readonly double _a, _b, _mode;

        public Beta(Moments of)
        {
            (_a, _b) = (of.Sums[0], of.Count - of.Sums[0]);
            _mode = _a / of.Count;
            var mean = (_a + 1) / (of.Count + 2);
            var deviation = Math.Sqrt(mean * (1 - mean) / (of.Count + 3));
            Borders = [.. Steps.SelectMany(step => (double[])[mean - step * deviation, mean + step * deviation]).Where(x => x is > 0 and < 1)];
        }

        public double[] Borders { get; }

        public double Density(double x) => Math.Exp((_a > 0 ? _a * Math.Log(x / _mode) : 0) + (_b > 0 ? _b * Math.Log((1 - x) / (1 - _mode)) : 0));

        public double Part(double from, double to)
        {
            var (sum, half, middle) = (0.0, (to - from) / 2, (to + from) / 2);
            for (var n = 0; n < Order; n++) sum += Unit.GetWeight(n) * Density(middle + half * Unit.GetAbscissa(n));
            return half * sum;
        }

        private static readonly GaussLegendreRule Unit = new(-1, 1, Order);
    }
}
