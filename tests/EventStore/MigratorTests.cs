using Npgsql;
using Platform.Tests;

namespace Platform.EventStore.Tests;

public class MigratorTests
{
    private const string Log = "platform.example/test";

    [Fact]
    public async Task A_migrated_database_is_left_as_it_is()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
        (await Migrator.MigrateAsync(owner, Log)).ShouldBe(Migrator.Scripts.Select(s => s.Id));
        (await Migrator.MigrateAsync(owner, "platform.example/another")).ShouldBeEmpty();
        (await owner.ScalarAsync<string>("select origin from ledger.epoch")).ShouldBe($"{Log}/1");
    }

    [Fact]
    public async Task Eight_nodes_may_start_on_an_empty_database_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
            return await Migrator.MigrateAsync(owner, Log);
        })));
        applied.SelectMany(a => a).Order().ShouldBe(Migrator.Scripts.Select(s => s.Id));
    }

    [Fact]
    public async Task Databases_of_one_cluster_may_be_migrated_at_once_and_share_the_roles() =>
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var database = await TestDatabase.CreateAsync();
            await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
            (await Migrator.MigrateAsync(owner, Log)).Count.ShouldBe(Migrator.Scripts.Count);
        })));

    [Fact]
    public async Task A_script_that_changed_after_it_was_applied_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
        await Migrator.MigrateAsync(owner, Log);
        await owner.RunAsync("update public.platform_migration set digest = 'other' where id = $1", Migrator.Scripts[1].Id);
        (await Should.ThrowAsync<InvalidOperationException>(() => Migrator.MigrateAsync(owner, Log))).Message.ShouldContain(Migrator.Scripts[1].Id);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
        await Migrator.MigrateAsync(owner, Log);
        await owner.RunAsync("insert into public.platform_migration (id, digest) values ('9999_later', 'x')");
        (await Should.ThrowAsync<InvalidOperationException>(() => Migrator.MigrateAsync(owner, Log))).Message.ShouldContain("9999_later");
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
        await owner.RunAsync("create schema read");
        await Should.ThrowAsync<PostgresException>(() => Migrator.MigrateAsync(owner, Log));
        (await owner.ScalarAsync<bool>("select to_regclass('public.mt_events') is null and to_regclass('public.platform_migration') is null")).ShouldBeTrue();
        await owner.RunAsync("drop schema read");
        (await Migrator.MigrateAsync(owner, Log)).Count.ShouldBe(Migrator.Scripts.Count);
    }

    [Fact]
    public void Scripts_are_numbered_in_order() =>
        Migrator.Scripts.Select(s => s.Id[..4]).ShouldBe(Enumerable.Range(1, Migrator.Scripts.Count).Select(n => n.ToString("0000", null)));
}
