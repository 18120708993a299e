using System.Text.RegularExpressions;
using Npgsql;
using Platform.Api.Tests.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

/// <summary><c>./platform analyst</c> and <c>export-table</c> on an instance that is running.</summary>
public sealed partial class AnalystVerbsTests : IAsyncLifetime
{
    private PlatformApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync();
        using var admin = _app.Client();
        await admin.ArticleAsync();
        (await _app.Store.QuerySession(PlatformApp.DemoTenant).WaitForAllAsync("item_details", TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_login_is_printed_ready_to_use_and_taken_away()
    {
        var made = await RunAsync("analyst", "--tenant", PlatformApp.DemoTenant, "--purpose", "Weekly report");
        made.ExitCode.ShouldBe(0, made.Errors);
        var psql = PsqlLine().Match(made.Output);
        var (host, port, database, user, password) = (psql.Groups[1].Value, psql.Groups[2].Value, psql.Groups[3].Value, psql.Groups[4].Value, psql.Groups[5].Value);
        var connectionString = new NpgsqlConnectionStringBuilder { Host = host, Port = int.Parse(port, null), Database = database, Username = user, Password = password, Pooling = false }.ConnectionString;
        await using (var analyst = await AnalystSql.OpenAsync(connectionString))
            (await analyst.RowsAsync("select title from items")).ShouldHaveSingleItem()[0].ShouldBe("First light");
        made.Output.ShouldContain($"postgresql://{user}:{password}@{host}:{port}/{database}");

        (await RunAsync("analyst", "--tenant", PlatformApp.DemoTenant, "--revoke")).ExitCode.ShouldBe(0);
        await Should.ThrowAsync<PostgresException>(() => AnalystSql.OpenAsync(connectionString));
        var unknown = await RunAsync("analyst", "--tenant", "nosuchtenant");
        (unknown.ExitCode, unknown.Errors.Trim()).ShouldBe((2, "There is no tenant nosuchtenant."));
        var refused = await RunAsync("analyst", "--tenant", PlatformApp.DemoTenant, "--purpose", " ");
        (refused.ExitCode, refused.Errors.Trim()).ShouldBe((1, "purpose: Is required."));
    }

    [Fact]
    public async Task A_table_is_written_whole_or_not_at_all()
    {
        var file = Path.Combine(_app.DataDirectory, "items.jsonl");
        var written = await RunAsync("export-table", "items", "--tenant", PlatformApp.DemoTenant, "--format", "jsonl", "--out", file);
        written.ExitCode.ShouldBe(0, written.Errors);
        written.Output.ShouldContain("exported 1 rows of items");
        (await File.ReadAllLinesAsync(file)).ShouldHaveSingleItem().ShouldContain("\"title\":\"First light\"");
        File.Exists(file + ".unfinished").ShouldBeFalse();

        var csv = await RunAsync("export-table", "sites");
        csv.ExitCode.ShouldBe(0, csv.Errors);
        csv.Output.Split("\r\n").Length.ShouldBe(3);
        (await RunAsync("export-table", "items", "--tenant", "tenantbbbbbb")).Output.Split("\r\n").Length.ShouldBe(2, "a header");
        (await RunAsync("export-table", "items", "--since", "2999-01-01T00:00:00Z")).Output.Split("\r\n").Length.ShouldBe(2);
        foreach (var wrong in new[] { ["pg_authid"], ["items", "--format", "xml"], ["items", "--since", "yesterday"], new[] { "site_content", "--since", "2030-01-01T00:00:00Z" } })
            (await RunAsync(["export-table", .. wrong])).ExitCode.ShouldBe(2, string.Join(' ', wrong));
    }

    [Fact]
    public async Task The_data_dictionary_is_checked() => (await RunAsync("data-dictionary", "--check")).ExitCode.ShouldBe(0);

    private Task<Verb> RunAsync(params string[] arguments) => Verb.RunAsync(_app, arguments);

    [GeneratedRegex("^psql \"host=(\\S+) port=(\\d+) dbname=(\\S+) user=(\\S+) password=(\\w+)\"$", RegexOptions.Multiline)]
    private static partial Regex PsqlLine();
}
