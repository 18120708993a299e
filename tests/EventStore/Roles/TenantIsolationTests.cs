using Npgsql;

namespace Platform.EventStore.Tests.Roles;

/// <summary>A tenant sees and writes its own, by the database, whatever the code above asks for.</summary>
public sealed class TenantIsolationTests(StoreFixture fixture) : IClassFixture<StoreFixture>, IAsyncLifetime
{
    private static readonly string[] Tables = ["public.mt_streams", "public.mt_events", "platform.snapshot", "platform.idempotency"];

    private readonly Guid _stream = Guid.CreateVersion7();

    public async ValueTask InitializeAsync()
    {
        var store = fixture.Compose(snapshotEvery: 0);
        foreach (var text in new[] { "one", "two" })
        {
            var session = store.LightweightSession(new SessionOptions(StoreFixture.Tenant));
            session.UseIdempotencyKey(new IdempotencyKey($"{_stream}/{text}", [1], 201, _stream));
            (await session.Events.FetchForWriting<Notebook>(_stream)).AppendOne(new PageWritten(text));
            await session.SaveChangesAsync();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_tenant_sees_its_own_rows_and_another_one_none()
    {
        foreach (var table in Tables)
        {
            (await CountAsync(table, StoreFixture.Tenant)).ShouldBeGreaterThan(0, table);
            (await CountAsync(table, "strangers222")).ShouldBe(0, table);
            (await CountAsync(table, DocumentStore.PlatformTenant)).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task Without_a_tenant_or_with_an_empty_one_nothing_is_there()
    {
        foreach (var table in Tables)
        {
            (await CountAsync(table, "")).ShouldBe(0, table);
            (await fixture.Database.App.ScalarAsync<long>($"select count(*) from {table}")).ShouldBe(0, table);
        }
        await fixture.Owner.RunAsync("insert into public.mt_streams (tenant_id, id) values ('', gen_random_uuid())");
        (await CountAsync("public.mt_streams", "")).ShouldBe(0);
    }

    [Fact]
    public async Task A_session_of_another_tenant_finds_nothing_under_the_same_id()
    {
        var other = fixture.Session("tenantcccccc");
        (await other.Events.FetchStreamAsync(_stream)).ShouldBeEmpty();
        (await other.Events.FetchStreamStateAsync(_stream)).ShouldBeNull();
        (await other.Events.AggregateStreamAsync<Notebook>(_stream)).State.ShouldBe(Notebook.Initial);
        (await other.Events.FetchReceiptAsync(_stream, 1, 9)).ShouldBeEmpty();
        (await other.FindOutcomeAsync($"{_stream}/one", DateTimeOffset.UtcNow)).ShouldBeNull();
    }

    [Fact]
    public async Task The_same_stream_id_and_key_are_free_in_another_tenant()
    {
        var other = fixture.Session(StoreFixture.OtherTenant);
        other.UseIdempotencyKey(new IdempotencyKey($"{_stream}/one", [1], 201, _stream));
        other.Events.StartStream<Notebook>(_stream, new PageWritten("theirs"));
        (await other.SaveChangesAsync()).ShouldHaveSingleItem().Version.ShouldBe(1);
        (await fixture.Session().Events.FetchStreamAsync(_stream)).Count.ShouldBe(2);
        (await fixture.VerifyAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rows_for_another_tenant_are_refused()
    {
        foreach (var statement in new[]
        {
            $"insert into public.mt_streams (tenant_id, id) values ('{StoreFixture.OtherTenant}', gen_random_uuid())",
            $"update public.mt_streams set tenant_id = '{StoreFixture.OtherTenant}'",
            $"insert into public.mt_streams (tenant_id, id) values ('', gen_random_uuid())",
            $"insert into platform.snapshot values ('{StoreFixture.OtherTenant}', gen_random_uuid(), 'x', 1, 1, '1')",
            $"insert into platform.idempotency values ('{StoreFixture.OtherTenant}', 'k', '', 200, gen_random_uuid(), 1, 1, now())",
            $"""
             insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
             values (nextval('public.mt_events_sequence'), gen_random_uuid(), '{_stream}', 3, '1', 'x', now(), '{StoreFixture.OtherTenant}')
             """,
        })
            (await fixture.Database.App.RefusalAsync(statement, StoreFixture.Tenant)).ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
    }

    [Fact]
    public async Task Another_tenants_rows_are_not_touched_by_updates_and_deletes()
    {
        var app = fixture.Database.App;
        (await app.RefusalAsync("update public.mt_streams set version = 99; delete from platform.snapshot; delete from platform.idempotency", StoreFixture.OtherTenant)).ShouldBeNull();
        (await CountAsync("platform.snapshot", StoreFixture.Tenant)).ShouldBeGreaterThan(0);
        (await CountAsync("platform.idempotency", StoreFixture.Tenant)).ShouldBeGreaterThan(0);
        (await fixture.Session().Events.FetchStreamStateAsync(_stream))!.Version.ShouldBe(2);
    }

    private async Task<long> CountAsync(string table, string tenant)
    {
        await using var connection = await fixture.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var set = new NpgsqlCommand("select set_config('platform.tenant', $1, true)", connection) { Parameters = { new() { Value = tenant } } };
        await set.ExecuteNonQueryAsync();
        await using var count = new NpgsqlCommand($"select count(*) from {table}", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
