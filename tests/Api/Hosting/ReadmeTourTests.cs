using System.Text.RegularExpressions;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

/// <summary>The README's ten minutes, as a newcomer types them: its own commands on a server started by its own first command.</summary>
public sealed class ReadmeTourTests
{
    [Fact]
    public async Task The_tour_of_the_readme_does_what_it_says()
    {
        using var data = new ScratchDirectory();
        await Guide.RunningAsync(data.Path, async shell =>
        {
            var output = await shell(new Guide("README.md").Blocks(Guide.Tour, Guide.TourEnds));
            output.ShouldContain("content.item-published");
            output.ShouldContain("no finding");
            output.ShouldContain("PAYLOAD_MISMATCH");
            Regex.Count(output, "_MISMATCH").ShouldBe(1);
            output.ShouldContain("exit 1");
            output.ShouldContain("DIFFERS: 1 rows only before, 1 rows only after; the old model stays");
            output.ShouldMatch("content_type_details +live");
        });
    }
}
