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
}
