using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Architecture.Tests;

/// <summary>What analysts see of each read model is declared, described, and under a policy of theirs.</summary>
public sealed class AnalystTests(RunningPlatform platform)
{
    [Fact]
    public void Every_read_model_declares_what_analysts_see_or_why_they_see_nothing()
    {
        foreach (var model in ReadModels.All.Where(m => m.Lifecycle != ProjectionLifecycle.Live))
        {
            (model.Analysts is null).ShouldBe(model.NotForAnalysts is not null, model.Name);
            model.NotForAnalysts?.ShouldEndWith(".", Case.Sensitive, model.Name);
        }
        AnalystViews.Of(ReadModels.All).Select(t => t.Name).ShouldBeUnique();
    }

    [Fact]
    public void Every_view_and_every_column_says_what_it_is()
    {
        foreach (var table in AnalystViews.Of(ReadModels.All))
        {
            table.Name.ShouldMatch("^[a-z][a-z0-9_]*$");
            table.Question.ShouldEndWith("?", Case.Sensitive, table.Name);
            table.Row.ShouldNotBeNullOrWhiteSpace(table.Name);
            table.Example.ShouldContain($"analytics.{table.Name}", Case.Sensitive, table.Name);
            table.Columns.Select(c => c.Name).ShouldBeUnique();
            foreach (var column in table.Columns)
            {
                column.Name.ShouldMatch("^[a-z][a-z0-9_]*$");
                column.Description.ShouldEndWith(".", Case.Sensitive, $"{table.Name}.{column.Name}");
                if (column.Type == "timestamptz")
                    column.Description.ShouldContain("UTC", Case.Sensitive, $"{table.Name}.{column.Name}");
            }
            table.Key.ShouldBeSubsetOf(table.Columns.Where(c => !c.IsNullable).Select(c => c.Name), table.Name);
            if (table.Changed is { } changed)
                table.Columns.Single(c => c.Name == changed).Type.ShouldBe("timestamptz");
            if (table.Permission is { } permission)
                Permission.All.ShouldContain(permission);
        }
    }

    [Fact]
    public void What_the_plans_name_is_there_under_its_name()
    {
        var tables = AnalystViews.Of(ReadModels.All).ToDictionary(t => t.Name, t => t.Columns.Select(c => c.Name).ToList());
        new[] { "tenant_id", "id", "name" }.ShouldBeSubsetOf(tables["tenants"]);
        new[] { "tenant_id", "id", "domain", "name", "settings" }.ShouldBeSubsetOf(tables["sites"]);
        new[] { "tenant_id", "site_id", "content_id" }.ShouldBeSubsetOf(tables["site_content"]);
    }

    [Fact]
    public async Task Analysts_read_views_that_ask_with_their_rights_and_below_them_tables_under_their_policy()
    {
        (await platform.RowsAsync("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind = 'v' and has_any_column_privilege('platform_analyst', c.oid, 'select')
              and not (n.nspname = 'analytics' and coalesce(c.reloptions @> array['security_invoker=true'], false))
            """)).ShouldBeEmpty();
        (await platform.RowsAsync("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'p') and has_any_column_privilege('platform_analyst', c.oid, 'select')
              and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and 'platform_analyst'::regrole = any (p.polroles)
                                                                              and pg_get_expr(p.polqual, c.oid) like '%analyst_tenant()%'))
            """)).ShouldBe(["platform.projection"], "how far each model is: no tenant's data");
        (await platform.RowsAsync("""
            select c.relname || ' ' || p.name from pg_class c cross join (values ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) p (name)
            where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace <> 'pg_catalog'::regnamespace and has_table_privilege('platform_analyst', c.oid, p.name)
            """)).ShouldBeEmpty();
        (await platform.RowsAsync("select nspname::text from pg_namespace where nspname !~ '^pg_|information_schema' and has_schema_privilege('platform_analyst', oid, 'usage')")).ShouldBe(["analytics"]);
    }

    [Fact]
    public async Task A_column_that_no_view_shows_is_open_to_no_analyst()
    {
        var open = await platform.RowsAsync("""
            select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relnamespace = 'read'::regnamespace and c.relkind = 'r' and a.attnum > 0 and has_column_privilege('platform_analyst', c.oid, a.attnum, 'select')
            """);
        open.ShouldContain("signatures_1.signer");
        open.ShouldNotContain("signatures_1.signature");
        open.ShouldNotContain(column => column.StartsWith("content_search_", StringComparison.Ordinal));
    }
}
