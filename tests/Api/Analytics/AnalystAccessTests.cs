using Npgsql;
using Platform.Api.Sites;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Api.Tests.Analytics;

/// <summary>The login of a tenant's analysts, from its grant to its end.</summary>
public sealed class AnalystAccessTests(SharedApp shared) : OverHttp(shared)
{
    private static readonly string Path = $"/api/analytics/access/{AnalystAccess.Id}";

    [Fact]
    public async Task A_login_is_granted_changed_and_revoked_and_each_is_in_the_audit_trail()
    {
        (await Admin.AskAsync("/api/analytics/access")).ShouldBe(200).Items.ShouldBeEmpty();
        (await Admin.AskAsync(Path)).ShouldBeProblem(404, "not-found");
        (await Admin.PostAsync($"{Path}/revoke", """{"reason":"x"}""")).ShouldBeProblem(404, "not-found");

        var granted = (await Admin.PostAsync("/api/analytics/access", """{"purpose":"Weekly report"}""")).ShouldBe(201);
        (granted.Header("Location"), granted.Header("Cache-Control"), granted.Header("ETag")).ShouldBe((Path, "no-store", "\"1\""));
        granted.Json.GetProperty("events")[0].GetProperty("type").GetString().ShouldBe("analytics.access-granted");
        var first = AnalystSql.ConnectionString(App, granted);
        await using var session = await AnalystSql.OpenAsync(first);
        var access = (await Admin.AskAsync(Path)).ShouldBe(200);
        access.Json.GetProperty("login").GetString().ShouldBe(granted.Json.GetProperty("connection").GetProperty("login").GetString());
        access.Text.ShouldNotContain(granted.Json.GetProperty("connection").GetProperty("password").GetString()!);
        (await Admin.AskAsync("/api/analytics/access")).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("isGranted").GetBoolean().ShouldBeTrue();

        var rotated = (await Admin.PostAsync("/api/analytics/access", """{"purpose":"Laptop lost"}""")).ShouldBe(201);
        await IsRefusedAsync(first);
        await EndsAsync(session);
        var second = AnalystSql.ConnectionString(App, rotated);
        await using var other = await AnalystSql.OpenAsync(second);
        (await Admin.AskAsync($"{Path}?asOf=1")).ShouldBe(200).Json.GetProperty("purpose").GetString().ShouldBe("Weekly report");

        var revoked = (await Admin.PostAsync($"{Path}/revoke", """{"reason":"Not needed"}""")).ShouldBe(200);
        await IsRefusedAsync(second);
        await EndsAsync(other);
        (await Admin.PostAsync($"{Path}/revoke", """{"reason":"Again"}""")).ShouldBe(200).Receipt.Events.ShouldBeEmpty();
        (await Admin.AskAsync(Path)).Json.TryGetProperty("login", out _).ShouldBeFalse();
        (await Admin.AskAsync($"/api/audit?action=analytics.&after={revoked.Receipt.Events[0].Sequence}")).ShouldBe(200).Items.Select(e => e.GetProperty("action").GetString())
            .ShouldBe(["analytics.access-revoked", "analytics.password-rotated", "analytics.access-granted"]);
        (await App.Database.OwnerConnectionString.QueryRoleAsync(second)).ShouldBeNull();
    }

    [Fact]
    public async Task A_request_that_is_sent_again_tells_no_password_and_changes_none()
    {
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var first = (await Admin.PostAsync("/api/analytics/access", """{"purpose":"Report"}""", key)).ShouldBe(201);
        var again = (await Admin.PostAsync("/api/analytics/access", """{"purpose":"Report"}""", key)).ShouldBe(201);
        again.Receipt.Version.ShouldBe(1);
        again.Json.TryGetProperty("connection", out _).ShouldBeFalse();
        await (await AnalystSql.OpenAsync(AnalystSql.ConnectionString(App, first))).DisposeAsync();
    }

    [Fact]
    public async Task Of_requests_at_once_the_last_ones_password_counts()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Admin.PostAsync("/api/analytics/access", $$"""{"purpose":"Nr {{n}}"}""")));
        var last = answers.MaxBy(a => a.ShouldBe(201).Receipt.Version)!;
        last.Receipt.Version.ShouldBe(8);
        await (await AnalystSql.OpenAsync(AnalystSql.ConnectionString(App, last))).DisposeAsync();
        foreach (var earlier in answers.Where(a => a != last && a.Json.TryGetProperty("connection", out _)))
            await IsRefusedAsync(AnalystSql.ConnectionString(App, earlier));
    }

    [Fact]
    public async Task A_login_is_made_by_no_other_way_than_its_event()
    {
        var granted = (await Admin.PostAsync("/api/analytics/access", """{"purpose":"Report"}""")).ShouldBe(201);
        var (logins, verifier) = (new AnalystLogins(App.Store.Options.Database), ScramVerifier.Of("a"));
        (await logins.AllowAsync(Tenant, AnalystAccess.Id, 1, verifier, default)).ShouldBeNull("it was followed");
        (await logins.AllowAsync(Tenant, AnalystAccess.Id, 2, verifier, default)).ShouldBeNull("there is no such event");
        var other = TenantEndpoints.NewId();
        await As("admin", other).ArticleAsync();
        (await logins.AllowAsync(other, AnalystAccess.Id, 1, verifier, default)).ShouldBeNull("nor in another tenant, whose analysts were granted nothing");
        (await logins.FindAsync(other, default)).ShouldBeNull();
        (await Should.ThrowAsync<PostgresException>(() => logins.AllowAsync(Tenant, AnalystAccess.Id, 2, "plain", default))).SqlState.ShouldBe("22023");
        await logins.RevokeAsync(Tenant, AnalystAccess.Id, 2, default);
        await (await AnalystSql.OpenAsync(AnalystSql.ConnectionString(App, granted))).DisposeAsync();
    }

    [Fact]
    public async Task A_revocation_that_could_not_be_followed_at_once_is_followed_later()
    {
        var connectionString = await Admin.AnalystAsync(App);
        var session = App.Store.LightweightSession(new SessionOptions(Tenant));
        session.Events.Append(AnalystAccess.Id, new AnalystAccessRevoked("The node died just after this."));
        await session.SaveChangesAsync();
        await new AnalystLogins(App.Store.Options.Database).WatchAsync(TimeSpan.FromMinutes(15), default);
        await IsRefusedAsync(connectionString);
    }

    [Fact]
    public async Task Sessions_that_keep_others_waiting_are_ended()
    {
        var connectionString = await Admin.AnalystAsync(App);
        await using var quiet = await AnalystSql.OpenAsync(connectionString);
        await using var holding = await AnalystSql.OpenAsync(connectionString);
        await using var open = await AnalystSql.OpenAsync(connectionString);
        await holding.RowsAsync("select pg_advisory_lock(7)");
        await open.RowsAsync("begin; select count(*) from items");
        var logins = new AnalystLogins(App.Store.Options.Database);
        await logins.WatchAsync(TimeSpan.FromMinutes(15), default);
        await EndsAsync(holding);
        (await open.RowsAsync("select 1")).Count.ShouldBe(1);
        await Task.Delay(20);
        await logins.WatchAsync(TimeSpan.FromMilliseconds(10), default);
        await EndsAsync(open);
        (await quiet.RowsAsync("select 1")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{}", "purpose")]
    [InlineData("""{"purpose":""}""", "purpose")]
    [InlineData("""{"purpose":"x","tenant":"y"}""", "tenant")]
    public async Task What_it_is_for_is_asked(string body, string field) =>
        await RefusedAsync(() => Admin.PostAsync("/api/analytics/access", body), 422, "invalid", field);

    [Fact]
    public async Task An_operator_has_one_for_the_platforms_own_tenant_and_sees_all_tenants()
    {
        await using var analyst = await AnalystSql.OpenAsync(await As("operator").AnalystAsync(App));
        (await analyst.RowsAsync($"select name from tenants where id = '{Platform.Tests.PlatformApp.DemoTenant}'")).ShouldHaveSingleItem()[0].ShouldBe("Demo");
        (await analyst.RowsAsync("select distinct tenant_id from roles")).ShouldHaveSingleItem()[0].ShouldBe(DocumentStore.PlatformTenant);
    }

    private static async Task IsRefusedAsync(string connectionString) =>
        (await Should.ThrowAsync<PostgresException>(() => AnalystSql.OpenAsync(connectionString))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);

    // The session is told to end; that takes a moment.
    private static async Task EndsAsync(NpgsqlConnection session)
    {
        var error = await Should.ThrowAsync<NpgsqlException>(async () =>
        {
            for (var n = 0; n < 200; n++, await Task.Delay(20))
                await session.RowsAsync("select 1");
        });
        (error as PostgresException)?.SqlState.ShouldBe(PostgresErrorCodes.AdminShutdown);
    }
}
