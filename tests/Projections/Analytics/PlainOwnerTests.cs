using Npgsql;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Tests;

namespace Platform.Projections.Tests.Analytics;

/// <summary>Where the tables' owner isn't a superuser, as on a server that somebody else runs: it owns its database and may create roles.</summary>
public sealed class PlainOwnerTests
{
    [Fact]
    public async Task Logins_are_made_and_taken_away_with_their_sessions()
    {
        var cluster = await TestCluster.ConnectionStringAsync();
        var (owner, password) = ($"owner_{Guid.NewGuid():N}"[..20], ScramVerifier.NewPassword());
        await using var superuser = new NpgsqlConnection(cluster);
        await superuser.OpenAsync();
        // Its first database makes the roles of the platform, if none did.
        await (await PlatformDatabase.CreateAsync()).DisposeAsync();
        await superuser.RunAsync($"create role {owner} login createrole password '{password}'");
        await using var database = await TestDatabase.CreateAsync();
        await superuser.RunAsync($"alter database {database.Name} owner to {owner}");
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = owner, Password = password, Pooling = false }.ConnectionString;
        await using (var pool = NpgsqlDataSource.Create(connection))
            await Migrator.MigrateAsync(pool, "platform.example/test");

        await using var store = new Database(DatabaseConnections.Through(database.ConnectionString));
        var (tenant, stream, logins) = ("tenantaaaaaa", AnalystAccess.Id, new AnalystLogins(store));
        var options = new StoreOptions { Database = store };
        foreach (var entry in Platform.Domain.EventCatalog.All.Values)
            options.Events.Add(entry.Alias, entry.Json);
        async Task AppendAsync(object @event)
        {
            var session = new DocumentStore(options).LightweightSession(new SessionOptions(tenant));
            session.Events.Append(stream, @event);
            await session.SaveChangesAsync();
        }

        var secret = ScramVerifier.NewPassword();
        await AppendAsync(new AnalystAccessGranted("Test"));
        var login = (await logins.AllowAsync(tenant, stream, 1, ScramVerifier.Of(ScramVerifier.NewPassword()), default))!;
        await AppendAsync(new AnalystPasswordRotated("Test"));
        (await logins.AllowAsync(tenant, stream, 2, ScramVerifier.Of(secret), default)).ShouldBe(login);
        await using var analyst = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = login, Password = secret, Pooling = false }.ConnectionString);
        await analyst.OpenAsync();
        (await Should.ThrowAsync<PostgresException>(() => analyst.RunAsync("begin read write; create temporary table x (y int)"))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        await analyst.RunAsync("rollback; select pg_advisory_lock(1)");
        (await logins.WatchAsync(TimeSpan.FromMinutes(15), default)).ShouldBe(1);
        await AppendAsync(new AnalystAccessRevoked("Test"));
        await logins.RevokeAsync(tenant, stream, 3, default);
        (await cluster.QueryAsync($"select 1 from pg_roles where rolname = '{login}'")).ShouldBeNull();
        await Should.ThrowAsync<NpgsqlException>(async () =>
        {
            for (var n = 0; n < 200; n++, await Task.Delay(20))
                await analyst.RunAsync("select 1");
        });
    }
}
