using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Identity;

/// <summary>docs/identity.md: its commands, on a server started as it says.</summary>
public sealed class IdentityGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/identity.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("identity.role-defined");
        output.ShouldContain("\"name\":\"Ann Example\"");
        output.ShouldContain("the shop: 403");
        output.ShouldContain("\"inheritance\":[\"section-editor\",\"editor\"]");
        output.ShouldContain("\"effect\":\"denies\"");
        output.ShouldContain("by who asked for it: 403");
        output.ShouldContain("identity.grant-approved");
        output.ShouldContain("beyond its scopes: 403");
        output.ShouldContain("the key before: 401");
        output.ShouldContain("identity.client-revoked");
        output.ShouldContain("suspended: 403");
    });

    public void Dispose() => _scratch.Dispose();
}
