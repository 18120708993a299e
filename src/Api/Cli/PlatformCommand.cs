using System.CommandLine;

namespace Platform.Api.Cli;

/// <summary>The program's command line: one verb a file.</summary>
public static class PlatformCommand
{
    /// <summary>Runs the verb that the arguments name; without arguments, prints what there is.</summary>
    /// <returns>The exit code: 0 when the verb succeeded, 2 when the arguments make no sense.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Platform: an event-sourced content platform whose event streams are a verifiable ledger.")
        {
            RunVerb.Create(),
            TestVerb.Create(),
            VerifyVerb.Create(),
            ExportVerb.Create(),
            KeysVerb.Create(),
            ReopenVerb.Create(),
            WitnessVerb.Create(),
            ProjectionsVerb.Create(),
            RebuildVerb.Create(),
            ProbeVerb.Create(),
            ImportVerb.Create(),
            ReplayVerb.Create(),
            ConformanceVerb.Create(),
            RecommendVerb.Create(),
            AnalystVerb.Create(),
            ExperimentsVerb.Create(),
            ExportTableVerb.Create(),
            DataDictionaryVerb.Create(),
            BenchVerb.Create(),
            TokenVerb.Create(),
            PsqlVerb.Create(),
            ClusterVerb.Create(),
        };
        root.Options.Add(DataOption.Instance);

        // Each verb answers signals itself: stopping a server takes longer than a fixed time-out, and psql wants Ctrl-C for itself.
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? 2 : code; // 1 is a verb's own answer, such as findings.
    }
}
