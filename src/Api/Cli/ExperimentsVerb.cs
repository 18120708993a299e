using System.CommandLine;

namespace Platform.Api.Cli;

/// <summary><c>./platform experiments</c>: figures of experiments, without an instance.</summary>
internal static class ExperimentsVerb
{
    public static Command Create() =>
        new("experiments", "Statistics of experiments, of any data: analyze a file of units, size an experiment") { ExperimentsAnalyzeVerb.Create(), ExperimentsSizeVerb.Create() };
}
