using System.Diagnostics;
using Platform.Api.Cli;

namespace Platform.Api.Tests.Cli;

public sealed class BenchVerbTests
{
    [Fact]
    public async Task Each_figure_stands_beside_its_floor_and_under_the_machine_that_gave_it()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PlatformCommand).Assembly.Location, "bench", "--rounds", "1", "--seconds", "0.1", "--events", "2000", "--model-events", "2000", "--visitor-events", "20000", "--generated", "30"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bench = Process.Start(start)!;
        var errors = bench.StandardError.ReadToEndAsync();
        var output = await bench.StandardOutput.ReadToEndAsync();
        await bench.WaitForExitAsync();

        bench.ExitCode.ShouldBe(0, await errors);
        output.ShouldContain("machine: ");
        output.ShouldContain("fsync=on");
        output.ShouldContain("| workload | raw floor |");
        output.ShouldContain("| 100 events, 8 writers | ");
        output.ShouldContain("| 2,000 | single-stream | ");
        output.ShouldContain("| ledger.event | ");
        output.ShouldContain("| 10,000 | ");
        output.ShouldContain("| floor: AES-256-GCM alone | ");
        output.ShouldContain("| sealed, 1,000 people | 10,000 | ");
        output.ShouldContain("| a flag is killed, until it's off | ");
        output.ShouldContain("| 30 generated | 30 | ");
    }
}
