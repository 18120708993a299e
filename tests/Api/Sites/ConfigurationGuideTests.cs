using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>docs/configuration.md: its commands, on a server started as it says.</summary>
public sealed class ConfigurationGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/configuration.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("\"timezone\":\"Europe/Vienna\"");
        output.ShouldContain("The key is locked at site");
        output.ShouldContain("is locked at site");
        output.ShouldContain("sites.configuration-rolled-back");
        output.ShouldContain("sites.configuration-key-declared");
        output.ShouldContain("\"shielded\":1");
        output.ShouldContain("sites.configuration-change-applied");
    });

    public void Dispose() => _scratch.Dispose();
}
