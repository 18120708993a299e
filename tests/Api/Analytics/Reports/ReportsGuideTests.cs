using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>docs/reports.md: its commands, on a server started as it says.</summary>
public sealed class ReportsGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/reports.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("\"hour\":6");
        output.ShouldContain("Reported (reported.example), 2026-03-29");
        output.ShouldContain("analytics.daily-summary-made");
        output.ShouldContain("\"countedUntil\"");
        output.ShouldContain("analytics.daily-summary-resent");
        output.ShouldContain("analytics.report-ended");
        output.ShouldContain("https://json-schema.org/draft/2020-12/schema");
    });

    public void Dispose() => _scratch.Dispose();
}
