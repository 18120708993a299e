using System.CommandLine;
using Platform.Api.Audit;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary><c>./platform witness</c>: cosigns the checkpoints of logs on other machines (C2SP tlog-witness).</summary>
internal static class WitnessVerb
{
    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Name under which it signs, a URL without scheme", HelpName = "NAME", Required = true };
        var log = new Option<string[]>("--log") { Description = "Verifier key of a log (./platform keys list on its machine); several times for several", HelpName = "VKEY", Required = true };
        var urls = new Option<string>("--urls") { Description = "Where to listen", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8090" };
        var command = new Command("witness", "Cosign the checkpoints of other logs until stopped; needs no database") { name, log, urls };
        command.SetAction(parsed => RunAsync(
            Path.Combine(parsed.GetRequiredValue(DataOption.Instance), "witness"), parsed.GetRequiredValue(name), parsed.GetRequiredValue(log), parsed.GetRequiredValue(urls)));
        return command;
    }

    private static async Task<int> RunAsync(string directory, string name, string[] logs, string url)
    {
        using var stop = new StopSignal();
        try
        {
            using var witness = new WitnessServer(directory, name, [.. logs.Select(VerifierKey.Parse)], TimeProvider.System);
            await using var app = witness.Build(url);
            await app.StartAsync(stop.Token);
            Console.WriteLine($"ready {app.Urls.First()}");
            Console.WriteLine($"  in the log's policy file: witness NAME {witness.Key} {app.Urls.First()}");
            await app.WaitForShutdownAsync(stop.Token);
            return 0;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }
}
