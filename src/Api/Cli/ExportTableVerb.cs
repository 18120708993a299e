using System.CommandLine;
using Npgsql;
using Platform.Api.Analytics;
using Platform.Api.Hosting;
using Platform.Api.Http;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Api.Cli;

/// <summary><c>./platform export-table</c>: a view of schema <c>analytics</c> as CSV or JSON lines.</summary>
internal static class ExportTableVerb
{
    private const string Unfinished = ".unfinished";

    public static Command Create()
    {
        var tables = AnalystViews.Of(ReadModels.All);
        var name = new Argument<string>("name") { Description = $"The view: {string.Join(", ", tables.Select(t => t.Name))}" };
        name.AcceptOnlyFromAmong([.. tables.Select(t => t.Name)]);
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant's rows; default: those of all", HelpName = "ID" };
        var format = new Option<string>("--format") { Description = "csv or jsonl", DefaultValueFactory = _ => "csv" };
        format.AcceptOnlyFromAmong("csv", "jsonl");
        var since = new Option<string?>("--since") { Description = "Only rows that changed at this RFC 3339 time or later", HelpName = "TIME" };
        since.Validators.Add(given => { if (given.GetValueOrDefault<string?>() is { } text && Reading.Time(text) is null) given.AddError("--since takes an RFC 3339 time, such as 2030-12-31T00:00:00Z."); });
        var output = new Option<FileInfo?>("--out") { Description = "The file to write; default: standard output", HelpName = "FILE" };
        var command = new Command("export-table", "Write what analysts see of a read model as CSV (RFC 4180) or JSON lines") { name, tenant, format, since, output };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(DataOption.Instance), tables.Single(t => t.Name == parsed.GetRequiredValue(name)), parsed.GetValue(tenant),
            parsed.GetValue(format) == "csv", parsed.GetValue(since) is { } at ? Reading.Time(at) : null, parsed.GetValue(output)?.FullName));
        return command;
    }

    private static async Task<int> RunAsync(string data, AnalystTable table, string? tenant, bool isCsv, DateTimeOffset? since, string? file)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            if (since is not null && table.Changed is null)
                throw new InvalidOperationException($"{table.Name} doesn't tell when a row changed, so it takes no --since.");
            await using var instance = await Instance.OpenAsync(data, own: false, log.CreateLogger("Postgres"), stop.Token);
            await using var database = new Database(instance.Connections, OfflineStore.Patience);
            var rows = new AnalystRows(tenant is null ? database.Projections : database.App, tenant, table);
            if (file is null)
            {
                await using var output = Console.OpenStandardOutput();
                await WriteAsync(output, new TableFile(table, isCsv), rows, since, _ => { }, stop.Token);
                return 0;
            }
            var total = await rows.CountAsync(since, stop.Token);
            var written = await ProgressBar.RunAsync(table.Name, "rows", async bar =>
            {
                // Under another name until it's whole, so that nobody takes half a file for one.
                await using (var output = new FileStream(file + Unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                    total = await WriteAsync(output, new TableFile(table, isCsv), rows, since, done => bar.Report(done, Math.Max(done, total)), stop.Token);
                File.Move(file + Unfinished, file, overwrite: true);
                return total;
            });
            Console.WriteLine($"exported {written} rows of {table.Name}, {(tenant is null ? "all tenants" : $"tenant {tenant}")}: {file}");
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or NpgsqlException or EmbeddedPostgresException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"Nothing was exported: {ErrorText.Of(e)}");
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing was exported.");
            return 2;
        }
    }

    private static async Task<long> WriteAsync(Stream output, TableFile file, AnalystRows rows, DateTimeOffset? since, Action<long> report, CancellationToken cancel)
    {
        var written = 0L;
        await output.WriteAsync(file.Header, cancel);
        await foreach (var page in file.PagesAsync(rows, since, cancel))
        {
            await output.WriteAsync(file.Lines(page), cancel);
            report(written += page.Count);
        }
        await output.FlushAsync(cancel);
        return written;
    }
}
