using System.CommandLine;
using Npgsql;
using Platform.Api.Content;
using Platform.Api.Hosting;

namespace Platform.Api.Cli;

/// <summary><c>./platform import</c>: a directory of Markdown articles into a site, by commands.</summary>
internal static class ImportVerb
{
    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("DIR") { Description = "Directory of Markdown files with front matter" };
        var site = new Option<Guid>("--site") { Description = "The site that they go to", HelpName = "ID", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "The site's tenant; default: the demo tenant", HelpName = "ID" };
        var type = new Option<string>("--type") { Description = "Content type; defined if it isn't", DefaultValueFactory = _ => "article" };
        var locale = new Option<string>("--locale") { Description = "Language tag of files that name none", DefaultValueFactory = _ => "en" };
        var user = new Option<string>("--user") { Description = "Who is recorded as having done it", DefaultValueFactory = _ => ArticleImport.Trigger };
        var publish = new Option<bool>("--publish") { Description = "Publish what an import created or changed, except files that say draft: true" };
        var noArchive = new Option<bool>("--no-archive") { Description = "Leave the items of files that are gone" };
        var archiveMost = new Option<bool>("--archive-most") { Description = "Archive even when that is most of what was imported to the site before" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be done" };
        var workers = new Option<int>("--workers") { Description = "Files worked on at the same time, 1 to 32", DefaultValueFactory = _ => 4 };
        workers.Must(given => given is >= 1 and <= 32, "--workers takes 1 to 32.");
        var command = new Command("import", "Import Markdown articles as commands; exit 0 all imported, 1 some refused, 2 couldn't run")
        {
            directory, site, tenant, type, locale, user, publish, noArchive, archiveMost, dryRun, workers,
        };
        command.SetAction(parsed =>
        {
            var data = parsed.GetRequiredValue(DataOption.Instance);
            return RunAsync(data, parsed.GetRequiredValue(directory).FullName, parsed.GetValue(dryRun), parsed.GetValue(archiveMost), new ImportOptions(
                parsed.GetValue(tenant) ?? DevelopmentFile.TenantOf(data), parsed.GetValue(site), parsed.GetRequiredValue(type), parsed.GetRequiredValue(locale),
                parsed.GetRequiredValue(user), parsed.GetValue(publish), Archive: !parsed.GetValue(noArchive), parsed.GetValue(workers)));
        });
        return command;
    }

    private static async Task<int> RunAsync(string data, string directory, bool isDryRun, bool archivesMost, ImportOptions options)
    {
        using var stop = new StopSignal();
        using var log = ConsoleLog.Create();
        try
        {
            await using var offline = await OfflineStore.OpenAsync(data, log.CreateLogger("Postgres"), stop.Token, projects: true);
            var import = new ArticleImport(offline.Store, options);
            var files = await ArticleDirectory.ListAsync(directory, offline.Database.App, stop.Token);
            var plan = await ProgressBar.RunAsync("read", "files", bar => import.PlanAsync(files, bar.Report, stop.Token));
            if (plan.ArchivesMost && !isDryRun && !archivesMost)
                throw new ImportImpossibleException($"{plan.Gone.Length} of the site's imported items would be archived, more than stay: is {directory} the directory they came from? "
                    + "--no-archive leaves them, --archive-most archives them.");
            var report = isDryRun ? plan.Expected : await ProgressBar.RunAsync("import", "files", bar => import.ApplyAsync(plan, bar.Report, stop.Token));
            foreach (var (path, reason) in report.Refused)
                await Console.Error.WriteLineAsync($"{path}: {reason}");
            Console.WriteLine(isDryRun ? $"would be {report}" : report);
            return report.Refused.IsEmpty ? 0 : 1;
        }
        catch (Exception e) when (e is ImportImpossibleException or DirectoryNotFoundException or NpgsqlException or EmbeddedPostgresException)
        {
            await Console.Error.WriteLineAsync($"The import stopped: {ErrorText.Of(e)} What was imported stays; run it again to go on.");
            return 2;
        }
    }
}
