using Npgsql;
using Platform.EventStore;
using Platform.Tests;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests.Analytics;

/// <summary>The views follow their models through start-ups, new code and rebuilds, and no analyst holds those up.</summary>
public sealed class AnalystViewsTests : IAsyncLifetime
{
    private static readonly Guid Site = new("0198c0de-0000-7000-8000-000000000002");
    private static readonly Guid Stream = new("0198c0de-0000-7000-8000-000000000009");

    private readonly ProjectionFixture _fixture = new();

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_model_made_before_there_were_views_gets_its_view_and_a_second_start_leaves_it_as_it_is()
    {
        var store = _fixture.Compose(new TallyProjection());
        await Daemon(store).PrepareAsync();
        store = _fixture.Compose(new Counted());
        await AnalystViews.PrepareAsync(store);
        (await _fixture.ScalarAsync<string>("select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'analytics.counts'::regclass")).ShouldBe("tenant_id,id,count,last");
        var made = await OidAsync("counts");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AnalystViews.PrepareAsync(store)));
        (await OidAsync("counts")).ShouldBe(made);

        await AnalystViews.PrepareAsync(_fixture.Compose(new Counted(description: "Renamings so far.")));
        (await OidAsync("counts")).ShouldBe(made, "the columns are the same: the view is replaced");
        (await _fixture.ScalarAsync<string>("select col_description('analytics.counts'::regclass, 3)")).ShouldBe("Renamings so far.");
        await AnalystViews.PrepareAsync(_fixture.Compose(new Counted(columns: 1)));
        (await _fixture.ScalarAsync<long>("select count(*) from pg_attribute where attrelid = 'analytics.counts'::regclass and attnum > 0")).ShouldBe(3);
        await AnalystViews.PrepareAsync(_fixture.Compose(new TallyProjection()));
        (await _fixture.ScalarAsync<bool>("select to_regclass('analytics.counts') is null and to_regclass('analytics.freshness') is not null")).ShouldBeTrue();
        (await _fixture.ScalarAsync<string>("select string_agg(name, ',') from platform.analyst_view")).ShouldBe("freshness");
    }

    [Fact]
    public async Task A_rebuilt_model_is_behind_the_view_and_an_analyst_who_is_in_the_way_is_not_waited_for()
    {
        var projection = new Counted();
        var store = _fixture.Compose(projection);
        await using var node = await RunningNode.StartAsync(store);
        await AnalystViews.PrepareAsync(store);
        await AppendAsync(store, Site, TallyProjection.Renamings(Site, 3));
        await _fixture.CaughtUpAsync("test_tally");
        var login = await LoginAsync();
        await using var analyst = new NpgsqlConnection(login);
        await analyst.OpenAsync();
        await analyst.RunAsync("begin; select count(*) from counts");

        var report = await new ProjectionRebuild(store).RunAsync(projection, null);
        (report.Swapped, report.Rows).ShouldBe((true, 1L));
        await Should.ThrowAsync<NpgsqlException>(() => analyst.RunAsync("select 1"));
        await using var again = new NpgsqlConnection(login);
        await again.OpenAsync();
        await using var count = new NpgsqlCommand("select max(count) from analytics.counts", again);
        (await count.ExecuteScalarAsync()).ShouldBe(3);
        (await _fixture.ScalarAsync<bool>("select pg_get_viewdef('analytics.counts'::regclass) like '%test_tally_2%'")).ShouldBeTrue();
        // The retired generation goes with the next one: nothing depends on it any more.
        (await new ProjectionRebuild(store).RunAsync(projection, null)).Swapped.ShouldBeTrue();
    }

    [Fact]
    public async Task A_tenants_rows_are_found_by_the_index_and_the_tenant_is_asked_for_once()
    {
        var store = _fixture.Compose(ReadModels.All);
        await Daemon(store).PrepareAsync();
        await AnalystViews.PrepareAsync(store);
        await _fixture.RunAsync("""
            insert into read.site_content_1 (tenant_id, site_id, locale_key, slug, locale, item_id, is_redirect)
            select case when n % 100 = 0 then 'tenantaaaaaa' else 'tenant' || n % 100 end, gen_random_uuid(), 'en', 'slug-' || n, 'en', gen_random_uuid(), false from generate_series(1, 50000) n;
            analyze read.site_content_1
            """);
        await using var analyst = new NpgsqlConnection(await LoginAsync());
        await analyst.OpenAsync();
        await using var command = new NpgsqlCommand("explain (analyze, costs off, timing off) select count(*) from analytics.site_content", analyst);
        await using var reader = await command.ExecuteReaderAsync();
        var plan = "";
        while (await reader.ReadAsync())
            plan += reader.GetString(0) + "\n";
        plan.ShouldContain("InitPlan 1");
        plan.ShouldContain("Index Cond: ((tenant_id)::text = ($0)::text)");
        plan.ShouldNotContain("Seq Scan on site_content_1");
        plan.ShouldContain("rows=500 ");
    }

    [Fact]
    public async Task Freshness_says_how_far_each_view_is()
    {
        var store = _fixture.Compose(new Counted());
        await Daemon(store).PrepareAsync();
        await AnalystViews.PrepareAsync(store);
        await AppendAsync(store, Site, TallyProjection.Renamings(Site, 2));
        await SequenceAsync(store);
        await using var analyst = new NpgsqlConnection(await LoginAsync());
        await analyst.OpenAsync();
        await using var command = new NpgsqlCommand("select view_name || ' ' || projection || ' ' || state || ' ' || position || ' ' || (lag > 0) from freshness", analyst);
        (await command.ExecuteScalarAsync()).ShouldBe("counts test_tally live 0 true");
    }

    // As the API makes one: for an event of the tenant's.
    private async Task<string> LoginAsync()
    {
        var store = _fixture.Compose();
        var appended = await AppendAsync(store, Stream, new Platform.Domain.Analytics.AnalystAccessGranted("Test"));
        var password = ScramVerifier.NewPassword();
        var login = await new AnalystLogins(_fixture.Database).AllowAsync(TenantId, Stream, appended[0].Version, ScramVerifier.Of(password), default);
        return new NpgsqlConnectionStringBuilder(_fixture.Owner.ConnectionString) { Username = login, Password = password, Database = await _fixture.ScalarAsync<string>("select current_database()::text"), Pooling = false }.ConnectionString;
    }

    private Task<uint> OidAsync(string view) => _fixture.ScalarAsync<uint>($"select 'analytics.{view}'::regclass::oid");

    private sealed class Counted(string description = "Renamings.", int columns = 2) : SingleStreamProjection<Tally>
    {
        private readonly TallyProjection _tally = new();

        public override string Name => _tally.Name;
        public override IReadOnlyList<string> EventTypes => _tally.EventTypes;
        protected override System.Text.Json.Serialization.Metadata.JsonTypeInfo<Tally> Json => TallyJson.Default.Tally;
        protected override IReadOnlyList<(ReadColumn Column, Func<Tally, object?> Value)> Columns { get; } = [(new("count", "int not null", NpgsqlTypes.NpgsqlDbType.Integer), t => t.Count)];
        public override Tally? Evolve(Tally? document, Event e) => _tally.Evolve(document, e);

        public override AnalystView Analysts { get; } = new(
            "counts", "How often was each site renamed?", "a site", ["id"],
            [new("id", "The site."), new("count", description), .. columns > 1 ? [new AnalystColumn("last", "Its last name.", "data->>'last'", "text")] : Array.Empty<AnalystColumn>()],
            "select sum(count) from analytics.counts", "sites.read");
    }
}
