using Platform.Api.Analytics;
using Platform.EventStore;
using Platform.Projections;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

public sealed class DataDictionaryTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task The_file_is_up_to_date() =>
        (await File.ReadAllTextAsync(Path.Combine(Repository.Root, DataDictionary.File))).ShouldBe(DataDictionary.Of(Repository.Root), "run ./platform data-dictionary");

    [Fact]
    public async Task The_catalog_says_what_the_dictionary_says()
    {
        foreach (var table in AnalystViews.Of(ReadModels.All))
        {
            var columns = await RowsAsync($"""
                select a.attname::text, format_type(a.atttypid, null), col_description(a.attrelid, a.attnum)
                from pg_attribute a where a.attrelid = 'analytics.{table.Name}'::regclass and a.attnum > 0 order by a.attnum
                """);
            columns.Select(c => (c[0], Short(c[1]!), c[2])).ShouldBe(table.Columns.Select(c => ((string?)c.Name, c.Type, (string?)c.Description)), table.Name);
            (await RowsAsync($"select obj_description('analytics.{table.Name}'::regclass)"))[0][0]!.ShouldStartWith(table.Question);
            table.Key.ShouldBeSubsetOf(table.Columns.Where(c => !c.IsNullable).Select(c => c.Name));
        }
        (await RowsAsync("select relname::text from pg_class where relnamespace = 'analytics'::regnamespace order by 1")).Select(r => r[0])
            .ShouldBe(AnalystViews.Of(ReadModels.All).Select(t => t.Name));
    }

    [Fact]
    public async Task The_api_has_it_in_pages()
    {
        var all = (await As("analyst").AskAsync("/api/analytics/tables?limit=200")).ShouldBe(200);
        all.Items.Select(t => t.GetProperty("name").GetString()).ShouldBe(AnalystViews.Of(ReadModels.All).Select(t => t.Name));
        foreach (var column in all.Items.SelectMany(t => t.GetProperty("columns").EnumerateArray()))
            column.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace();
        var first = (await As("analyst").AskAsync("/api/analytics/tables?limit=2")).ShouldBe(200);
        var second = (await As("analyst").AskAsync($"/api/analytics/tables?limit=200&cursor={first.Next}")).ShouldBe(200);
        first.Items.Concat(second.Items).Select(t => t.GetRawText()).ShouldBe(all.Items.Select(t => t.GetRawText()));
    }

    private async Task<List<string?[]>> RowsAsync(string sql)
    {
        await using var connection = await Owner.OpenConnectionAsync();
        return await connection.RowsAsync(sql);
    }

    private static string Short(string type) => type switch
    {
        "character varying" => "varchar",
        "timestamp with time zone" => "timestamptz",
        _ => type,
    };
}
