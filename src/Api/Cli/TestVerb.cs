using System.CommandLine;
using System.Diagnostics;
using Platform.Api.Hosting;

namespace Platform.Api.Cli;

/// <summary><c>./platform test</c>: the whole test suite on one throw-away cluster.</summary>
internal static class TestVerb
{
    public static Command Create()
    {
        var filter = new Option<string?>("--filter") { Description = "Passed to dotnet test", HelpName = "EXPRESSION" };
        var soak = new Option<bool>("--soak") { Description = "Add the faults that run for minutes" };
        var command = new Command("test", "Run the whole test suite") { filter, soak };
        command.SetAction(parsed => RunAsync(parsed.GetValue(filter), parsed.GetValue(soak)));
        return command;
    }

    private static async Task<int> RunAsync(string? filter, bool soak)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var cluster = await ThrowAwayCluster.StartAsync(log.CreateLogger("Postgres"), stop.Token);
        var results = Directory.CreateDirectory(Path.Combine(cluster.Directory, "results")).FullName;
        var exitCode = await ChildProgram.RunAsync(DotnetTest(results, filter, soak, cluster), stop.Token);
        return Report(TestResults.Read(results), exitCode);
    }

    private static ProcessStartInfo DotnetTest(string results, string? filter, bool soak, ThrowAwayCluster cluster)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "test", "Platform.sln", "-c", "Release", "--nologo", "--logger", "trx",
            .. filter is null ? Array.Empty<string>() : ["--filter", filter],
        ])
        {
            WorkingDirectory = SourceTree.Find(),
        };
        start.Environment[ThrowAwayCluster.Variable] = cluster.ConnectionString;
        // Directory.Build.props makes a directory a project of it.
        start.Environment["PLATFORM_TEST_RESULTS"] = results;
        // Build nodes kept for later would hold a pipe that our output goes to open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        if (soak)
            start.Environment["PLATFORM_SOAK"] = "1";
        return start;
    }

    private static int Report(TestResults results, int exitCode)
    {
        Console.WriteLine();
        foreach (var test in results.FailedTests)
            Console.WriteLine($"failed: {test}");
        if (exitCode != 0 && results.Failed == 0)
            Console.WriteLine($"dotnet test ended with code {exitCode}: the build or a test process failed");
        if (exitCode == 0 && results.Passed == 0)
            Console.WriteLine("no test passed");
        Console.WriteLine(results);
        return exitCode == 0 && results is { Failed: 0, Passed: > 0 } ? 0 : 1;
    }
}
