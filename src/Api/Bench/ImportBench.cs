using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Api.Cli;
using Platform.Api.Content;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Sites;

namespace Platform.Api.Bench;

/// <summary>Imports articles by the code of <c>./platform import</c>, read models following, beside raw appends of the same bodies in the same transactions.</summary>
internal sealed class ImportBench(BenchDatabase database, CancellationToken cancel)
{
    private const string Tenant = "benchtenant3";
    private readonly List<string[]> _rows = [];

    /// <param name="articles">A directory, or null.</param>
    /// <param name="generated">How many more to make; 0: none.</param>
    public async Task RunAsync(string? articles, int generated)
    {
        await using var floor = new RawFloor(database.Owner);
        await floor.PrepareAsync();
        await using var offline = await OfflineStore.OpenAsync(database.Directory, NullLogger.Instance, cancel, projects: true);
        if (articles is not null)
            await ImportAsync(articles, articles, offline, floor);
        if (generated > 0)
        {
            var directory = Path.Combine(Path.GetTempPath(), $"platform-bench-articles-{Guid.CreateVersion7():N}");
            try
            {
                BenchReport.Progress($"import: writing {generated:#,##0} articles");
                await GeneratedArticles.WriteAsync(directory, generated, cancel);
                await ImportAsync($"{generated:#,##0} generated", directory, offline, floor);
            }
            finally
            {
                if (Directory.Exists(directory))
                    Directory.Delete(directory, recursive: true);
            }
        }
        BenchReport.Table("Import", ["articles", "items", "events", "refused", "read s", "written s", "items/s", "events/s", "floor: the same bodies, events/s", "ours / floor"], _rows);
    }

    private async Task ImportAsync(string name, string directory, OfflineStore offline, RawFloor floor)
    {
        var options = new ImportOptions(Tenant, await StartSiteAsync(offline.Store), Archive: false);
        var import = new ArticleImport(offline.Store, options);
        var start = await LastSequenceAsync();
        var clock = Stopwatch.StartNew();
        var files = await ArticleDirectory.ListAsync(directory, offline.Database.App, cancel);
        var plan = await import.PlanAsync(files, (done, total) => Report("read", done, total), cancel);
        var read = clock.Elapsed.TotalSeconds;
        var report = await import.ApplyAsync(plan, (done, total) => Report("import", done, total), cancel);
        var elapsed = clock.Elapsed.TotalSeconds;

        var appends = await AppendsAsync(start);
        var events = appends.Sum(a => a.Length);
        BenchReport.Progress($"import: raw appends of the same {events:#,##0} bodies");
        clock.Restart();
        await Parallel.ForEachAsync(Enumerable.Range(0, options.Workers), cancel, async (writer, _) =>
        {
            for (var n = writer; n < appends.Count; n += options.Workers)
                await floor.AppendAsync(writer, Guid.CreateVersion7(), appends[n], Tenant);
        });
        var raw = events / clock.Elapsed.TotalSeconds;
        _rows.Add([name, $"{report.Created:#,##0}", $"{events:#,##0}", $"{report.Refused.Length:#,##0}", BenchReport.Number(read), BenchReport.Number(elapsed - read),
            BenchReport.Number(report.Created / elapsed), BenchReport.Number(events / elapsed), BenchReport.Number(raw), BenchReport.Number(events / elapsed / raw)]);
    }

    private long _nextReport;

    private void Report(string what, long done, long total)
    {
        if (Environment.TickCount64 < Volatile.Read(ref _nextReport))
            return;
        Volatile.Write(ref _nextReport, Environment.TickCount64 + 1_000);
        BenchReport.Progress($"import: {what} {done:#,##0} of {total:#,##0} ({100 * done / Math.Max(1, total)} %)");
    }

    private async Task<Guid> StartSiteAsync(DocumentStore store)
    {
        var site = Guid.CreateVersion7();
        var result = await new CommandRunner(store).RunAsync(new Arrival(Tenant, "bench", "bench"), StatusCodes.Status201Created,
            (session, c) => SiteCommands.Create(new CreateSite(site, "Bench", $"{site:N}.example", Fields.Empty), session, c), cancel);
        return result is CommandResult.Accepted ? site : throw new InvalidOperationException($"The site was refused: {result}.");
    }

    private Task<long> LastSequenceAsync() => database.ScalarAsync<long>("select coalesce(max(seq_id), 0) from public.mt_events");

    // The bodies of each transaction, in order.
    private async Task<List<byte[][]>> AppendsAsync(long after)
    {
        await using var command = database.Owner.CreateCommand(
            "select convert_to(data::text, 'UTF8'), headers ->> 'hlc' from public.mt_events where tenant_id = $1 and seq_id > $2 order by seq_id");
        command.Parameters.Add(new NpgsqlParameter { Value = Tenant });
        command.Parameters.Add(new NpgsqlParameter { Value = after });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var (appends, current, clock) = (new List<byte[][]>(), new List<byte[]>(), "");
        while (await reader.ReadAsync(cancel))
        {
            // The clock of an append is its own, also where several shared a transaction.
            if (reader.GetString(1) != clock && current.Count > 0)
            {
                appends.Add([.. current]);
                current.Clear();
            }
            clock = reader.GetString(1);
            current.Add(reader.GetFieldValue<byte[]>(0));
        }
        if (current.Count > 0)
            appends.Add([.. current]);
        return appends;
    }
}
