using Npgsql;
using Platform.EventStore;
using Platform.Projections.Audit;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests.Audit;

/// <summary>How PostgreSQL finds entries among many, as the application's role under row-level security: by an index, whatever is asked for.</summary>
public sealed class AuditTrailPlanTests : IAsyncLifetime
{
    private const int Rows = 60_000;
    private static readonly Guid RareStream = new("00000000-0000-0000-0000-000000000007");
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ProjectionFixture _fixture = new();

    public static TheoryData<string, AuditFilter> Filters => new()
    {
        { "pkey", new AuditFilter() },
        { "pkey", new AuditFilter(From: Start.AddSeconds(1_000), To: Start.AddSeconds(1_010)) },
        { "1", new AuditFilter(Actor: "rare") },
        { "1", new AuditFilter(Actor: "rare", From: Start, To: Start.AddDays(9)) },
        { "2", new AuditFilter(Action: "sites.site-moved") },
        { "2", new AuditFilter(Action: "sites.") },
        { "3", new AuditFilter(StreamId: RareStream) },
        { "4", new AuditFilter(Outcome: "denied") },
        { "5", new AuditFilter(Words: "needle") },
        { "5", new AuditFilter(Words: "needle", Actor: "ann", Outcome: "done", From: Start) },
        { "pkey", new AuditFilter(Words: "hay") },
    };

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await Daemon(_fixture.Compose(ReadModels.All)).PrepareAsync();
        await _fixture.RunAsync($"""
            insert into read.audit_trail_1 (tenant_id, at, sequence, event_id, stream_id, version, action, outcome, actor, trigger, correlation_id, summary)
            select case when n % 3 = 0 then '{OtherTenantId}' else '{TenantId}' end, '2030-01-01Z'::timestamptz + n * interval '1 second', n, gen_random_uuid(),
                   case when n % 9001 = 1 then '{RareStream}' else gen_random_uuid() end, 1, case when n % 5003 = 1 then 'sites.site-moved' else 'content.item-edited' end,
                   case when n % 4001 = 1 then 'denied' else 'done' end, case when n % 6007 = 1 then 'rare' else 'ann' end, 'http', md5(n::text),
                   'Edited the draft: hay ' || n % 50 || case when n % 7001 = 1 then ' needle.' else '.' end
            from generate_series(1, {Rows}) n;
            analyze read.audit_trail_1
            """);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Every_filter_is_an_index_scan(string index, AuditFilter filter)
    {
        var (rows, plan) = await ExplainAsync(filter, new AuditPosition(Start.AddDays(30), 0));
        rows.ShouldBeGreaterThan(0);
        plan.ShouldNotContain("Seq Scan on audit_trail_1");
        plan.ShouldContain($"audit_trail_1_{index} ");
    }

    [Fact]
    public async Task A_common_word_costs_no_more_than_its_page()
    {
        var (rows, plan) = await ExplainAsync(new AuditFilter(Words: "hay"), null);
        rows.ShouldBe(50);
        plan.ShouldNotContain("Sort");
    }

    [Theory]
    [InlineData("needle")]
    [InlineData("absent")]
    public async Task A_rare_word_is_found_by_the_index_beyond_the_entries_that_are_looked_through(string word)
    {
        var (rows, plan) = await ExplainAsync(new AuditFilter(Words: word), null);
        ((long)rows).ShouldBe(await _fixture.ScalarAsync<long>($"select count(*) from read.audit_trail_1 where tenant_id = '{TenantId}' and summary ~ '{word}'"));
        plan.ShouldContain("Bitmap Index Scan on audit_trail_1_5 ");
    }

    // As the application's role; what auto_explain logs, of statements inside of functions as well, comes as notices.
    private async Task<(int Rows, string Plan)> ExplainAsync(AuditFilter filter, AuditPosition? before)
    {
        await using var connection = await _fixture.Owner.OpenConnectionAsync();
        var plans = new List<string>();
        connection.Notice += (_, e) => plans.Add(e.Notice.MessageText);
        await using (var set = new NpgsqlCommand($"""
            load 'auto_explain';
            set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on; set client_min_messages = log;
            set role platform_app; select set_config('platform.tenant', '{TenantId}', false)
            """, connection))
            await set.ExecuteNonQueryAsync();
        plans.Clear();
        var (sql, parameters) = filter.ToSql(before, 50);
        // As the store would send it: with the names of this code's version.
        await using var command = new NpgsqlCommand(sql.Replace("read.find_audit(", $"read.find_audit_v{new AuditTrail().Version}(", StringComparison.Ordinal), connection);
        command.Parameters.AddRange(parameters.ToArray());
        var rows = 0;
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                rows++;
        await connection.CloseAsync();
        return (rows, string.Join('\n', plans) + " ");
    }
}
