using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>
/// What a superuser can do to the tables when he takes the guards away (design/ledger.md, "Tampers"): each gives its finding, at its place,
/// and no other. Three streams: two in the log (one of another tenant), one that still waits for its place.
/// </summary>
public sealed class TamperTests : IAsyncLifetime
{
    private readonly StoreFixture _fixture = new();
    private readonly Guid _stream = Guid.CreateVersion7();
    private readonly Guid _other = Guid.CreateVersion7();
    private readonly Guid _waiting = Guid.CreateVersion7();

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        for (var n = 0; n < 5; n++)
        {
            var session = _fixture.Store.LightweightSession(new SessionOptions(StoreFixture.Tenant, "user", "http", $"correlation-{n}", $"cause-{n}"));
            session.Events.Append(_stream, new PageWritten($"{n}"));
            await session.SaveChangesAsync();
            await _fixture.AppendAsync(StoreFixture.OtherTenant, _other, [new PageWritten($"{n}a"), new PageWritten($"{n}b")]);
        }
        await _fixture.SequenceAsync();
        for (var n = 0; n < 3; n++)
            await _fixture.AppendAsync(_waiting, new PageWritten($"{n}"));
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("data = '{\"text\": \"forged\"}'")]
    [InlineData("data = jsonb_set(data, '{text}', '\"2 \"')")]
    [InlineData("bdata = '\\x00'")]
    public Task T01_an_edited_body(string set) => FindsAsync(Edit(3, set), FindingCode.PayloadMismatch, 3);

    [Theory]
    [InlineData("correlation_id = 'other'")]
    [InlineData("causation_id = null")]
    [InlineData("headers = headers || '{\"user\": \"someone else\"}'")]
    [InlineData("headers = null")]
    public Task T02_edited_metadata(string set) => FindsAsync(Edit(3, set), FindingCode.MetaMismatch, 3);

    [Theory]
    [InlineData("timestamp = timestamp + interval '1 microsecond'")]
    [InlineData("timestamp = 'infinity'")]
    [InlineData("timestamp = '-infinity'")]
    [InlineData("timestamp = '20000-01-01'")]
    [InlineData("timestamp = '0044-03-15 BC'")]
    [InlineData("type = 'notes.pages-torn'")]
    [InlineData("id = gen_random_uuid()")]
    public Task T03_an_edited_time_type_or_id(string set) => FindsAsync(Edit(3, set), FindingCode.LeafMismatch, 3);

    [Fact]
    public Task T03_an_edited_version() => FindsAsync(Edit(5, "version = 8"), FindingCode.LeafMismatch, 8, indexOf: 5);

    [Theory]
    [InlineData("hash = sha256('x')")]
    [InlineData("payload_check = payload_check + 1")]
    [InlineData("epoch = 7")]
    public Task T03_an_edited_chain_entry(string set) =>
        FindsAsync($"update ledger.event set {set} where seq_id = (select seq_id from public.mt_events where stream_id = '{_stream}' and version = 3)", FindingCode.LeafMismatch, 3);

    [Fact]
    public Task T07_a_tail_deleted_after_it_was_sequenced() => FindsAsync(Delete(_stream, "version >= 4"), FindingCode.MissingPayload, 4);

    [Fact]
    public Task T07_a_tail_deleted_with_the_row_set_back() =>
        FindsAsync($"{Delete(_stream, "version >= 4")}; update public.mt_streams set version = 3 where id = '{_stream}'", FindingCode.MissingPayload, 4);

    [Fact]
    public async Task T08_a_tail_deleted_before_it_was_sequenced()
    {
        await TamperAsync(Delete(_waiting, "version = 3"));
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.StreamTruncated, StoreFixture.Tenant, _waiting, 3, null, ""), Same);
    }

    [Fact]
    public Task T09_an_event_deleted_from_the_middle() => FindsAsync(Delete(_stream, "version = 3"), FindingCode.VersionGap, 3);

    [Fact]
    public Task T09_an_event_moved_out_of_any_stream() => FindsAsync(Edit(3, "stream_id = null"), FindingCode.VersionGap, 3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task T10_all_events_of_a_stream_deleted(bool withRow) =>
        FindsAsync($"{Delete(_stream, "true")}; delete from public.mt_streams where {withRow} and id = '{_stream}'", FindingCode.MissingStream, null, indexOf: 1);

    [Fact]
    public async Task T10_all_events_of_a_stream_deleted_before_they_were_sequenced()
    {
        await TamperAsync($"{Delete(_waiting, "true")}");
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.MissingStream, StoreFixture.Tenant, _waiting, null, null, ""), Same);
    }

    [Fact]
    public Task T11_two_events_in_each_others_place() => FindsAsync($"""
        {Edit(2, "version = -1")}; {Edit(4, "version = 2")}; {Edit(-1, "version = 4")}
        """, FindingCode.Order, 2);

    [Fact]
    public async Task T15_a_stream_moved_to_another_tenant()
    {
        var index = await IndexOfAsync(_stream, 1);
        await TamperAsync($"update public.mt_events set tenant_id = 'tenantcccccc' where stream_id = '{_stream}'; update public.mt_streams set tenant_id = 'tenantcccccc' where id = '{_stream}'");
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.WrongTenant, "tenantcccccc", _stream, 1, index, ""), Same);
    }

    [Fact]
    public async Task T15_streams_swapped_between_tenants()
    {
        await TamperAsync(string.Join("; ", new[] { "mt_events", "mt_streams" }.Select(table => $"""
            update public.{table} set tenant_id = case tenant_id when '{StoreFixture.Tenant}' then '{StoreFixture.OtherTenant}' else '{StoreFixture.Tenant}' end
            where {(table == "mt_events" ? "stream_id" : "id")} in ('{_stream}', '{_other}')
            """)));
        (await _fixture.VerifyAsync()).Select(f => (f.Code, f.Tenant, f.Stream, f.Version)).ShouldBe(
            [
                (FindingCode.WrongTenant, StoreFixture.OtherTenant, _stream, 1),
                (FindingCode.WrongTenant, StoreFixture.Tenant, _other, 1),
            ], ignoreOrder: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task T21_a_genuine_event_appended_again(bool sequenced)
    {
        await _fixture.Owner.RunAsync($"""
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select nextval('public.mt_events_sequence'), id, stream_id, 6, data, type, timestamp, tenant_id from public.mt_events where stream_id = '{_stream}' and version = 2;
            update public.mt_streams set version = 6 where id = '{_stream}'
            """);
        if (sequenced)
            await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem()
            .ShouldBe(new Finding(FindingCode.Duplicate, StoreFixture.Tenant, _stream, 6, sequenced ? await IndexOfAsync(_stream, 6) : null, ""), Same);
    }

    [Fact]
    public async Task T22_an_event_inserted_while_the_trigger_was_disabled()
    {
        await _fixture.Owner.RunAsync("alter table public.mt_events disable trigger ledger_chain");
        await _fixture.Owner.RunAsync(StoreFixture.UnchainedInsert($"'{_stream}'", 6));
        await _fixture.Owner.RunAsync("alter table public.mt_events enable trigger ledger_chain");
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.Unchained, StoreFixture.Tenant, _stream, 6, null, ""), Same);
    }

    [Fact]
    public async Task T22_an_unchained_stream_without_a_row()
    {
        var stream = Guid.CreateVersion7();
        await TamperAsync(StoreFixture.UnchainedInsert($"'{stream}'", 1));
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.Unchained, StoreFixture.Tenant, stream, 1, null, ""), Same);
    }

    /// <summary>Verification came to its end without a word of it, and stopped at one that had been moved there.</summary>
    [Fact]
    public async Task T22_an_unchained_event_of_no_stream()
    {
        await TamperAsync(StoreFixture.UnchainedInsert("null", 1));
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.Unchained, StoreFixture.Tenant, null, 1, null, ""), Same);
    }

    [Fact]
    public async Task One_stream_is_verified_alone()
    {
        await TamperAsync(Edit(3, "data = '1'"));
        (await _fixture.VerifyAsync(_stream)).ShouldHaveSingleItem();
        (await _fixture.VerifyAsync(_other)).ShouldBeEmpty();
        await TamperAsync($"{Delete(_other, "true")}; delete from public.mt_streams where id = '{_other}'");
        (await _fixture.VerifyAsync(_other)).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.MissingStream);
    }

    [Fact]
    public Task A_recorded_hash_that_is_no_hash_is_a_finding_and_no_crash() =>
        FindsAsync($"update ledger.event set hash = '\\x00' where seq_id = (select seq_id from public.mt_events where stream_id = '{_stream}' and version = 3)", FindingCode.LeafMismatch, 3);

    [Fact]
    public async Task An_append_that_lost_its_place_in_the_log()
    {
        // As if the sequencer had long been past it; other tests' transactions may hold the real floor back.
        await _fixture.Owner.RunAsync("update platform.sequencer set floor = (select max(pending_id) from ledger.log)");
        await TamperAsync($"delete from ledger.log where stream_id = '{_stream}' and version_from = 3");

        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(FindingCode.Unsequenced, StoreFixture.Tenant, _stream, 3, null, ""), Same);
    }

    private async Task FindsAsync(string tamper, string code, long? version, long? indexOf = null)
    {
        var index = await IndexOfAsync(_stream, indexOf ?? version!.Value);
        await TamperAsync(tamper);
        (await _fixture.VerifyAsync()).ShouldHaveSingleItem().ShouldBe(new Finding(code, StoreFixture.Tenant, _stream, version, index, ""), Same);
    }

    private Task TamperAsync(string sql) => _fixture.Owner.RunAsync($"begin; set local session_replication_role = replica; {sql}; commit");

    private Task<long> IndexOfAsync(Guid stream, long version) =>
        _fixture.Owner.ScalarAsync<long>("select ledger.index_of(seq_id) from public.mt_events where stream_id = $1 and version = $2", stream, version);

    private string Edit(int version, string set) => $"update public.mt_events set {set} where stream_id = '{_stream}' and version = {version}";

    private static string Delete(Guid stream, string where) => $"delete from public.mt_events where stream_id = '{stream}' and {where}";

    // The sentence for the operator is free.
    private static readonly IEqualityComparer<Finding> Same = EqualityComparer<Finding>.Create((a, b) => a! with { Detail = "" } == b! with { Detail = "" });
}
