using System.CommandLine;
using System.Globalization;
using Platform.Domain.Experiments;

namespace Platform.Api.Cli;

/// <summary><c>./platform experiments size</c>: how many units an experiment needs.</summary>
internal static class ExperimentsSizeVerb
{
    public static Command Create()
    {
        var kind = new Argument<string>("KIND") { Description = "proportion or mean" };
        kind.AcceptOnlyFromAmong("proportion", "mean");
        var baseline = new Option<double>("--baseline") { Description = "What control has", HelpName = "X", Required = true };
        var effect = new Option<double>("--effect") { Description = "The lift to find: 0.05 is 5 % more than control", HelpName = "LIFT", Required = true };
        var deviation = new Option<double?>("--sd") { Description = "mean: the standard deviation of a unit", HelpName = "X" };
        var power = new Option<double>("--power") { Description = "How likely it's found", DefaultValueFactory = _ => 0.8, HelpName = "P" };
        var alpha = new Option<double>("--alpha") { Description = "How likely a false finding may be, with all variants", DefaultValueFactory = _ => 0.05, HelpName = "P" };
        var variants = new Option<int>("--variants") { Description = "With control", DefaultValueFactory = _ => 2, HelpName = "N" };
        var command = new Command("size", """
            How many units an experiment needs, if looked at once and if looked at as often as one likes.
            Example: ./platform experiments size proportion --baseline 0.04 --effect 0.05
            """) { kind, baseline, effect, deviation, power, alpha, variants };
        command.SetAction(parsed => Write(
            parsed.GetRequiredValue(kind) == "proportion", parsed.GetValue(baseline), parsed.GetValue(effect), parsed.GetValue(deviation), parsed.GetValue(power), parsed.GetValue(alpha), parsed.GetValue(variants)));
        return command;
    }

    private static string? Fault(bool isProportion, double baseline, double lift, double? deviation, double power, double alpha, int variants) =>
        !(Math.Abs(baseline) is > 0 and < 1e150) || isProportion && baseline is not (> 0 and < 1) ? "--baseline takes a number other than 0, of a proportion above 0 and below 1."
        : !(Math.Abs(lift) is >= 1e-6 and <= 1e6) || isProportion && baseline * (1 + lift) is not (> 0 and < 1) ? "--effect takes a lift other than 0, such as 0.05, that leaves a proportion above 0 and below 1."
        : isProportion && deviation is not null ? "--sd is for means: a proportion has its own."
        : !isProportion && deviation is not (> 0 and < 1e150) ? "A mean needs --sd, a number above 0."
        : alpha is not (>= 0.0001 and <= 0.5) ? "--alpha takes a number from 0.0001 to 0.5."
        : !(power > alpha && power <= 0.9999) ? "--power takes a number above --alpha, up to 0.9999."
        : variants is < 2 or > AnalysisInput.MostVariants ? $"--variants takes 2 to {AnalysisInput.MostVariants}."
        : null;

    private static int Write(bool isProportion, double baseline, double lift, double? deviation, double power, double alpha, int variants)
    {
        if (Fault(isProportion, baseline, lift, deviation, power, alpha, variants) is { } fault)
        {
            Console.Error.WriteLine(fault);
            return 2;
        }
        var (each, effect) = (alpha / (variants - 1), baseline * lift);
        var units = Math.Ceiling(isProportion ? SampleSize.OfProportions(baseline, effect, each, power) : SampleSize.OfMeans(deviation!.Value, effect, each, power));
        var always = Math.Ceiling(units * SampleSize.AlwaysValidFactor(each, power));
        FormattableString[] lines =
        [
            $"{(isProportion ? "proportion" : "mean")} from {baseline:G6} to {baseline + effect:G6} ({100 * lift:+0.##;-0.##} %), power {power}, alpha {alpha}{(variants > 2 ? $" over {variants - 1} comparisons" : "")}",
            $"looked at once:           {units:F0} units a variant, {units * variants:F0} in all",
            $"looked at at any time:    {always:F0} units a variant at most, {always * variants:F0} in all; analyze with --tuning {2 * always:F0}",
        ];
        foreach (var line in lines) Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
