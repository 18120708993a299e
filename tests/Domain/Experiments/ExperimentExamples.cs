using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Experiments;

/// <summary>An experiment with every member filled, and one that is as small as can be.</summary>
internal static class ExperimentExamples
{
    public static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001"), Other = new("0198c0de-0000-7000-8000-000000000002");
    public static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static DecisionPlan Plan { get; } = new(1000, 7, 0.01, 0.05, DecisionPlan.Sequential, 5000, 28, DecisionPlan.RollOut);

    public static ExperimentContent Small { get; } = new(
        [new("old", "Old", 0.5, AttributeValue.Of("a")), new("new", "New", 0.5, AttributeValue.Of("b"))], "old", Condition.Always, new("signups", ExperimentMetric.Count, "signed_up"));

    public static ExperimentContent Full { get; } = new(
        [new("old", "Old", 0.5, AttributeValue.Of("a")), new("new", "New", 0.5, AttributeValue.Of("b"), [new RuleAction("slot", "form", Other)])], "old", new AttributeIs(new("plan"), [new EqualTest(AttributeValue.Of("pro"))]),
        new("signups", ExperimentMetric.Conversion, "signed_up", 14), "A shorter form brings more.", [Other], 0.5, 1, new("checkout", 0.25, 0.75),
        [new("spend", ExperimentMetric.Ratio, "bought", 7, "amount", MetricGoal.Increase, 0.02, "page_view", 28, 0.99), new("errors", ExperimentMetric.Count, "failed", 7, null, MetricGoal.Decrease, 0.1)], Plan, ["/join/*"]);

    /// <param name="units">Of each variant.</param>
    /// <param name="old">Signups of control.</param>
    /// <param name="new">Signups of the other.</param>
    /// <param name="failures">Of the other; of control half as many as there are.</param>
    public static ExperimentSums Sums(long units, double old, double @new, double? failures = null)
    {
        var usual = units / 2d;
        return new([Of("new", @new, failures ?? usual), Of("old", old, usual)], 3);

        // Of the second: what is bought, over pages, and both of before.
        VariantSums Of(string variant, double signups, double failed) => new(variant, units,
            [
                new([signups], [signups]),
                new([units * 20d, units * 10d, units * 18d, units * 9d], [units * 401d, units * 200d, units * 360.5, units * 180d, units * 101d, units * 180d, units * 90.5, units * 325d, units * 162d, units * 82d]),
                new([failed], [failed * 2]),
            ]);
    }

    public static ExperimentConcluded Concluded { get; } = (ExperimentConcluded)DecideWinner.Decide(
        new(Id, Sums(20_000, 2_000, 2_600), Noon.AddDays(8)), new Experiment { Status = ExperimentStatus.Running, Key = "form", Content = Full, StartedAt = Noon }, ExperimentList.Initial).Streams[0].Events[0];
}
