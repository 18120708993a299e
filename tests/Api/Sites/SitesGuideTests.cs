using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>docs/sites.md: its commands, on a server started as it says.</summary>
public sealed class SitesGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/sites.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("\"record\":\"_platform-challenge.www.group-tour.example\"");
        output.ShouldContain("sites.site-created");
        output.ShouldContain("\"status\":\"draft\"");
        output.ShouldContain("urn:platform:problem:conflict");
        output.ShouldContain("sites.site-domain-added");
        output.ShouldContain("sites.site-domain-removed");
        output.ShouldContain("sites.site-paused");
        output.ShouldContain("\"status\": \"live\"");
    });

    public void Dispose() => _scratch.Dispose();
}
