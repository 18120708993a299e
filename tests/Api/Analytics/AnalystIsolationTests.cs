using Npgsql;
using Platform.EventStore;
using Platform.Projections;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>An analyst sees the rows of one tenant, in the views, and may change nothing: whatever is tried.</summary>
public sealed class AnalystIsolationTests(SharedApp shared) : OverHttp(shared), IAsyncLifetime
{
    private const string Denied = PostgresErrorCodes.InsufficientPrivilege;

    private readonly List<NpgsqlConnection> _sessions = [];
    private NpgsqlConnection _analyst = null!;
    private NpgsqlConnection _stranger = null!;

    public async ValueTask InitializeAsync()
    {
        var stranger = Stranger();
        foreach (var client in new[] { Admin, stranger })
            await client.ArticleAsync();
        var last = (await stranger.PostAsync("/api/content-types", """{"name":"note","fields":[]}""")).ShouldBe(201).Receipt;
        foreach (var view in AnalystViews.Of(ReadModels.All).Where(v => v.Projection is not null))
            (await App.Store.QuerySession(Tenant).WaitForAsync(view.Projection!, last.Events[^1].Sequence, TimeSpan.FromSeconds(30))).ShouldBeTrue();
        _sessions.Add(_analyst = await AnalystSql.OpenAsync(await Admin.AnalystAsync(App)));
        _sessions.Add(_stranger = await AnalystSql.OpenAsync(await stranger.AnalystAsync(App)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _sessions)
            await session.DisposeAsync();
        Dispose();
    }

    public static TheoryData<string> Views => [.. AnalystViews.Of(ReadModels.All).Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_view_has_the_rows_that_the_application_sees_and_no_others(string view)
    {
        var table = AnalystViews.Of(ReadModels.All).Single(v => v.Name == view);
        (await _analyst.RowsAsync($"select * from analytics.{view}")).Count.ShouldBeGreaterThanOrEqualTo(view is "items" or "sites" or "site_content" or "content_types" or "roles" or "freshness" ? 1 : 0);
        if (table.Projection is null)
            return;
        var expected = await new AnalystRows(App.Store.Options.Database.App, Tenant, table).CountAsync(null, default);
        (await _analyst.RowsAsync($"select * from analytics.{view}")).Count.ShouldBe((int)expected);
        var tenants = (await _analyst.RowsAsync($"select distinct tenant_id from analytics.{view}")).Select(row => row[0]);
        tenants.ShouldBeSubsetOf(view is "roles" or "site_configuration" ? [Tenant, DocumentStore.PlatformTenant] : [Tenant]);
        (await _stranger.RowsAsync($"select * from analytics.{view} where tenant_id = '{Tenant}'")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("set platform.tenant = 'STRANGER'")]
    [InlineData("select set_config('platform.tenant', 'STRANGER', false)")]
    [InlineData("set role platform_analyst")]
    [InlineData("set row_security = off")]
    [InlineData("set search_path = read, platform, public")]
    [InlineData("create function pg_temp.session_user() returns name language sql return 'STRANGER'")]
    [InlineData("set session_replication_role = replica")]
    [InlineData("set default_transaction_read_only = off")]
    public async Task No_setting_shows_another_tenants_rows(string attempt)
    {
        var other = (await _stranger.RowsAsync("select distinct tenant_id from items")).ShouldHaveSingleItem()[0]!;
        await _analyst.RefusalAsync(attempt.Replace("STRANGER", other, StringComparison.Ordinal));
        try
        {
            (await _analyst.RowsAsync("select distinct tenant_id from analytics.items")).Select(r => r[0]).ShouldBeSubsetOf([Tenant]);
            (await _analyst.RowsAsync("select distinct tenant_id from analytics.audit_trail")).Select(r => r[0]).ShouldBeSubsetOf([Tenant]);
        }
        catch (PostgresException e)
        {
            // row_security = off: refused rather than answered.
            e.SqlState.ShouldBe(Denied);
        }
    }

    [Theory]
    [InlineData("set role platform_app")]
    [InlineData("set role platform_projections")]
    [InlineData("set session authorization platform_app")]
    [InlineData("set session authorization postgres")]
    [InlineData("select * from read.items")]
    [InlineData("select * from read.item_details")]
    [InlineData("select * from read.item_details_1")]
    [InlineData("select * from read.find_audit('a', now(), 1, now(), now(), null, null, null, null, null, 1)")]
    [InlineData("select * from public.mt_events")]
    [InlineData("select * from platform.analyst_login")]
    [InlineData("select * from platform.projection")]
    [InlineData("select * from ledger.event")]
    [InlineData("select platform.analyst_tenant()")]
    [InlineData("select ledger.size()")]
    [InlineData("select platform.watch_analysts('1s')")]
    [InlineData("select platform.allow_analyst(gen_random_uuid(), 1, 'x')")]
    [InlineData("select table_to_xml((select c.oid from pg_class c where c.relname = 'item_details_1'), true, false, '')")]
    [InlineData("select query_to_xml('select * from read.item_details_1', true, false, '')")]
    [InlineData("copy (select * from read.item_details_1) to stdout")]
    [InlineData("copy (select 1) to program 'true'")]
    [InlineData("select pg_read_file('/etc/hostname')")]
    [InlineData("select rolpassword from pg_authid")]
    [InlineData("create table analytics.mine (x int)")]
    [InlineData("create temporary table mine (x int)")]
    [InlineData("create view analytics.mine as select 1")]
    [InlineData("create function analytics.mine() returns int language sql return 1")]
    [InlineData("create schema mine")]
    [InlineData("create role mine")]
    [InlineData("create table public.mine (x int)")]
    [InlineData("insert into analytics.items (id) values (gen_random_uuid())")]
    [InlineData("update analytics.site_content set slug = 'x'")]
    [InlineData("delete from analytics.scheduled_actions")]
    [InlineData("drop view analytics.items")]
    [InlineData("grant platform_analyst to platform_app")]
    [InlineData("alter policy analyst on read.item_details_1 using (true)")]
    [InlineData("select lo_create(0)")]
    [InlineData("select lo_from_bytea(0, 'x')")]
    [InlineData("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'")]
    [InlineData("set temp_file_limit = -1")]
    public async Task What_is_not_theirs_is_refused_also_in_a_transaction_that_may_write(string attempt)
    {
        await _analyst.RunAsync("begin read write");
        (await _analyst.RefusalAsync(attempt)).ShouldBe(Denied, attempt);
        await _analyst.RunAsync("rollback");
    }

    [Fact]
    public async Task Nothing_of_other_tenants_leaks_by_plans_errors_or_statistics()
    {
        var other = (await _stranger.RowsAsync("select id::text from items")).ShouldHaveSingleItem()[0]!;
        // A predicate with a side effect would be asked of rows that aren't theirs if it went before the policy.
        (await _analyst.RefusalAsync($"select 1 from analytics.items where id = '{other}' and (1 / (case when id = '{other}' then 0 else 1 end)) = 1")).ShouldBeNull();
        (await _analyst.RefusalAsync("select (slug || 'x')::int from analytics.items where slug <> 'first-light'")).ShouldBeNull();
        await using var analyze = Owner.CreateCommand("analyze");
        await analyze.ExecuteNonQueryAsync();
        (await _analyst.RowsAsync("select distinct schemaname || '.' || tablename from pg_stats where schemaname in ('read', 'public', 'platform', 'ledger')")).Select(r => r[0])
            .ShouldBe(["platform.projection"], "how far each model is: no tenant's data");
        (await _analyst.RowsAsync("select query from pg_stat_activity where usename <> session_user and query not in ('', '<insufficient privilege>')")).ShouldBeEmpty();
        (await _analyst.RowsAsync("select rolname from pg_roles where rolname like 'analyst%' and rolname like '%" + Tenant + "%'")).ShouldBeEmpty("a login's name doesn't tell its tenant");
    }

    [Fact]
    public async Task No_function_outside_of_the_catalog_may_be_called_by_name()
    {
        (await _analyst.RowsAsync("""
            select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname not in ('pg_catalog', 'information_schema') and has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage')
            """)).ShouldBeEmpty();
        (await _analyst.RowsAsync("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema', 'analytics') and has_schema_privilege(n.oid, 'usage') and c.relkind in ('r', 'v', 'm', 'S', 'p')
            """)).ShouldBeEmpty();
    }

    [Fact]
    public async Task On_another_database_of_the_cluster_or_on_a_copy_of_this_one_a_login_sees_no_rows()
    {
        await using var elsewhere = await PlatformApp.StartAsync();
        var here = new NpgsqlConnectionStringBuilder(await Admin.AnalystAsync(App));
        var there = new NpgsqlConnectionStringBuilder(elsewhere.Database.OwnerConnectionString) { Username = here.Username, Password = here.Password, Pooling = false };
        await using (var connection = await AnalystSql.OpenAsync(there.ConnectionString))
            foreach (var view in AnalystViews.Of(ReadModels.All).Where(v => v.Projection is not null))
                (await connection.RowsAsync($"select * from analytics.{view.Name}")).ShouldBeEmpty(view.Name);

        await using var copied = Owner.CreateCommand($"update platform.analyst_login set database = 'another' where tenant_id = '{Tenant}'");
        await copied.ExecuteNonQueryAsync();
        await using var analyst = await AnalystSql.OpenAsync(here.ConnectionString);
        (await analyst.RowsAsync("select * from items")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_login_has_its_limits()
    {
        foreach (var (name, value) in new[] { ("default_transaction_read_only", "on"), ("statement_timeout", "5min"), ("idle_in_transaction_session_timeout", "1min"), ("idle_session_timeout", "1h"), ("work_mem", "16MB"), ("temp_file_limit", "1GB"), ("search_path", "analytics"), ("TimeZone", "UTC") })
            (await _analyst.RowsAsync($"show {name}")).ShouldHaveSingleItem()[0].ShouldBe(value, name);
        var login = new NpgsqlConnectionStringBuilder(await Admin.AnalystAsync(App)) { Pooling = false };
        var open = new List<NpgsqlConnection>();
        try
        {
            (await Should.ThrowAsync<PostgresException>(async () =>
            {
                for (var n = 0; n < 8; n++)
                    open.Add(await AnalystSql.OpenAsync(login.ConnectionString));
            })).SqlState.ShouldBe(PostgresErrorCodes.TooManyConnections);
            open.Count.ShouldBe(5);
        }
        finally
        {
            foreach (var connection in open)
                await connection.DisposeAsync();
        }
    }
}
