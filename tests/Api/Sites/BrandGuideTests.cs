using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>docs/branding.md: its commands, on a server started as it says.</summary>
public sealed class BrandGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/branding.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("\"brand.color-primary\":\"#005a3c\"");
        output.ShouldContain("Cache-Control: public, max-age=31536000, immutable");
        output.ShouldContain("--brand-font-heading: Georgia, \"Times New Roman\", serif;");
        output.ShouldContain("--brand-logo: url(\"/media/graz.svg\");");
        output.ShouldContain("has a contrast of 1.94:1; WCAG 2.2 AA asks for 4.5:1.");
        output.ShouldContain("at line 2, column 1. (rule at-rule)");
        output.ShouldContain("padding: var(--brand-spacing);");
        output.ShouldContain("\"lock\":{\"level\":\"master\"");
    });

    public void Dispose() => _scratch.Dispose();
}
