using System.Text.RegularExpressions;
using Platform.Api.Tests.Hosting;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Monitoring;

/// <summary>docs/operations.md: the commands of its run-books, on a server started as it says.</summary>
public sealed partial class OperationsGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/operations.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_run_books_commands_do_what_they_say()
    {
        var log = await Guide.RunningAsync(_scratch.Path, async shell =>
        {
            var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

            output.ShouldMatch("site_details +paused");
            output.ShouldContain("site_details is paused");
            output.ShouldContain("site_details (1 events parked, 0 held)");
            output.ShouldContain("sites.site-renamed");
            output.ShouldContain("1 events couldn't be applied");
            output.ShouldContain("equal to the old model");
            output.ShouldContain("Had the read model site_details leave out the parked event");
            output.ShouldMatch(@"generation \d+ of site_details is dropped");
            // The table with parked events, the retry by the same code, and the drop of what is read.
            Regex.Count(output, "exit 1").ShouldBe(3, output);
        });
        log.ShouldContain("can't apply event");
    }

    [Fact]
    public void Every_metric_it_names_is_one_that_there_is()
    {
        var metrics = File.ReadAllText(Path.Combine(Repository.Root, "src", "Api", "Monitoring", "Metrics.cs"));
        string[] meters = [Path.Combine("EventStore", "StoreMeter.cs"), Path.Combine("Processors", "ProcessorMeter.cs")];
        var measured = meters.SelectMany(file => InstrumentName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", file)))).Select(m => m.Groups[1].Value.Replace('.', '_')).ToList();
        foreach (var name in MetricName().Matches(_guide.Text).Select(m => m.Value).Distinct())
            // Of meters, with the unit spelled out, or counted.
            if (!measured.Exists(instrument => name == $"{instrument}_seconds" || name == $"{instrument}_total"))
                metrics.ShouldContain($"\"{name}\"");
    }

    public void Dispose() => _scratch.Dispose();

    [GeneratedRegex(@"platform_(log|projection|append|webhook|tracking|isolation|recommender)_[a-z_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"""(platform\.[a-z.]+)""")]
    private static partial Regex InstrumentName();
}
