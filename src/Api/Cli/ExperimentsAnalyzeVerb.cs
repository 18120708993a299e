using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Experiments;

namespace Platform.Api.Cli;

/// <summary><c>./platform experiments analyze</c>: the report of an experiment from a CSV file of units.</summary>
internal static class ExperimentsAnalyzeVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static Command Create()
    {
        var csv = new Option<FileInfo>("--csv") { Description = "The file, with a line of column names and one row or several a unit; .gz is unpacked, .tsv has tabs", HelpName = "FILE", Required = true };
        var unit = new Option<string>("--unit") { Description = "The column of who or what was given a variant", HelpName = "COL", Required = true };
        var variant = new Option<string>("--variant") { Description = "The column of the variant; a unit that was in two counts in none", HelpName = "COL", Required = true };
        var control = new Option<string>("--control") { Description = "The variant that others are compared with", HelpName = "NAME", Required = true };
        var metric = new Option<string[]>("--metric") { Description = "A metric, several times for several: COL:proportion (0 or 1; 1 if one of the unit's rows is), COL:mean (summed over the unit's rows), COL:ratio/DENOMINATOR (both summed); without a kind: mean", HelpName = "COL:KIND", Required = true };
        var pre = new Option<string[]>("--pre") { Description = "The column of the same before the experiment, which takes variance away (CUPED); of one metric METRIC=COL, of a ratio METRIC=COL/DENOMINATOR. Empty: the unit wasn't there", HelpName = "COL" };
        var alpha = new Option<double>("--alpha") { Description = "1 less the confidence of intervals", DefaultValueFactory = _ => 0.05, HelpName = "P" };
        var weights = new Option<string?>("--weights") { Description = "What part of units each variant should have, such as a=0.9,b=0.1; default: the same", HelpName = "NAME=PART,..." };
        var winsorise = new Option<double?>("--winsorise") { Description = "Cap means and ratios at this quantile of all units, such as 0.99", HelpName = "Q" };
        var decrease = new Option<string[]>("--decrease") { Description = "A metric that is better when it falls", HelpName = "METRIC" };
        var guardrail = new Option<string[]>("--guardrail") { Description = "A metric that mustn't get worse by more than a part, such as latency=0.02; it's judged so, and is no part of the tests that p-values are adjusted for", HelpName = "METRIC=MARGIN" };
        var tuning = new Option<double>("--tuning") { Description = "Units of two variants at which always-valid intervals are narrowest; the same at each look", DefaultValueFactory = _ => 5000, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "JSON instead of a table, with the sums that it's made of" };
        alpha.Must(given => given is >= 0.0001 and <= 0.5, "--alpha takes a number from 0.0001 to 0.5.");
        winsorise.Must(given => given is null or (>= 0.5 and <= 1), "--winsorise takes a number from 0.5 to 1.");
        tuning.Must(given => given is >= 2 and <= 1e12, "--tuning takes a number from 2 to 1e12.");
        var command = new Command("analyze", """
            What a file of units says of an experiment; exit 0 done, 1 the sample ratio forbids decisions, 2 couldn't run.
            Example: ./platform experiments analyze --csv users.csv --unit user --variant arm --control a --metric bought:proportion --metric spent:mean --pre spent=spent_before
            What the figures mean: docs/experiments-statistics.md
            """) { csv, unit, variant, control, metric, pre, alpha, weights, winsorise, decrease, guardrail, tuning, json };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(csv).FullName, parsed.GetValue(json), () => new AnalysisPlan(
                parsed.GetRequiredValue(unit), parsed.GetRequiredValue(variant), parsed.GetRequiredValue(control),
                AnalysisPlan.MetricsOf(parsed.GetRequiredValue(metric), parsed.GetValue(pre) ?? [], parsed.GetValue(decrease) ?? [], parsed.GetValue(guardrail) ?? []))
            {
                Alpha = parsed.GetValue(alpha),
                Weights = AnalysisPlan.WeightsOf(parsed.GetValue(weights)),
                Winsorise = parsed.GetValue(winsorise),
                TuningSize = parsed.GetValue(tuning),
            }));
        return command;
    }

    private static async Task<int> RunAsync(string path, bool isJson, Func<AnalysisPlan> plan)
    {
        using var stop = new StopSignal();
        try
        {
            var asked = plan();
            // Lines of progress would stand in the JSON.
            var analysis = isJson && Console.IsOutputRedirected
                ? FileAnalysis.Of(asked, path, (_, _) => { }, stop.Token)
                : await ProgressBar.RunAsync(Path.GetFileName(path), "bytes", bar => Task.Run(() => FileAnalysis.Of(asked, path, bar.Report, stop.Token)));
            if (isJson) Console.WriteLine(JsonSerializer.Serialize(analysis, Json));
            else ExperimentTable.Write(analysis);
            return analysis.Report.IsBlocked ? 1 : 0;
        }
        catch (Exception e) when (e is AnalysisStoppedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The analysis stopped: {e.Message}");
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 2;
        }
    }
}
