using Platform.EventStore;
using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary>Where each generation of each read model stands, a row each.</summary>
internal static class ProjectionTable
{
    private static readonly (string Heading, bool IsNumber)[] Columns =
    [
        ("projection", false), ("state", false), ("position", true), ("lag", true), ("parked", true), ("held", true), ("version", true), ("generation", true), ("updated", false), ("", false),
    ];

    public static Table Of(IEnumerable<ProjectionStatus> all)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var (heading, isNumber) in Columns)
            table.AddColumn(new TableColumn(heading) { NoWrap = true, Alignment = isNumber ? Justify.Right : Justify.Left });
        foreach (var p in all)
            table.AddRow(
                Markup.Escape(p.Name), Coloured(p.State, Colour(p)), $"{p.Position}", $"{p.Lag}", p.Parked > 0 ? Coloured($"{p.Parked}", "red") : "0", $"{p.Held}", $"{p.Version}", $"{p.Generation}",
                $"{p.UpdatedAt:yyyy-MM-dd HH:mm:ss}Z", Markup.Escape(Note(p)));
        return table;
    }

    private static string Note(ProjectionStatus p) => p switch
    {
        { Error: { } error } => error,
        { Target: { } target } => $"{100.0 * p.Position / Math.Max(1, target):0} %, {p.Rate ?? 0:0}/s{(p.RemainingSeconds is { } left ? $", {left:0} s left" : "")}{(p.TenantId is null ? "" : $", tenant {p.TenantId}")}",
        { TenantId: { } tenant } => $"tenant {tenant}",
        { State: "live", LagSeconds: > 1 and var behind } => $"{behind:0} s behind",
        _ => "",
    };

    private static string Colour(ProjectionStatus p) => p switch
    {
        { IsIncomplete: true } => "red",
        { State: "live" } => "green",
        { State: "paused" } => "yellow",
        { State: "building" } => "blue",
        _ => "grey",
    };

    private static string Coloured(string text, string colour) => $"[{colour}]{Markup.Escape(text)}[/]";
}
