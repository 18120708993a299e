using Microsoft.Extensions.Logging.Abstractions;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>What is put where the sequencer will take it up (design/ledger.md, "Tampers", rows 12, 17, 21, 22 and 24).</summary>
public sealed class SequencingTamperTests : IAsyncLifetime
{
    private PublishedHistory _history = null!;

    public async ValueTask InitializeAsync() => _history = await PublishedHistory.CreateAsync();
    public ValueTask DisposeAsync() => _history.DisposeAsync();

    private (string, Guid, long) Forged => (StoreFixture.Tenant, _history.Sealed, PublishedHistory.Turns + 1);

    [Theory]
    [InlineData(FindingCode.BadWriterSignature, "")]
    [InlineData(FindingCode.BadWriterSignature, "thief")]
    [InlineData(FindingCode.BadWriterSignature, "copied")]
    [InlineData(FindingCode.KeyExpired, "retired")]
    public async Task T12_a_well_formed_event_inserted_at_the_end_of_a_writer_signed_stream_and_sequenced(string code, string signature)
    {
        var (thief, retired) = (StoreFixture.NewKey(KeyRole.Writer), _history.Fixture.Keys[1]);
        if (signature == "retired")
            await _history.Fixture.RotateAsync(KeyRole.Writer);
        await _history.Fixture.Owner.RunAsync($$"""
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            values (nextval('public.mt_events_sequence'), gen_random_uuid(), '{{_history.Sealed}}', {{Forged.Item3}}, '{"by": "thief"}', 'security.page-sealed', now(), '{{StoreFixture.Tenant}}');
            update public.mt_streams set version = {{Forged.Item3}} where id = '{{_history.Sealed}}'
            """);
        var (sequence, hash) = await LastAsync();
        if (signature == "copied")
            await _history.Fixture.Owner.RunAsync("insert into ledger.writer_signature select $1, signature from ledger.writer_signature order by seq_id desc limit 1", sequence);
        else if (signature != "")
        {
            using var signer = new Ed25519Signer(WriterSignature.KeyName("platform.example/test"), (signature == "thief" ? thief : retired).Seed);
            await _history.Fixture.Owner.RunAsync("insert into ledger.writer_signature values ($1, $2)", sequence, Convert.FromBase64String(WriterSignature.Sign(signer, hash)));
        }
        await _history.SequenceAsync();
        await _history.FindsAsync(code, await _history.IndexOfAsync(_history.Sealed, Forged.Item3), Forged);
        await SinceFindsAsync(code, await _history.IndexOfAsync(_history.Sealed, Forged.Item3));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task T21_a_genuine_event_appended_again_in_another_stream(bool ofOtherTenant, bool sequenced)
    {
        var (tenant, stream) = ofOtherTenant ? (StoreFixture.OtherTenant, _history.Other) : (StoreFixture.Tenant, Guid.CreateVersion7());
        var version = ofOtherTenant ? PublishedHistory.Turns * PublishedHistory.EventsAnAppend + 1L : 1;
        await _history.Fixture.Owner.RunAsync($"""
            insert into public.mt_streams (id, tenant_id, version) values ('{stream}', '{tenant}', {version}) on conflict (tenant_id, id) do update set version = excluded.version;
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select nextval('public.mt_events_sequence'), id, '{stream}', {version}, data, type, timestamp, '{tenant}' from public.mt_events where stream_id = '{_history.Stream}' and version = 2
            """);
        if (sequenced)
            await _history.SequenceAsync();
        await _history.FindsAsync(FindingCode.Duplicate, sequenced ? _history.Size : null, (tenant, stream, version));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task T22_an_event_inserted_unchained_with_and_without_a_place_in_the_log(bool placed)
    {
        var version = PublishedHistory.Turns * PublishedHistory.EventsAnAppend + 1L;
        await _history.Fixture.Owner.RunAsync("alter table public.mt_events disable trigger ledger_chain");
        await _history.Fixture.Owner.RunAsync(StoreFixture.UnchainedInsert($"'{_history.Stream}'", version));
        await _history.Fixture.Owner.RunAsync("alter table public.mt_events enable trigger ledger_chain");
        await _history.TamperAsync($"update public.mt_streams set version = {version} where id = '{_history.Stream}'");
        if (placed)
        {
            await _history.TamperAsync($"""
                insert into ledger.pending (id, xid, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
                select nextval('ledger.pending_id_seq'), pg_current_xact_id(), seq_id, seq_id, version, version, stream_id, 1, tenant_id from public.mt_events order by seq_id desc limit 1
                """);
            (await Should.ThrowAsync<LogHaltedException>(() => _history.SequenceAsync())).Code.ShouldBe(FindingCode.Unchained);
            (await _history.Fixture.Log.HeadAsync())!.Size.ShouldBe(_history.Size);
        }
        await _history.FindsAsync(FindingCode.Unchained, placed ? _history.Size : null, (StoreFixture.Tenant, _history.Stream, version));
    }

    [Theory]
    [InlineData(FindingCode.PayloadMismatch, "update public.mt_events set data = jsonb_set(data, '{text}', '\"bnd more\"')")]
    [InlineData(FindingCode.MetaMismatch, "update public.mt_events set headers = headers || '{\"region\": \"lncal\"}'")]
    [InlineData(FindingCode.LeafMismatch, "update public.mt_events set timestamp = timestamp + interval '2 microseconds'")]
    [InlineData(FindingCode.LeafMismatch, "update ledger.event set hash = set_bit(hash, 100, 1 - get_bit(hash, 100))")]
    [InlineData(FindingCode.Unchained, "delete from ledger.event")]
    [InlineData(FindingCode.MissingPayload, "delete from public.mt_events")]
    public async Task T24_a_bit_flipped_between_hash_and_store_stops_the_sequencer_unsigned_and_it_says_so(string code, string flip)
    {
        await _history.Fixture.AppendAsync(_history.Stream, new PageWritten("and more"));
        await _history.TamperAsync($"{flip} where seq_id = {(await LastAsync()).Sequence}");
        using var stop = new CancellationTokenSource();
        var running = new Sequencer(_history.Fixture.Store, NullLogger<Sequencer>.Instance).RunAsync(stop.Token);
        for (var deadline = Environment.TickCount64 + 30_000; await _history.Fixture.Log.AlarmAsync() is null; await Task.Delay(20))
            (Environment.TickCount64 < deadline).ShouldBeTrue("it says nothing");
        await stop.CancelAsync();
        await running;
        (await _history.Fixture.Log.AlarmAsync())!.ShouldStartWith($"{code}: ");
        (await _history.Fixture.Log.HeadAsync())!.Note.ShouldBe(_history.Trust.Checkpoint!.ToString());
        (await _history.Fixture.Guard.ReadAsync(PublishedHistory.Origin)).ShouldBe(_history.Trust.Checkpoint!.ToString());
        await _history.FindsAsync(code, _history.Size, (StoreFixture.Tenant, _history.Stream, PublishedHistory.Turns * PublishedHistory.EventsAnAppend + 1));
    }

    private async Task SinceFindsAsync(string code, long index)
    {
        var findings = new List<Finding>();
        await new LedgerVerification(_history.Fixture.Database.Auditor).RunSinceAsync(Checkpoint.Parse(_history.Trust.Checkpoint!.Text), await _history.Fixture.AnchorAsync(), findings.Add);
        findings.ConvertAll(f => (f.Code, f.Index)).ShouldBe([(code, index)]);
    }

    private async Task<(long Sequence, Hash Hash)> LastAsync() => (await _history.Fixture.Owner.ListAsync(
        "select seq_id, hash from ledger.event order by seq_id desc limit 1", row => (row.GetInt64(0), new Hash(row.GetFieldValue<byte[]>(1))))).Single();
}
