using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore;
using Platform.Processors.Monitoring;
using Platform.Tests;

namespace Platform.Processors.Tests.Monitoring;

public sealed class OutcomeExpiryTests
{
    [Fact]
    public async Task Keys_of_every_tenant_are_forgotten_once_nobody_can_ask_for_them()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var database = new Database(platform.Connections);
        await platform.OwnerConnectionString.QueryAsync("""
            insert into platform.idempotency (tenant_id, key, fingerprint, status, stream_id, version, events, created_at)
            select t, k, '\x00', 200, gen_random_uuid(), 1, 1, now() - age
            from (values ('tenant222222', 'old', interval '26 hours'), ('tenant333333', 'old', interval '2 days'), ('tenant222222', 'new', interval '23 hours')) as v (t, k, age)
            """);

        var forgotten = await new OutcomeExpiry(database, TimeProvider.System, NullLogger<OutcomeExpiry>.Instance).ForgetAsync(CancellationToken.None);

        forgotten.ShouldBe(2);
        (await platform.OwnerConnectionString.QueryAsync("select string_agg(key, ',') from platform.idempotency")).ShouldBe("new");
    }

    [Fact]
    public async Task Ids_of_every_tenant_are_forgotten_after_two_days()
    {
        await using var platform = await PlatformDatabase.CreateAsync();
        await using var database = new Database(platform.Connections);
        await platform.OwnerConnectionString.QueryAsync("""
            insert into platform.accepted (tenant_id, id, accepted_at)
            select t, gen_random_uuid(), now() - age
            from (values ('tenant222222', interval '49 hours'), ('tenant333333', interval '3 days'), ('tenant222222', interval '47 hours')) as v (t, age)
            """);

        await new OutcomeExpiry(database, TimeProvider.System, NullLogger<OutcomeExpiry>.Instance).RunOnceAsync(CancellationToken.None);

        (await platform.OwnerConnectionString.QueryAsync("select count(*) from platform.accepted where accepted_at > now() - interval '48 hours'")).ShouldBe(1L);
        (await platform.OwnerConnectionString.QueryAsync("select count(*) from platform.accepted")).ShouldBe(1L);
    }
}
