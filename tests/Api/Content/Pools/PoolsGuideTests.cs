using Platform.Api.Tests.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Content;

/// <summary>docs/pools.md: its commands, on a server started as it says.</summary>
public sealed class PoolsGuideTests : IDisposable
{
    private static readonly Guide _guide = new("docs/pools.md");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_commands_do_what_they_say() => await Guide.RunningAsync(_scratch.Path, async shell =>
    {
        var output = await shell(_guide.Blocks(Guide.Tour, Guide.TourEnds));

        output.ShouldContain("content.item-shared");
        output.ShouldContain("No site up to the top has a gate");
        output.ShouldContain("Austrian news\\u0027 says include.");
        output.ShouldContain("\"upstreamChanged\": {\"to\":");
        output.ShouldContain("\"current\":\"Harbour is open\",\"yours\":\"Our harbour opens\"");
        output.ShouldContain("content.upstream-merged");
        output.ShouldContain("\"fields\":{\"body\":\"Since noon.\",\"title\":\"Our harbour opens\"}");
    });

    public void Dispose() => _scratch.Dispose();
}
