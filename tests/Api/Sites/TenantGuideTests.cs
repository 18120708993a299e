using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>docs/tenants.md: its commands, on a server started as it says.</summary>
public sealed class TenantGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/tenants.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("urn:platform:problem:tenant-suspended");
        output.ShouldContain("ann@acme.example");
        output.ShouldContain("\"name\":\"Acme Ltd\",\"status\":\"closed\"");
        output.ShouldContain("sites.tenant-renamed");
        output.ShouldContain("The tenant is closed for good.");
        output.ShouldContain(", 0 findings; probe ");
        output.ShouldContain("\"status\": \"finished\"");
    });

    public void Dispose() => _scratch.Dispose();
}
