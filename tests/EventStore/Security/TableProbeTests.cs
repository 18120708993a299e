namespace Platform.EventStore.Tests.Security;

/// <summary>The probe finds nothing in a database as it's migrated, and finds each hole that is torn into one.</summary>
public sealed class TableProbeTests(StoreFixture fixture) : IClassFixture<StoreFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await fixture.AppendAsync(Guid.CreateVersion7(), new PageWritten("one"));
        var other = fixture.Store.LightweightSession(new SessionOptions(StoreFixture.OtherTenant, "test", "test"));
        other.Events.Append(Guid.CreateVersion7(), new PageWritten("two"));
        await other.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_database_as_it_is_migrated_keeps_tenants_apart()
    {
        var report = await ProbeAsync();
        report.Gaps.ShouldBeEmpty();
        report.Tables.ShouldBeGreaterThan(5);
        report.TablesWithRows.ShouldBeGreaterThanOrEqualTo(2);
        report.Attempts.ShouldBe(report.Tables * 6);
    }

    [Theory]
    [InlineData("alter table public.mt_streams disable row level security", "alter table public.mt_streams enable row level security",
        "public.mt_streams", "row-security-off foreign-rows-read rows-read-without-tenant foreign-rows-changed foreign-row-added")]
    [InlineData("create policy lax on public.mt_events for select to platform_app using (true)", "drop policy lax on public.mt_events",
        "public.mt_events", "lax-policy foreign-rows-read rows-read-without-tenant")]
    [InlineData("create policy lax on platform.snapshot for insert to platform_app with check (true)", "drop policy lax on platform.snapshot",
        "platform.snapshot", "lax-policy foreign-row-added")]
    [InlineData("create table platform.leak (tenant_id varchar); insert into platform.leak values ('tenantbbbbbb'); grant all on platform.leak to platform_app", "drop table platform.leak",
        "platform.leak", "row-security-off foreign-rows-read rows-read-without-tenant foreign-rows-changed foreign-rows-removed foreign-row-added")]
    [InlineData("create table platform.leak (note text)", "drop table platform.leak", "platform.leak", "table-without-tenant")]
    [InlineData("create view platform.leak as select * from public.mt_events; grant select on platform.leak to platform_app", "drop view platform.leak", "platform.leak", "owners-view")]
    [InlineData("create materialized view platform.leak as select 1 as one; grant select on platform.leak to platform_app", "drop materialized view platform.leak", "platform.leak", "unguarded-relation")]
    [InlineData("create function platform.leak() returns bigint language sql security definer as 'select count(*) from public.mt_events'; grant execute on function platform.leak() to platform_app",
        "drop function platform.leak()", "platform.leak", "owners-function")]
    [InlineData("create table platform.leak (tenant_id varchar); alter table platform.leak owner to platform_app", "drop table platform.leak",
        "platform.leak", "owned-table row-security-off foreign-row-added")]
    public async Task A_hole_is_found(string tear, string mend, string subject, string rules)
    {
        await fixture.Owner.RunAsync(tear);
        try
        {
            var gaps = (await ProbeAsync()).Gaps;
            gaps.ShouldAllBe(gap => gap.Subject == subject);
            gaps.Select(gap => gap.Rule).Distinct().ShouldBe(rules.Split(' '));
        }
        finally
        {
            await fixture.Owner.RunAsync(mend);
        }
        (await ProbeAsync()).Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_that_was_tried_stays()
    {
        await fixture.Owner.RunAsync("create table platform.leak (tenant_id varchar); insert into platform.leak values ('tenantbbbbbb'); grant all on platform.leak to platform_app");
        try
        {
            (await ProbeAsync()).Gaps.ShouldNotBeEmpty();
            (await fixture.Owner.ScalarAsync<string>("select string_agg(tenant_id, ' ') from platform.leak")).ShouldBe(StoreFixture.OtherTenant);
        }
        finally
        {
            await fixture.Owner.RunAsync("drop table platform.leak");
        }
    }

    private Task<TableProbeReport> ProbeAsync() => new TableProbe(fixture.Database.App, fixture.Store.Options.Projections).RunAsync(StoreFixture.Tenant, StoreFixture.OtherTenant);
}
