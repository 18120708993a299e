using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Api.Analytics;

namespace Platform.Api.Cli;

/// <summary><c>./platform replay</c>: a record of what visitors did in the past into a site, over HTTP.</summary>
internal static class ReplayVerb
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The record; .gz is unpacked" };
        var format = new Option<string>("--format") { Description = "csv (with a line of column names) or combined (an access log of Apache or nginx)", Required = true };
        format.AcceptOnlyFromAmong("csv", "combined");
        var site = new Option<Guid>("--site") { Description = "The site that it goes to", HelpName = "ID", Required = true };
        var speed = new Option<double?>("--speed") { Description = "How much faster than it was, such as 60; default: as fast as can be", HelpName = "N" };
        speed.Must(given => given is null or > 0, "--speed takes a number above 0.");
        var map = new Option<string[]>("--map")
        {
            Description = $"csv: which column is what, such as ts=at,type=name,item=page:/item/{{}}; of {string.Join(", ", ReplayColumns.Properties)}. A column that isn't named is kept as a property of the event",
            HelpName = "COLUMN=PROPERTY,...",
            AllowMultipleArgumentsPerToken = true,
        };
        var bots = new Option<string?>("--bots") { Description = "Regular expression of user agents that are bots; default: the platform's own patterns", HelpName = "REGEX" };
        var url = new Option<string?>("--url") { Description = "Where the platform is; default: the instance of --data", HelpName = "URL", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("PLATFORM_URL") };
        var token = new Option<string?>("--token") { Description = "A token or key with analytics.replay; default: an administrator's of the instance of --data", HelpName = "TOKEN" };
        var command = new Command("replay", "Replay a record of visitors' events, with their times; exit 0 all accepted, 1 some lines couldn't be read, 2 couldn't run") { file, format, site, speed, map, bots, url, token };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(DataOption.Instance), parsed.GetRequiredValue(file), parsed.GetRequiredValue(format), parsed.GetValue(site), parsed.GetValue(speed), parsed.GetValue(map) ?? [],
            parsed.GetValue(bots), parsed.GetValue(url), parsed.GetValue(token)));
        return command;
    }

    private static async Task<int> RunAsync(string data, FileInfo file, string format, Guid site, double? speed, string[] map, string? bots, string? url, string? token)
    {
        using var stop = new StopSignal();
        try
        {
            var target = ReplayTarget.Of(data, url, token);
            var pattern = bots is null ? null : new Regex(bots, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            IReplayFormat reader = format == "csv" ? new CsvReplay(ReplayColumns.Parse(map), pattern) : new CombinedLogReplay(pattern);
            var report = await ProgressBar.RunAsync("replay", "bytes", bar => new Replay(target, site, speed).RunAsync(file.FullName, reader, bar.Report, stop.Token));
            foreach (var (line, reason) in report.Unread)
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{line}: {reason}"));
            Console.WriteLine(report);
            return report.UnreadLines == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is ReplayStoppedException or IOException or UnauthorizedAccessException or HttpRequestException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"The replay stopped: {e.Message} What was accepted stays; run it again within two days to go on, and nothing is kept twice.");
            return 2;
        }
    }
}
