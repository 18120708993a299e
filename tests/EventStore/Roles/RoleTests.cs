using Npgsql;

namespace Platform.EventStore.Tests.Roles;

/// <summary>No role of ours can change what was written, and the guard stops even a superuser who forgets who he is.</summary>
public sealed class RoleTests(StoreFixture fixture) : IClassFixture<StoreFixture>, IAsyncLifetime
{
    private const string Denied = PostgresErrorCodes.InsufficientPrivilege;
    private const string AppendOnly = "PL001";

    public static readonly TheoryData<string> Roles =
        ["platform_app", "platform_sequencer", "platform_projections", "platform_auditor", "platform_foreign"];

    private static readonly string[] LedgerTables = ["epoch", "event", "pending", "log"];

    public async ValueTask InitializeAsync()
    {
        await fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        await fixture.SequenceAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Nobody_can_change_or_remove_events(string role)
    {
        await using var pool = fixture.As(role);
        foreach (var statement in Changes("public.mt_events", "data = '{}'"))
            (await pool.RefusalAsync(statement, StoreFixture.Tenant)).ShouldBe(Denied, $"{role}: {statement}");
        (await pool.RefusalAsync("delete from public.mt_streams", StoreFixture.Tenant)).ShouldBe(Denied);
        (await pool.RefusalAsync("truncate public.mt_streams cascade", StoreFixture.Tenant)).ShouldBe(Denied);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Nobody_can_change_or_remove_what_the_ledger_has(string role)
    {
        await using var pool = fixture.As(role);
        foreach (var table in LedgerTables)
            foreach (var statement in Changes($"ledger.{table}", $"{(table is "epoch" or "event" ? "epoch" : "events")} = 1"))
                (await pool.RefusalAsync(statement, StoreFixture.Tenant)).ShouldBe(Denied, $"{role}: {statement}");
    }

    [Fact]
    public async Task The_application_and_foreign_writers_have_nothing_on_the_ledgers_tables()
    {
        foreach (var role in new[] { "platform_app", "platform_foreign" })
        {
            await using var pool = fixture.As(role);
            foreach (var table in LedgerTables)
            {
                (await pool.RefusalAsync($"select * from ledger.{table}", StoreFixture.Tenant)).ShouldBe(Denied);
                (await pool.RefusalAsync($"insert into ledger.{table} select * from ledger.{table}", StoreFixture.Tenant)).ShouldBe(Denied);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Only_the_sequencer_inserts_into_the_log_and_nobody_into_the_chain(string role)
    {
        await using var pool = fixture.As(role);
        (await pool.RefusalAsync("insert into ledger.event values (99, 1, 0, 0, '\\x00')")).ShouldBe(Denied);
        (await pool.RefusalAsync("insert into ledger.epoch values (99, 'x')")).ShouldBe(Denied);
        (await pool.RefusalAsync("insert into ledger.pending select * from ledger.pending")).ShouldBe(Denied);
        (await pool.RefusalAsync("begin; insert into ledger.log values (999, 999, 1, 1, 1, 1, gen_random_uuid(), 1, 'x'); rollback")).ShouldBe(role == "platform_sequencer" ? null : Denied);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Only_the_application_and_foreign_writers_append(string role)
    {
        await using var pool = fixture.As(role);
        var stream = Guid.CreateVersion7();
        var refusal = await pool.RefusalAsync($"""
            insert into public.mt_streams (tenant_id, id) values ('{StoreFixture.Tenant}', '{stream}');
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            values (nextval('public.mt_events_sequence'), gen_random_uuid(), '{stream}', 1, '1', 'x', now(), '{StoreFixture.Tenant}');
            """, StoreFixture.Tenant);
        refusal.ShouldBe(role is "platform_app" or "platform_foreign" ? null : Denied);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Nobody_makes_objects_but_projections_their_models(string role)
    {
        await using var pool = fixture.As(role);
        foreach (var schema in new[] { "public", "ledger", "platform", "read", "analytics" })
            (await pool.RefusalAsync($"create table {schema}.made_by_{role} (x int)"))
                .ShouldBe(role == "platform_projections" && schema is ("read" or "analytics") ? null : Denied, $"{role} in {schema}");
        (await pool.RefusalAsync("create schema mine")).ShouldBe(Denied);
        (await pool.RefusalAsync("create function public.f() returns int language sql return 1")).ShouldBe(Denied);
        (await pool.RefusalAsync("create role mine")).ShouldBe(Denied);
        (await pool.RefusalAsync("drop trigger ledger_guard on public.mt_events")).ShouldBe(Denied);
        (await pool.RefusalAsync("alter table public.mt_events disable trigger all")).ShouldBe(Denied);
        (await pool.RefusalAsync("set session_replication_role = replica")).ShouldBe(Denied);
    }

    [Fact]
    public async Task The_guard_refuses_a_superuser_too()
    {
        foreach (var (table, column) in new[] { ("public.mt_events", "type = 'x'"), ("ledger.event", "epoch = 1"), ("ledger.log", "events = 1"), ("ledger.pending", "events = 1"), ("ledger.epoch", "origin = 'x'") })
            foreach (var statement in Changes(table, column))
                (await fixture.Owner.RefusalAsync(statement)).ShouldBe(AppendOnly, statement);
    }

    [Fact]
    public async Task A_lease_cannot_be_written_past_its_functions()
    {
        foreach (var role in new[] { "platform_app", "platform_sequencer", "platform_projections", "platform_auditor", "platform_foreign" })
        {
            await using var pool = fixture.As(role);
            (await pool.RefusalAsync("update platform.lease set epoch = 99")).ShouldBe(Denied);
        }
        (await fixture.Database.App.RefusalAsync("select platform.take_lease('sequencer', gen_random_uuid(), interval '1 hour')")).ShouldBe(Denied);
        (await fixture.Database.App.RefusalAsync("select taken from ledger.sequence(gen_random_uuid(), 1, 1)")).ShouldBe(Denied);
    }

    private static string[] Changes(string table, string set) => [$"update {table} set {set}", $"delete from {table}", $"truncate {table} cascade"];
}
