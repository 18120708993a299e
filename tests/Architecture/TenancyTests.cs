using System.Text.RegularExpressions;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Architecture.Tests;

/// <summary>Every table belongs to tenants, under row-level security where the application reaches it, or is global for a reason.</summary>
public sealed partial class TenancyTests(RunningPlatform platform)
{
    [Fact]
    public void Every_table_of_the_migrations_has_a_tenant_or_a_reason()
    {
        var tables = Migrator.Scripts.SelectMany(script => Table().Matches(script.Sql)).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        tables.Count.ShouldBeGreaterThan(10);
        foreach (var (table, columns) in tables)
            TenantColumn().IsMatch(columns).ShouldBe(!Declared.GlobalTables.ContainsKey(table), table);
    }

    [Fact]
    public async Task Every_table_of_the_database_has_a_tenant_or_a_reason()
    {
        var tables = await platform.RowsAsync("""
            select n.nspname || '.' || c.relname || case when exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') then ' tenant' else '' end
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
            """);
        tables.Where(t => !t.EndsWith(" tenant", StringComparison.Ordinal)).ShouldBe(Declared.GlobalTables.Keys, ignoreOrder: true);
        ReadModels.All.Select(m => $"read.{m.Name}_1 tenant").ShouldBeSubsetOf(tables);
    }

    [Fact]
    public async Task A_tenants_table_that_the_application_reaches_is_under_a_policy_of_the_tenant()
    {
        var open = await platform.RowsAsync("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
              and (has_table_privilege('platform_app', c.oid, 'select') or has_table_privilege('platform_app', c.oid, 'insert')
                   or has_table_privilege('platform_app', c.oid, 'update') or has_table_privilege('platform_app', c.oid, 'delete'))
              and not (c.relrowsecurity
                       and exists (select from pg_policy p where p.polrelid = c.oid and 'platform_app'::regrole = any (p.polroles)
                                                             and pg_get_expr(p.polqual, c.oid) like '%platform.tenant%'))
            """);
        open.ShouldBeEmpty();
        (await platform.RowsAsync("select p.polname from pg_policy p where 'platform_app'::regrole = any (p.polroles)")).Count.ShouldBeGreaterThanOrEqualTo(4 + ReadModels.All.Count);
    }

    [Fact]
    public async Task A_view_that_the_application_reaches_asks_with_the_rights_of_who_asks() => (await platform.RowsAsync("""
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'v' and n.nspname not in ('pg_catalog', 'information_schema') and has_table_privilege('platform_app', c.oid, 'select')
          and not coalesce(c.reloptions @> array['security_invoker=true'], false)
        """)).ShouldBeEmpty();

    [Fact]
    public async Task No_role_of_ours_may_change_or_remove_events_or_pass_over_policies()
    {
        (await platform.RowsAsync("""
            select r.rolname || ' ' || t.name || ' ' || p.name
            from (values ('platform_app'), ('platform_sequencer'), ('platform_projections'), ('platform_auditor'), ('platform_foreign')) r (rolname)
            cross join (values ('public.mt_events'), ('ledger.event'), ('ledger.log'), ('ledger.epoch')) t (name)
            cross join (values ('update'), ('delete'), ('truncate')) p (name)
            where has_table_privilege(r.rolname, t.name, p.name)
            """)).ShouldBeEmpty();
        (await platform.RowsAsync("select rolname::text from pg_roles where rolname ~ '^platform_' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)")).ShouldBeEmpty();
    }

    [GeneratedRegex(@"create table (?:if not exists )?([\w.]+) \((.*?)\n\);", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\s+tenant_id\s+varchar", RegexOptions.Multiline)]
    private static partial Regex TenantColumn();
}
