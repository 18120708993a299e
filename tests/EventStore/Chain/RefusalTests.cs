namespace Platform.EventStore.Tests.Chain;

/// <summary>What the database doesn't let in, whoever writes it.</summary>
public class RefusalTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private const string ValueRefused = "PL006";
    private const string NoPredecessor = "PL005";

    private readonly Guid _stream = Guid.CreateVersion7();

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e309")]
    [InlineData("""{"a": [1, {"b": 17976931348623157e293}]}""")]
    [InlineData("""{"n": 1.8e308}""")]
    public async Task A_number_beyond_double_precision(string data)
    {
        (await InsertAsync(data: data)).ShouldBe(ValueRefused);
        (await InsertAsync(headers: data)).ShouldBe(ValueRefused);
    }

    [Theory]
    [InlineData("1.7976931348623157e308")]
    [InlineData("-1.7976931348623157e308")]
    [InlineData("0.1e-400")]
    public async Task But_not_one_that_a_double_can_hold_however_long(string number) => (await InsertAsync(data: $$"""{"n": {{number}}}""")).ShouldBeNull();

    [Fact]
    public async Task But_not_digits_in_a_text() => (await InsertAsync(data: $$"""{"n": "{{new string('9', 400)}}"}""")).ShouldBeNull();

    [Theory]
    [InlineData("infinity")]
    [InlineData("-infinity")]
    [InlineData("0001-01-01 00:00:00 BC")]
    [InlineData("10000-01-01 00:00:00Z")]
    public async Task A_time_that_has_no_four_digit_year(string time) => (await InsertAsync(time: time)).ShouldBe(ValueRefused);

    [Fact]
    public async Task An_event_of_no_stream_or_no_tenant()
    {
        (await InsertAsync(stream: "null")).ShouldBe(ValueRefused);
        (await InsertAsync(tenant: "null")).ShouldBe(ValueRefused);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(2)]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_version_without_predecessor_on_a_new_stream(int version) => (await InsertAsync(version)).ShouldBe(NoPredecessor);

    [Fact]
    public async Task A_version_that_skips_one()
    {
        (await InsertAsync(1)).ShouldBeNull();
        (await InsertAsync(3)).ShouldBe(NoPredecessor);
        (await InsertAsync(2)).ShouldBeNull();
    }

    [Fact]
    public async Task An_event_after_one_that_was_never_chained()
    {
        (await InsertAsync(1)).ShouldBeNull();
        await fixture.Owner.RunAsync($"begin; set local session_replication_role = replica; {Statement(2)}; commit");
        (await InsertAsync(3)).ShouldBe("PL010");
    }

    [Fact]
    public async Task A_refused_statement_leaves_nothing_behind()
    {
        (await fixture.Owner.RefusalAsync($"{Statement(1)}; {Statement(2, data: "1e400")}")).ShouldBe(ValueRefused);
        (await fixture.Owner.ScalarAsync<long>("select count(*) from public.mt_events where stream_id = $1", _stream)).ShouldBe(0);
        (await fixture.Owner.ScalarAsync<long>("select count(*) from ledger.pending where stream_id = $1", _stream)).ShouldBe(0);
    }

    [Fact]
    public async Task Of_two_that_write_one_version_at_the_same_time_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => InsertAsync(1))));
        answers.Count(a => a is null).ShouldBe(1);
        (await fixture.VerifyAsync(_stream)).ShouldBeEmpty();
    }

    private Task<string?> InsertAsync(int version = 1, string data = "{}", string? headers = null, string time = "now", string? stream = null, string? tenant = null) =>
        fixture.Owner.RefusalAsync(Statement(version, data, headers, time, stream, tenant));

    private string Statement(int version, string data = "{}", string? headers = null, string time = "now", string? stream = null, string? tenant = null) => $"""
        insert into public.mt_streams (tenant_id, id) values ('{StoreFixture.Tenant}', '{_stream}') on conflict do nothing;
        insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers)
        values (nextval('public.mt_events_sequence'), gen_random_uuid(), {stream ?? $"'{_stream}'"}, {version}, '{data}', 'x', '{time}', {tenant ?? $"'{StoreFixture.Tenant}'"},
                {(headers is null ? "null" : $"'{headers}'")});
        """;
}
