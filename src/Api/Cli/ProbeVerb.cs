using System.CommandLine;
using Npgsql;
using Platform.Api.Hosting;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Processors.Security;

namespace Platform.Api.Cli;

/// <summary><c>./platform probe</c>: tries out what the platform promises.</summary>
internal static class ProbeVerb
{
    public static Command Create()
    {
        var isolation = new Command("isolation", "Try whether tenants are kept apart in every table; exit 0 they are, 1 findings, 2 couldn't run") { ProjectionsVerb.User };
        isolation.SetAction(parsed => RunAsync(parsed.GetRequiredValue(DataOption.Instance), parsed.GetRequiredValue(ProjectionsVerb.User)));
        return new Command("probe", "Try out what the platform promises, and record what was found") { isolation };
    }

    private static async Task<int> RunAsync(string data, string user)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            await using var offline = await OfflineStore.OpenAsync(data, log.CreateLogger("Postgres"), stop.Token, projects: true);
            var (prober, id) = (new IsolationProber(offline.Store, offline.Runner), Guid.CreateVersion7());
            RecordIsolationProbe? report = null;
            // Ours before it's known: a running host would begin with it as soon as it reads of it.
            while (!await prober.TryExclusivelyAsync(async cancel =>
            {
                await prober.RequestAsync(id, user, "cli", cancel);
                report = await prober.RunAsync(id, cancel);
            }, stop.Token))
                await Task.Delay(TimeSpan.FromSeconds(1), stop.Token);
            foreach (var found in report!.Findings)
                Console.WriteLine($"{found.Rule}  {found.Subject}\n  {found.Detail}");
            Console.WriteLine($"{report.Tables} tables, {report.TablesWithRows} with rows of the other tenant, {report.Attempts} attempts, {report.Findings.Length} findings; probe {id}");
            return report.Findings.IsEmpty ? 0 : 1;
        }
        catch (Exception e) when (e is InvalidOperationException or NpgsqlException or EmbeddedPostgresException or LeaseLostException)
        {
            await Console.Error.WriteLineAsync($"The probe couldn't run: {ErrorText.Of(e)}");
            return 2;
        }
    }
}
