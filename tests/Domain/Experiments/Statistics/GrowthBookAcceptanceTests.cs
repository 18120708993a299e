using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Tests.Support;

namespace Platform.Domain.Tests.Experiments;

/// <summary>Reference results of GrowthBook's statistics engine, which are rounded: to 5 decimals, of the sample ratio to 9.</summary>
public sealed class GrowthBookAcceptanceTests
{
    private const string Set = "experiments/growthbook-stats";

    [Fact]
    public void Its_reference_results_are_ours()
    {
        Assert.SkipWhen(AcceptanceSets.Find(Set) is null, AcceptanceSets.Absent(Set));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Directory.GetFiles(AcceptanceSets.Find(Set)!, "*.json").Single()));
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToList();
        cases.ShouldNotBeEmpty();
        foreach (var item in cases) Compare(item);
    }

    private static void Compare(JsonElement item)
    {
        var kind = item.GetProperty("kind").GetString();
        if (kind == "srm")
        {
            SampleRatio.Of(Numbers("observed"), Numbers("weights")).P.ShouldBe(item.GetProperty("p").GetDouble(), 0.5000001e-9, item.GetRawText());
            return;
        }
        var scale = item.GetProperty("diff").GetString() == "relative" ? EffectScale.Lift : EffectScale.Difference;
        var effect = Effect.Of(Read(item.GetProperty("a")), Read(item.GetProperty("b")), isRatio: false, scale, out _).ShouldNotBeNull();
        Like("se", effect.StandardError);
        switch (kind)
        {
            case "welch_two_sided":
                var welch = WelchTest.Of(effect, 0.05);
                Like("expected", effect.Estimate);
                Like("p", welch.P);
                Interval(welch.Low, welch.High);
                break;
            case "bayes_flat":
                var posterior = NormalPosterior.Of(effect);
                Like("expected", posterior.Mean);
                Like("chance_to_win", posterior.ChanceAboveZero);
                Interval(posterior.Interval(0.05).Low, posterior.Interval(0.05).High);
                Numbers("risk").Zip([posterior.LossOfControl, posterior.LossOfTreatment], (expected, found) => Math.Abs(expected - found)).Max().ShouldBeLessThan(0.5000001e-5, item.GetRawText());
                break;
            default: throw new InvalidOperationException($"No test knows the kind {kind}.");
        }

        void Like(string name, double found) => found.ShouldBe(item.GetProperty(name).GetDouble(), 0.5000001e-5, $"{name} of {item.GetRawText()}");

        void Interval(double? low, double? high) =>
            Numbers("ci").Zip([low!.Value, high!.Value], (expected, found) => Math.Abs(expected - found)).Max().ShouldBeLessThan(0.5000001e-5, item.GetRawText());

        List<double> Numbers(string name) => [.. item.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
    }

    private static Moments Read(JsonElement arm) => arm.GetProperty("type").GetString() == "proportion"
        ? Moments.OfProportion(arm.GetProperty("n").GetInt64(), arm.GetProperty("sum").GetDouble())
        : Moments.OfMean(arm.GetProperty("n").GetInt64(), arm.GetProperty("sum").GetDouble(), arm.GetProperty("sum_squares").GetDouble());
}
