using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>docs/quotas.md: its commands, on a server started as it says.</summary>
public sealed class QuotaGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/quotas.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("sites.quotas-changed");
        output.ShouldContain("\"sites.hard\":[\"Can't be negative.\"]");
        output.ShouldContain("\"quota\":\"eventsPerDay\",\"limit\":3,\"used\":3,\"resetsAt\":");
        output.ShouldContain("RateLimit-Policy: \"read\";q=2000;w=2, \"tenant\";q=10000;w=2");
        output.ShouldContain("\"quota\":\"sites\",\"limit\":1,\"used\":1}");
        output.ShouldContain("its soft limit being 2.");
    });

    public void Dispose() => _scratch.Dispose();
}
