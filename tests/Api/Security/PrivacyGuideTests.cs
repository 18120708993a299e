using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Security;

/// <summary>docs/privacy.md: its commands, on a server started as it says.</summary>
public sealed class PrivacyGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/privacy.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("\"name\":\"Ada Lovelace\"");
        output.ShouldContain("security.consent-withdrawn");
        output.ShouldContain("\"evidence\":\"Ticked the box\"");
        output.ShouldContain("\"complete\":true");
        output.ShouldContain("security.erasure-approved");
        output.ShouldContain("\"name\":\"[erased]\"");
        output.ShouldContain("no finding");
        output.ShouldContain("security.key-encryption-rotated");
    });

    public void Dispose() => _scratch.Dispose();
}
