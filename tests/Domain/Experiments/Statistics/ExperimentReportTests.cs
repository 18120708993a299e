using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Experiments;

namespace Platform.Domain.Tests.Experiments;

public sealed class ExperimentReportTests
{
    private static readonly AnalysedMetric Signups = new() { Name = "signups", Kind = MetricKind.Proportion, Moments = [Moments.OfProportion(5000, 400), Moments.OfProportion(5050, 500), Moments.OfProportion(4950, 405)] };

    private static readonly AnalysisInput Input = new() { Variants = [new("old", 5000), new("new", 5050), new("other", 4950)], Control = "old", Metrics = [Signups] };

    [Fact]
    public void Each_treatment_is_compared_with_control_by_all_methods()
    {
        var report = ExperimentReport.Of(Input);
        report.IsBlocked.ShouldBeFalse();
        report.Warnings.ShouldBeEmpty();
        var metric = report.Metrics.ShouldHaveSingleItem();
        metric.Variants.Select(v => v.Mean!.Value).ShouldBe([0.08, 500.0 / 5050, 405.0 / 4950]);
        metric.Comparisons.Select(c => c.Variant).ShouldBe(["new", "other"]);
        var winner = metric.Comparisons[0];
        var (difference, lift) = (winner.Difference.ShouldNotBeNull(), winner.Lift.ShouldNotBeNull());
        (difference.Scale, difference.Fixed.Method, lift.Scale, lift.Fixed.Method).ShouldBe((EffectScale.Difference, "two-proportion-z", EffectScale.Lift, "welch-t"));
        difference.Fixed.ShouldBe(TwoProportionTest.Of(Signups.Moments[0], Signups.Moments[1], 0.05));
        difference.AlwaysValid.P.ShouldBeGreaterThan(difference.Fixed.P);
        lift.Fixed.P.ShouldNotBe(difference.Fixed.P);
        winner.Belief.ShouldNotBeNull().Method.ShouldBe("beta");
        winner.Belief.ChanceToWin.ShouldBeGreaterThan(0.99);
        winner.Adjusted.ShouldNotBeNull().Tests.ShouldBe(2);
        winner.Adjusted.HolmFixed.ShouldBe(2 * difference.Fixed.P);
        winner.Adjusted.HolmAlwaysValid.ShouldBe(2 * difference.AlwaysValid.P);
        winner.IsDecidable.ShouldBeTrue();
        winner.Notes.ShouldBeEmpty();
    }

    [Fact]
    public void A_mismatch_of_the_sample_ratio_blocks_every_decision()
    {
        var report = ExperimentReport.Of(Input with { Variants = [new("old", 5000), new("new", 5450), new("other", 4950)] });
        report.SampleRatio.P.ShouldBeLessThan(0.001);
        report.IsBlocked.ShouldBeTrue();
        report.Warnings.ShouldHaveSingleItem().ShouldStartWith("Sample ratio mismatch:");
        report.Metrics[0].Comparisons.ShouldAllBe(c => !c.IsDecidable && c.Difference != null);
        ExperimentReport.Of(Input with { Variants = [new("old", 5000, 50), new("new", 5450, 54.5), new("other", 4950, 49.5)] }).IsBlocked.ShouldBeFalse();
    }

    [Fact]
    public void A_metric_that_should_fall_wins_when_it_does()
    {
        var (up, down) = (ExperimentReport.Of(Input), ExperimentReport.Of(Input with { Metrics = [Signups with { Goal = MetricGoal.Decrease }] }));
        var (u, d) = (up.Metrics[0].Comparisons[0].Belief!, down.Metrics[0].Comparisons[0].Belief!);
        d.ChanceToWin.ShouldBe(1 - u.ChanceToWin);
        (d.ExpectedLoss, d.ExpectedLossOfControl).ShouldBe((u.ExpectedLossOfControl, u.ExpectedLoss));
        down.Metrics[0].Comparisons[0].Difference!.ShouldBe(up.Metrics[0].Comparisons[0].Difference);
    }

    [Fact]
    public void Guardrails_are_judged_and_are_no_part_of_the_tests_that_p_values_are_adjusted_for()
    {
        var guarded = Signups with { Name = "errors", Goal = MetricGoal.Decrease, Guardrail = new(0.02), Moments = [Signups.Moments[0], Moments.OfProportion(5050, 650), Signups.Moments[2]] };
        var report = ExperimentReport.Of(Input with { Metrics = [Signups, guarded] });
        report.Metrics[1].IsGuardrail.ShouldBeTrue();
        report.Metrics[1].Comparisons.Select(c => c.Adjusted).ShouldBe([null, null]);
        report.Metrics[0].Comparisons[0].Adjusted!.Tests.ShouldBe(2);
        // Its lift is 60.9 %, at least 30 % by the confidence sequence.
        report.Metrics[1].Comparisons[0].Guardrail.ShouldBe(GuardrailVerdict.Breached);
        report.Metrics[1].Comparisons[1].Guardrail.ShouldBe(GuardrailVerdict.Undecided);
        ExperimentReport.Of(Input with { Metrics = [guarded with { Guardrail = new(0.1, EffectScale.Difference) }] }).Metrics[0].Comparisons[0].Guardrail.ShouldBe(GuardrailVerdict.Holds);
    }

    [Fact]
    public void What_is_missing_has_its_reason()
    {
        Notes(Moments.OfMean(1, 5, 25), Moments.OfMean(200, 500, 2000)).ShouldBe("A variant has fewer than two units.");
        Notes(Moments.OfMean(200, 1000, 5000), Moments.OfMean(200, 1000, 5000)).ShouldStartWith("There is no variance to judge by:");
        Notes(Moments.OfMean(20, 50, 200), Moments.OfMean(200, 500, 2000)).ShouldBe("A variant has fewer than 100 units: too few to decide by.");
        Notes(Moments.OfMean(200, -500, 2000), Moments.OfMean(200, 500, 2000)).ShouldBe("Control's mean is below 0: a lift would have the wrong sign.");
        Notes(Moments.OfMean(200, 0, 2000), Moments.OfMean(200, 500, 2000)).ShouldBe("Control's mean is 0, so there is no lift.");
        Notes(Moments.OfMean(200, 10, 2000), Moments.OfMean(200, 500, 2000)).ShouldBe("Control's mean may be 0: its lift and what rests on it can't be relied on.");
        Notes(Moments.OfMean(200, 500, 2000), Moments.OfMean(200, 1000, 5000)).ShouldBe("In a variant all units have the same value: its variance is unknown rather than 0.");
        Notes(Moments.OfMean(200, 2e10, 2e18 + 1e7), Moments.OfMean(200, 2e10, 2e18 + 1e9)).ShouldContain("Values are large beside their spread");
        var few = ExperimentReport.Of(Of(MetricKind.Proportion, Moments.OfProportion(1000, 9), Moments.OfProportion(1000, 30))).Metrics[0].Comparisons[0];
        few.Notes.ShouldHaveSingleItem().ShouldStartWith("A variant has fewer than 10 units that did it");
        few.IsDecidable.ShouldBeTrue();

        static string Notes(Moments control, Moments treatment) => string.Join("|", ExperimentReport.Of(Of(MetricKind.Mean, control, treatment)).Metrics[0].Comparisons[0].Notes);
    }

    [Fact]
    public void The_same_input_gives_the_same_report_also_after_it_was_written()
    {
        var cuped = new AnalysedMetric { Name = "spend", Kind = MetricKind.Ratio, Moments = [.. Enumerable.Range(1, 3).Select(n => Sample.Sums(new Sample((ulong)n).Units(900, 0.05 * n), 0, 1, 2, 3))], Prior = new(0, 0.3) };
        var input = Input with { Metrics = [Signups, cuped], Alpha = 0.01 };
        var read = JsonSerializer.Deserialize<AnalysisInput>(JsonSerializer.Serialize(input))!;
        var report = JsonSerializer.Serialize(ExperimentReport.Of(input));
        JsonSerializer.Serialize(ExperimentReport.Of(read)).ShouldBe(report);
        report.ShouldContain("\"Theta\":0.");
    }

    /// <summary>JSON has no NaN: writing a report that held one would throw.</summary>
    [Fact]
    public void No_number_is_ever_other_than_finite()
    {
        var numbers = Gen.Elements(0, 1, -1, 0.5, 3, 1e-300, 1e-12, 1e8, 1e155, -1e155, 1e300, double.MaxValue, double.Epsilon);
        var means = Gen.Elements(0L, 1, 2, 3, 100, 1_000_000_000_000).SelectMany(n => numbers.SelectMany(sum => numbers.Select(squares => Moments.OfMean(n, sum, Math.Abs(squares)))));
        var proportions = Gen.Elements(0L, 1, 2, 100, 10_000_000_000).SelectMany(n => Gen.Elements(0, 1, 0.5, 1e-9).Select(part => Moments.OfProportion(n, part * n)));
        var ratios = Gen.Elements(0L, 1, 2, 100).SelectMany(n => numbers.ArrayOf(5).Select(x => Moments.OfRatio(n, x[0], x[1], Math.Abs(x[2]), x[3], Math.Abs(x[4]))));
        var cuped = Gen.Elements(0L, 1, 2, 100).SelectMany(n => numbers.ArrayOf(14).Select(x =>
            new Moments(n, [.. x[..4]], [Math.Abs(x[4]), x[5], x[6], x[7], Math.Abs(x[8]), x[9], x[10], Math.Abs(x[11]), x[12], Math.Abs(x[13])])));
        var inputs = Gen.OneOf(
            means.SelectMany(a => means.Select(b => Of(MetricKind.Mean, a, b))), proportions.SelectMany(a => proportions.Select(b => Of(MetricKind.Proportion, a, b))),
            ratios.SelectMany(a => ratios.Select(b => Of(MetricKind.Ratio, a, b))), cuped.SelectMany(a => cuped.Select(b => Of(MetricKind.Ratio, a, b))));
        var priors = Gen.Elements<LiftPrior?>(null, new(0, 0.3), new(1e300, 1e-300), new(0, 1e300));
        Prop.ForAll(inputs.SelectMany(input => priors.Select(prior => input with { Metrics = [input.Metrics[0] with { Prior = prior, Guardrail = new(0.1) }] })).ToArbitrary(), input =>
        {
            var json = JsonNode.Parse(JsonSerializer.Serialize(ExperimentReport.Of(input)))!;
            var comparison = json["Metrics"]![0]!["Comparisons"]![0]!;
            foreach (var effect in (string[])["Difference", "Lift"])
                foreach (var test in (string[])["Fixed", "AlwaysValid"])
                    if (comparison[effect] is { } measured)
                        measured[test]!["P"]!.GetValue<double>().ShouldBeInRange(0, 1);
            if (comparison["Difference"] is null) comparison["Notes"]!.AsArray().ShouldNotBeEmpty();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void What_is_wrong_with_the_input_is_told_all_at_once()
    {
        var bad = Input with { Control = "none", Alpha = 0, TuningSize = double.NaN, Metrics = [Signups with { Moments = [Moments.OfProportion(5, 6), Moments.OfMean(5, double.NaN, 1), Moments.OfMean(5, 1, 1)] }, Signups with { Moments = [] }] };
        bad.Check().Rejection.ShouldNotBeNull().Errors.Keys.ShouldBe(["alpha", "control", "metrics", "metrics[0].moments[0]", "metrics[0].moments[1]", "metrics[0].moments[2]", "metrics[1].moments", "tuningSize"]);
        Should.Throw<ArgumentException>(() => ExperimentReport.Of(bad)).Message.ShouldContain("Must be one of old, new, other.");
        (Input with { Variants = default, Metrics = default }).Check().Rejection.ShouldNotBeNull();
        (Input with { Metrics = [Signups with { Moments = default }] }).Check().Rejection.ShouldNotBeNull();
        (Input with { Metrics = [Signups with { Moments = [.. Signups.Moments.Select(of => of with { Sums = default })] }] }).Check().Rejection.ShouldNotBeNull();
    }

    private static AnalysisInput Of(MetricKind kind, Moments control, Moments treatment) =>
        new() { Variants = [new("a", 500), new("b", 500)], Control = "a", Metrics = [new() { Name = "m", Kind = kind, Moments = [control, treatment] }] };
}
