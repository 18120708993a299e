using System.Text.Json;
using Platform.Domain.Experiments;
using static Platform.Domain.Tests.Experiments.ExperimentExamples;

namespace Platform.Domain.Tests.Experiments;

public sealed class DecideWinnerTests
{
    private static readonly ExperimentSums _clear = Sums(20_000, 2_000, 2_600);

    [Fact]
    public void A_clear_winner_is_rolled_out_once_the_minimum_is_met()
    {
        var concluded = Concludes(Plan, _clear, 7).ShouldNotBeNull();
        (concluded.Outcome, concluded.Winner, concluded.RolledOut, concluded.ExcludedUnits).ShouldBe((Verdict.Wins, "new", "new", 3));
        concluded.Why.ShouldStartWith("Variant new is better: signups has a lift of 30 %, p = ");
        Concludes(Plan, _clear, 6.9).ShouldBeNull("the plan wants seven days");
        Concludes(Plan with { MinimumUnits = 20_001 }, _clear, 7).ShouldBeNull("a variant has too few visitors");
        Concludes(Plan with { MinimumEffect = 0.31 }, _clear, 7).ShouldBeNull("the lift isn't worth it");
        Concludes(Plan with { Action = DecisionPlan.StopOnly }, _clear, 7).ShouldNotBeNull().ShouldSatisfyAllConditions(c => c.Winner.ShouldBe("new"), c => c.RolledOut.ShouldBeNull());
    }

    [Fact]
    public void What_is_worse_never_wins_and_the_time_ends()
    {
        var worse = Sums(20_000, 2_600, 2_000);
        Concludes(Plan, worse, 27.9).ShouldBeNull();
        Concludes(Plan, worse, 28).ShouldNotBeNull().ShouldSatisfyAllConditions(c => (c.Outcome, c.Winner, c.RolledOut).ShouldBe((Verdict.NoWinner, null, null)), c => c.Why.ShouldBe("No variant has won within 28 days."));
    }

    [Fact]
    public void A_fixed_plan_looks_once()
    {
        var plan = Plan with { Method = DecisionPlan.Fixed };
        Concludes(plan, Sums(20_000, 2_000, 2_000), 7).ShouldNotBeNull().Outcome.ShouldBe(Verdict.NoWinner);
        Concludes(plan, _clear, 7).ShouldNotBeNull().Winner.ShouldBe("new");
        // Between the two, so that the methods can be told apart.
        var slight = Sums(20_000, 2_000, 2_140);
        Concludes(plan, slight, 7).ShouldNotBeNull().Winner.ShouldBe("new");
        Concludes(Plan, slight, 7).ShouldBeNull();
    }

    [Fact]
    public void A_breached_guardrail_stops_it_before_the_minimum()
    {
        var concluded = Concludes(Plan, Sums(2_000, 200, 260, failures: 1_500), 0.1).ShouldNotBeNull();
        (concluded.Outcome, concluded.Winner, concluded.RolledOut, concluded.Why).ShouldBe((Verdict.Harms, null, null, "In variant new errors is worse by more than it may be."));
        Concludes(Plan, Sums(99, 10, 10, failures: 90), 0.1).ShouldBeNull("of fewer than 100 visitors nothing is believed");
    }

    [Fact]
    public void A_guardrail_that_is_open_keeps_a_winner_back() =>
        Concludes(Plan, Sums(20_000, 2_000, 2_600, failures: 10_750), 7).ShouldBeNull();

    [Fact]
    public void Where_the_sample_ratio_is_off_nothing_is_decided()
    {
        var off = _clear with { Variants = [_clear.Variants[0] with { Units = 22_000 }, _clear.Variants[1]] };
        Concludes(Plan, off, 7).ShouldBeNull();
        Concludes(Plan, off, 28).ShouldNotBeNull().ShouldSatisfyAllConditions(c => c.Outcome.ShouldBe(Verdict.NoWinner), c => c.Why.ShouldEndWith("no figure can be believed."));
        Concludes(Plan, off with { Variants = [off.Variants[0] with { Metrics = Sums(22_000, 0, 100, 20_000).Variants[0].Metrics }, off.Variants[1]] }, 7).ShouldBeNull("not even by a guardrail");
    }

    [Fact]
    public void Only_what_runs_by_a_plan_is_decided_and_only_once()
    {
        foreach (var status in Enum.GetValues<ExperimentStatus>().Where(status => status != ExperimentStatus.Running))
            DecideWinner.Decide(new(Id, _clear, Noon.AddDays(8)), Running(Plan) with { Status = status }, ExperimentList.Initial).Streams.ShouldBeEmpty();
        DecideWinner.Decide(new(Id, _clear, Noon.AddDays(8)), Running(null), ExperimentList.Initial).Streams.ShouldBeEmpty();
        var list = State.Of<ExperimentList>([new ExperimentSpaceTaken(Id, Full.Namespace!)]);
        DecideWinner.Decide(new(Id, _clear, Noon.AddDays(8)), Running(Plan), list).Streams.SelectMany(stream => stream.Events).Last().ShouldBe(new ExperimentSpaceFreed(Id));
        var after = State.Of<Experiment>([new ExperimentDeclared(Id, "form", "Form", Full), new ExperimentStarted(Id, Noon), Concluded]);
        DecideWinner.Decide(new(Id, _clear, Noon.AddDays(9)), after, ExperimentList.Initial).Streams.ShouldBeEmpty();
    }

    [Fact]
    public void An_auditor_computes_the_decision_again_from_the_event_alone()
    {
        var entry = EventCatalog.Of(Concluded);
        var kept = (ExperimentConcluded)JsonSerializer.Deserialize(JsonSerializer.Serialize(Concluded, entry.Json), entry.Json)!;
        var report = ExperimentReport.Of(kept.Input);
        JsonSerializer.Serialize(report).ShouldBe(JsonSerializer.Serialize(kept.Report));
        Verdict.Of(kept.Plan, kept.StartedAt, kept.Input, report, kept.DecidedAt).ShouldBe(new Verdict(kept.Outcome, kept.Why, kept.Winner));
    }

    [Fact]
    public void Of_2000_tests_without_an_effect_at_most_5_percent_end_with_a_winner_after_20_looks()
    {
        const int tests = 2_000, looks = 20, unitsALook = 250;
        var content = Small with { Decision = Plan with { MinimumUnits = 250, MinimumDays = 0, MinimumEffect = 0, MaximumDays = null } };
        var (random, winners, peeked) = (new Random(20), 0, 0);
        for (var test = 0; test < tests; test++)
        {
            var (old, @new, hasWinner, hasPeeked) = (0, 0, false, false);
            for (var look = 1; look <= looks; look++)
            {
                for (var unit = 0; unit < unitsALook; unit++) (old, @new) = (old + (random.NextDouble() < 0.2 ? 1 : 0), @new + (random.NextDouble() < 0.2 ? 1 : 0));
                var input = new ExperimentSums([new("old", look * unitsALook, [new([old], [old])]), new("new", look * unitsALook, [new([@new], [@new])])], 0).Input(content);
                var report = ExperimentReport.Of(input);
                hasWinner |= Verdict.Of(content.Decision, Noon, input, report, Noon.AddHours(look)) is not null;
                hasPeeked |= report.Metrics[0].Comparisons[0].Difference!.Fixed.P < 0.05;
            }
            (winners, peeked) = (winners + (hasWinner ? 1 : 0), peeked + (hasPeeked ? 1 : 0));
        }
        winners.ShouldBeLessThanOrEqualTo(tests / 20);
        peeked.ShouldBeInRange(tests / 5, tests * 3 / 10, "a test for one look, looked at twenty times");
    }

    private static Experiment Running(DecisionPlan? plan) => new() { Status = ExperimentStatus.Running, Key = "form", Content = Full with { Decision = plan }, StartedAt = Noon, Version = 2 };

    private static ExperimentConcluded? Concludes(DecisionPlan plan, ExperimentSums sums, double days) =>
        DecideWinner.Decide(new(Id, sums, Noon.AddDays(days)), Running(plan), ExperimentList.Initial).Streams.SelectMany(stream => stream.Events).OfType<ExperimentConcluded>().SingleOrDefault();
}
