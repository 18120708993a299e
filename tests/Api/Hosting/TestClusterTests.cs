using Npgsql;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

public sealed class TestClusterTests
{
    [Fact]
    public async Task A_template_is_prepared_once_and_copied_by_many_at_once()
    {
        var prepared = 0;
        var name = NewName();
        var databases = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await TestDatabase.CreateAsync(
            await TestCluster.TemplateAsync(name, async connectionString =>
            {
                Interlocked.Increment(ref prepared);
                await connectionString.QueryAsync("create table t as select 7 as seven");
            }))));

        prepared.ShouldBe(1);
        databases.Select(database => database.Name).Distinct().Count().ShouldBe(8);
        foreach (var database in databases)
        {
            (await database.ConnectionString.QueryAsync("select seven from t")).ShouldBe(7);
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_template_whose_preparation_failed_is_prepared_anew()
    {
        var name = NewName();
        await Should.ThrowAsync<PostgresException>(() => TestCluster.TemplateAsync(name, async connectionString =>
        {
            await connectionString.QueryAsync("create table t (i int)");
            await connectionString.QueryAsync("select from missing");
        }));

        await using var database = await TestDatabase.CreateAsync(
            await TestCluster.TemplateAsync(name, connectionString => connectionString.QueryAsync("create table t (i int)")));
        (await database.ConnectionString.QueryAsync("select count(*) from t")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_test_database_is_dropped_whoever_is_still_connected()
    {
        var database = await TestDatabase.CreateAsync();
        await using var left = new NpgsqlConnection(database.ConnectionString);
        await left.OpenAsync();
        await database.DisposeAsync();

        (await (await TestCluster.ConnectionStringAsync()).QueryAsync($"select 1 from pg_database where datname = '{database.Name}'"))
            .ShouldBeNull();
    }

    private static string NewName() => $"t{Guid.NewGuid():N}";
}
