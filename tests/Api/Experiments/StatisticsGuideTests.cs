using System.Text.RegularExpressions;
using Platform.Api.Tests.Hosting;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Experiments;

/// <summary>docs/experiments-statistics.md: its commands print what it says.</summary>
public sealed partial class StatisticsGuideTests
{
    [Fact]
    public async Task The_commands_print_what_it_says()
    {
        var guide = new Guide("docs/experiments-statistics.md");
        var output = await Guide.ShellAsync(Repository.Root, guide.Blocks(Guide.Tour, Guide.TourEnds));
        var printed = Printed().Match(guide.Text).Groups[1].Value;
        printed.ShouldContain("sample ratio");
        string.Join('\n', output.Split('\n').Select(line => line.TrimEnd())).ShouldBe(printed);
    }

    [GeneratedRegex("```text\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Printed();
}
