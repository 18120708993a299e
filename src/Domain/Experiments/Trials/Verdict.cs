using System.Globalization;

namespace Platform.Domain.Experiments;

/// <summary>What a decision plan makes of the figures. A function of its arguments and nothing else, so that an auditor who has them can compute it again.</summary>
/// <param name="Outcome">winner, guardrail or no-winner.</param>
/// <param name="Why">A sentence.</param>
/// <param name="Winner">Key of the variant that is better; null: none.</param>
public sealed record Verdict(string Outcome, string Why, string? Winner = null)
{
    public const string Wins = "winner", Harms = "guardrail", NoWinner = "no-winner";

    /// <summary>Visitors of each variant below which nothing is decided: intervals that hold at any look rest on the central limit theorem.</summary>
    public const long FewestUnits = 100;

    /// <summary>
    /// A breached guardrail ends it first. A variant wins that has a p-value below alpha, Holm-corrected for the number of variants, a lift of at least the minimum effect, and
    /// guardrails that all hold; of several the one with the highest lift. Where the sample ratio is off nothing is decided but that the time is over.
    /// </summary>
    /// <param name="plan">As it was declared.</param>
    /// <param name="startedAt">When the experiment began.</param>
    /// <param name="input">The sums; the first metric is the primary one.</param>
    /// <param name="report">What they say: <see cref="ExperimentReport.Of"/> of the input.</param>
    /// <param name="now">When it's decided.</param>
    /// <returns>Null: it goes on.</returns>
    public static Verdict? Of(DecisionPlan plan, DateTimeOffset startedAt, AnalysisInput input, ExperimentReport report, DateTimeOffset now)
    {
        var days = (now - startedAt).TotalDays;
        var over = days >= plan.MaximumDays ? new Verdict(NoWinner, $"No variant has won within {plan.MaximumDays} days.") : null;
        if (report.IsBlocked) return over is null ? null : over with { Why = $"{over.Why} The variants didn't get their parts of the visitors, so that no figure can be believed." };
        if (Breach(input, report) is { } breach) return breach;
        if (days < plan.MinimumDays || input.Variants.Any(variant => variant.Units < plan.MinimumUnits)) return over;
        if (Best(plan, report) is { } best) return best;
        return plan.Method == DecisionPlan.Fixed ? new Verdict(NoWinner, "At the one look that the plan has, no variant has won.") : over;
    }

    private static Verdict? Breach(AnalysisInput input, ExperimentReport report)
    {
        var units = input.Variants.ToDictionary(variant => variant.Name, variant => variant.Units, StringComparer.Ordinal);
        return report.Metrics.Where(metric => metric.IsGuardrail)
            .SelectMany(metric => metric.Comparisons.Where(of => of.Guardrail == GuardrailVerdict.Breached && Math.Min(units[of.Variant], units[report.Control]) >= FewestUnits)
                .Select(of => new Verdict(Harms, $"In variant {of.Variant} {metric.Name} is worse by more than it may be.")))
            .FirstOrDefault();
    }

    private static Verdict? Best(DecisionPlan plan, ExperimentReport report)
    {
        var primary = report.Metrics[0];
        return primary.Comparisons.Where(of => of is { IsDecidable: true, Lift: not null, Adjusted: not null } && P(plan, of) < plan.Alpha && Gain(primary, of) > 0 && Gain(primary, of) >= plan.MinimumEffect && IsSafe(report, of.Variant))
            .OrderByDescending(of => Gain(primary, of))
            .Select(of => new Verdict(Wins, string.Create(CultureInfo.InvariantCulture, $"Variant {of.Variant} is better: {primary.Name} has a lift of {100 * of.Lift!.Estimate:0.##} %, p = {P(plan, of):G3} of the difference."), of.Variant))
            .FirstOrDefault();
    }

    private static bool IsSafe(ExperimentReport report, string variant) =>
        report.Metrics.Where(metric => metric.IsGuardrail).All(metric => metric.Comparisons.Single(of => of.Variant == variant).Guardrail == GuardrailVerdict.Holds);

    private static double P(DecisionPlan plan, Comparison of) => plan.Method == DecisionPlan.Fixed ? of.Adjusted!.HolmFixed : of.Adjusted!.HolmAlwaysValid;

    private static double Gain(MetricReport metric, Comparison of) => metric.Goal == MetricGoal.Increase ? of.Lift!.Estimate : -of.Lift!.Estimate;
}

/// <summary>Ends an experiment if its plan says so.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Sums">What visitors did until then.</param>
/// <param name="At">When.</param>
public sealed record DecideWinner(Guid ExperimentId, ExperimentSums Sums, DateTimeOffset At)
{
    /// <param name="command">The command.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="list">All of the tenant's.</param>
    public static JointDecision Decide(DecideWinner command, Experiment experiment, ExperimentList list)
    {
        if (experiment is not { Status: ExperimentStatus.Running, Content: { Decision: { } plan } content, StartedAt: { } startedAt }) return JointDecision.Nothing;
        var input = command.Sums.Input(content);
        var report = ExperimentReport.Of(input);
        if (Verdict.Of(plan, startedAt, input, report, command.At) is not { } verdict) return JointDecision.Nothing;
        var concluded = new ExperimentConcluded(
            command.ExperimentId, verdict.Outcome, verdict.Why, plan, startedAt, command.At, input, report, command.Sums.ExcludedUnits, verdict.Winner, plan.Action == DecisionPlan.RollOut ? verdict.Winner : null);
        return JointDecision.Of(new StreamEvents(command.ExperimentId, concluded), list.Freed(command.ExperimentId));
    }
}
