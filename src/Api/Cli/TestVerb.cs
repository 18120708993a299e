using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using Platform.Api.Hosting;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary><c>./platform test</c>: the whole test suite on one throw-away cluster.</summary>
internal static class TestVerb
{
    private const double SoakMinutes = 5;
    private const string NotTheSoak = "FullyQualifiedName!~SoakTests";

    private static readonly (string Project, string[] Classes)[] HybridTests = [("Ledger", ["MlDsaTests", "LogTrustTests"]), ("Api", ["HybridTests"])];

    public static Command Create()
    {
        var filter = new Option<string?>("--filter") { Description = "Passed to dotnet test", HelpName = "EXPRESSION" };
        var soak = new Option<double?>("--soak")
        {
            Description = $"Then faults in any order for this long (default {SoakMinutes}); PLATFORM_SEED=N repeats a run's choices",
            HelpName = "MINUTES",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => result.Tokens.Count == 0 ? SoakMinutes : Minutes(result),
        };
        var command = new Command("test", "Run the whole test suite") { filter, soak };
        command.SetAction(parsed => RunAsync(parsed.GetValue(filter), parsed.GetValue(soak)));
        return command;
    }

    private static double? Minutes(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes > 0)
            return minutes;
        result.AddError($"--soak takes a number of minutes, not '{result.Tokens[0].Value}'.");
        return null;
    }

    private static async Task<int> RunAsync(string? filter, double? soak)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        await using var cluster = await ThrowAwayCluster.StartAsync(log.CreateLogger("Postgres"), stop.Token);
        var results = Directory.CreateDirectory(Path.Combine(cluster.Directory, "results")).FullName;
        var exitCode = await ChildProgram.RunAsync(DotnetTest(results, filter, cluster), stop.Token);
        if (filter is null)
            exitCode = Math.Max(exitCode, await HybridAsync(cluster, results, stop.Token));
        if (soak is { } minutes)
            exitCode = Math.Max(exitCode, await ChildProgram.RunAsync(Soak(results, minutes), stop.Token));
        return Report(TestResults.Read(results), exitCode);
    }

    private static ProcessStartInfo DotnetTest(string results, string? filter, ThrowAwayCluster cluster)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "test", "Platform.sln", "-c", "Release", "--nologo", "--logger", "trx",
            "--filter", filter is null ? NotTheSoak : $"({filter})&{NotTheSoak}",
        ])
        {
            WorkingDirectory = SourceTree.Find(),
        };
        start.Environment[ThrowAwayCluster.Variable] = cluster.ConnectionString;
        // Directory.Build.props makes a directory a project of it.
        start.Environment["PLATFORM_TEST_RESULTS"] = results;
        // Build nodes kept for later would hold a pipe that our output goes to open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }

    // What a machine without ML-DSA skips, with an OpenSSL that has it.
    private static async Task<int> HybridAsync(ThrowAwayCluster cluster, string results, CancellationToken cancel)
    {
        if (MlDsa65.IsSupported)
            return 0;
        var (libraries, reason) = await OpenSsl35.PrepareAsync(Path.Combine(cluster.Directory, "openssl"), cancel);
        if (libraries is null)
        {
            Console.WriteLine($"not run: hybrid tests: {reason}");
            return 0;
        }
        var exitCode = 0;
        foreach (var (project, classes) in HybridTests)
        {
            var start = TestsOf(project, ["-trx", Path.Combine(results, $"hybrid-{project}.trx"), .. classes.SelectMany(name => new[] { "-class", $"*.{name}" })]);
            start.Environment["LD_LIBRARY_PATH"] = libraries;
            start.Environment["PLATFORM_HYBRID"] = "1";
            start.Environment[ThrowAwayCluster.Variable] = cluster.ConnectionString;
            exitCode = Math.Max(exitCode, await ChildProgram.RunAsync(start, cancel));
        }
        return exitCode;
    }

    private static ProcessStartInfo TestsOf(string project, IEnumerable<string> arguments) =>
        new("dotnet", [Path.Combine(SourceTree.Find(), "tests", project, "bin", "Release", "net10.0", $"Platform.{project}.Tests.dll"), .. arguments]) { WorkingDirectory = SourceTree.Find() };

    // By itself and not by dotnet test, which keeps what a test says until the test has ended.
    private static ProcessStartInfo Soak(string results, double minutes)
    {
        var start = TestsOf("Faults", ["-class", "*SoakTests", "-explicit", "only", "-parallel", "none", "-trx", Path.Combine(results, "soak.trx")]);
        // There are two: of everything, and of the sequencer's leaders.
        start.Environment["PLATFORM_SOAK"] = (minutes / 2).ToString(CultureInfo.InvariantCulture);
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
