using System.Globalization;
using Platform.Api.Experiments;
using Platform.Domain.Experiments;
using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary>The report of an experiment for people: a row for each metric in each variant, and below what to know of it.</summary>
internal static class ExperimentTable
{
    private static readonly string[] Columns = ["metric", "variant", "units", "value", "difference", "interval", "p", "interval at any look", "p at any look", "p (Holm)", "lift", "win", "loss", "guardrail"];

    public static void Write(FileAnalysis analysis)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 400;
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        }
        var report = analysis.Report;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{analysis.Rows} rows, {analysis.Units} units; sample ratio p = {Number(report.SampleRatio.P)}{(report.IsBlocked ? " (mismatch: no decision)" : "")}; control {report.Control}, intervals of {100 * (1 - report.Alpha)} %"));
        var table = new Table().Border(TableBorder.None);
        foreach (var column in Columns) table.AddColumn(new TableColumn(column) { NoWrap = true, Alignment = column is "metric" or "variant" or "guardrail" ? Justify.Left : Justify.Right });
        foreach (var metric in report.Metrics)
            foreach (var variant in metric.Variants)
                table.AddRow([.. Row(metric, variant).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        foreach (var (column, cap) in analysis.Caps) Console.WriteLine($"{column}: capped at {Number(cap)}");
        foreach (var warning in analysis.Warnings.Concat(report.Warnings)) Console.WriteLine($"warning: {warning}");
        foreach (var metric in report.Metrics)
            foreach (var of in metric.Comparisons)
                foreach (var note in of.Notes) Console.WriteLine($"{metric.Name}, {of.Variant}: {note}");
    }

    private static string[] Row(MetricReport metric, VariantFigures variant)
    {
        string[] arm = [metric.Name, variant.Variant, variant.Units.ToString(CultureInfo.InvariantCulture), Number(variant.Mean)];
        if (metric.Comparisons.FirstOrDefault(c => c.Variant == variant.Variant) is not { } of) return [.. arm, .. Enumerable.Repeat("", Columns.Length - arm.Length)];
        var difference = of.Difference;
        return
        [
            .. arm, Number(difference?.Estimate), Interval(difference?.Fixed), Number(difference?.Fixed.P), Interval(difference?.AlwaysValid), Number(difference?.AlwaysValid.P), Number(of.Adjusted?.HolmFixed),
            of.Lift is { } lift ? (100 * lift.Estimate).ToString("+0.0;-0.0", CultureInfo.InvariantCulture) + " %" : "-", of.Belief is { } belief ? (100 * belief.ChanceToWin).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-",
            Number(of.Belief?.ExpectedLoss), of.Guardrail?.ToString().ToLowerInvariant() ?? (metric.IsGuardrail ? "-" : ""),
        ];
    }

    private static string Interval(Inference? of) => of is null ? "-" : $"{Number(of.Low)} to {Number(of.High)}";

    private static string Number(double? x) => x?.ToString("G4", CultureInfo.InvariantCulture) ?? "-";
}
