using Platform.EventStore.Tests.Log;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.EventStore.Tests.Verification;

/// <summary>
/// The log rewritten (design/ledger.md, "Tampers", rows 4 to 6 and 14): everything beneath the signature made to fit, so that nothing but the tree tells; then signed again by a thief of
/// the log's key, so that only what was remembered elsewhere tells.
/// </summary>
public sealed class LogTamperTests : IAsyncLifetime
{
    // Amid an append between the second checkpoint and the third.
    private const long Version = 75;

    private PublishedHistory _history = null!;

    public async ValueTask InitializeAsync() => _history = await PublishedHistory.CreateAsync();
    public ValueTask DisposeAsync() => _history.DisposeAsync();

    private (string, Guid, long) Here => (StoreFixture.Tenant, _history.Stream, Version);
    private static long FirstOfAppend => Version / PublishedHistory.EventsAnAppend * PublishedHistory.EventsAnAppend + 1;

    [Fact]
    public async Task T04_a_row_edited_and_every_later_hash_of_the_stream_recomputed()
    {
        await ForgeAsync();
        await _history.FindsAsync(FindingCode.RootMismatch, await _history.IndexOfAsync(_history.Stream, Version), Here);
    }

    [Fact]
    public async Task T04_a_forged_event_inserted_in_the_past_and_hashes_and_log_shifted()
    {
        var (stream, index) = (_history.Stream, await _history.IndexOfAsync(_history.Stream, FirstOfAppend));
        await _history.TamperAsync($"""
            {Shift("public.mt_events", "version", 1, $"stream_id = '{stream}' and version >= {FirstOfAppend}")};
            {ShiftVersions(stream, 1, FirstOfAppend)};
            {Shift("ledger.log", "first_index", 1, $"first_index >= {index}")};
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select nextval('public.mt_events_sequence'), gen_random_uuid(), stream_id, version + 1, data, type, timestamp, tenant_id
            from public.mt_events where stream_id = '{stream}' and version = {FirstOfAppend - 1};
            insert into ledger.pending (id, xid, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
            select nextval('ledger.pending_id_seq'), pg_current_xact_id(), seq_id, seq_id, version, version, stream_id, 1, tenant_id
            from public.mt_events where stream_id = '{stream}' and version = {FirstOfAppend};
            insert into ledger.log (first_index, pending_id, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
            select {index}, id, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id from ledger.pending order by id desc limit 1
            """);
        await _history.RechainAsync(stream);
        await _history.FindsAsync(FindingCode.RootMismatch, index, (StoreFixture.Tenant, stream, FirstOfAppend));
    }

    [Fact]
    public async Task T04_a_leaf_dropped_and_indices_shifted()
    {
        var (stream, index) = (_history.Stream, await _history.IndexOfAsync(_history.Stream, Version));
        await _history.TamperAsync($"""
            delete from ledger.event where seq_id = (select seq_id from public.mt_events where stream_id = '{stream}' and version = {Version});
            delete from public.mt_events where stream_id = '{stream}' and version = {Version};
            {Shift("public.mt_events", "version", -1, $"stream_id = '{stream}' and version > {Version}")};
            {ShiftVersions(stream, -1, Version + 1)};
            update ledger.pending set version_to = version_to - 1, events = events - 1 where stream_id = '{stream}' and {Version} between version_from and version_to;
            update ledger.log set version_to = version_to - 1, events = events - 1 where stream_id = '{stream}' and {Version} between version_from and version_to;
            {Shift("ledger.log", "first_index", -1, $"first_index > {index}")}
            """);
        await _history.RechainAsync(stream);
        await _history.FindsAsync(FindingCode.RootMismatch, index, Here);
    }

    [Fact]
    public async Task T04_leaves_reordered_across_streams()
    {
        var index = await _history.IndexOfAsync(_history.Stream, FirstOfAppend);
        var other = index + PublishedHistory.EventsAnAppend;
        (await _history.IndexOfAsync(_history.Other, FirstOfAppend)).ShouldBe(other);
        await _history.TamperAsync($"""
            update ledger.log set first_index = -1 where first_index = {index}; update ledger.log set first_index = {index} where first_index = {other};
            update ledger.log set first_index = {other} where first_index = -1
            """);
        await _history.FindsAsync(FindingCode.RootMismatch, index, (StoreFixture.OtherTenant, _history.Other, FirstOfAppend));
    }

    [Fact]
    public async Task T04_chain_and_tiles_rewritten_from_an_event_on()
    {
        await ForgeAsync();
        await _history.RetileAsync();
        await _history.FindsAsync(FindingCode.RootMismatch, _history.Sizes[1]);
    }

    [Theory]
    [InlineData("update ledger.tile set hashes = overlay(hashes placing '\\x00000000'::bytea from 33) where level = 0 and index = 1", 257)]
    [InlineData("delete from ledger.tile where level = 0 and index = 1", 256)]
    [InlineData("update ledger.edge set hashes = substr(hashes, 1, 64) where level = 0", 514)]
    [InlineData("update ledger.edge set hashes = overlay(hashes placing '\\x00000000'::bytea from 33) where level = 1", 0)]
    [InlineData("delete from ledger.edge where level = 1", 0)]
    public async Task T04_tiles_rewritten_over_untouched_events(string tamper, long index)
    {
        await _history.TamperAsync(tamper);
        var finding = (await _history.VerifyAsync()).ShouldHaveSingleItem();
        (finding.Code, finding.Index).ShouldBe((FindingCode.RootMismatch, index));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T05_a_rewritten_log_of_the_same_size_signed_with_the_stolen_key(bool guarded)
    {
        await ForgeAndSignAsync();
        await _history.FindsAsync(FindingCode.SplitView, _history.Sizes[1], trust: guarded ? null : _history.Trust, guarded: guarded);
    }

    [Fact]
    public async Task T05_a_second_root_beside_the_checkpoint_that_the_log_itself_kept()
    {
        await ForgeAsync();
        await _history.TamperAsync($"delete from ledger.checkpoint where size = {_history.Sizes[2]}");
        await _history.SignAsync(await _history.RetileAsync());
        await _history.FindsAsync(FindingCode.SplitView, _history.Sizes[1], guarded: false);
    }

    [Fact]
    public async Task T05_two_observers_shown_different_logs_of_one_origin()
    {
        var forged = SignedNote.Parse(await ForgeAndSignAsync());
        _history.Trust.Check(forged).IsTrusted.ShouldBeTrue("the key is the log's");
        _history.Trust.CheckCurrent(forged).Problems.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.SplitView);
        (_history.Trust with { Checkpoint = forged }).CheckCurrent(_history.Trust.Checkpoint!).Problems.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.SplitView);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T06_a_rewritten_log_grown_to_a_larger_size_by_a_thief_of_the_key(bool guarded)
    {
        using var elsewhere = new ScratchDirectory();
        await GrowAsync(elsewhere, await ForgeAndSignAsync());
        await _history.TamperAsync($"delete from ledger.checkpoint where size > {_history.Sizes[1]}");
        await _history.FindsAsync(FindingCode.InconsistentHistory, _history.Sizes[1], trust: guarded ? null : _history.Trust, guarded: guarded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task T14_a_database_set_back_to_a_backup_is_not_signed_and_said_to_be_rolled_back(bool continued)
    {
        await using var backup = new Backup(_history.Fixture);
        await backup.TakeAsync();
        await AppendAsync();
        await _history.SequenceAsync();
        var remembered = _history.Trust with { Checkpoint = SignedNote.Parse((await _history.Fixture.Log.HeadAsync())!.Note) };
        await backup.RestoreAsync();
        if (continued)
            await AppendAsync();
        (await Should.ThrowAsync<LogHaltedException>(() => _history.SequenceAsync())).Code.ShouldBe(FindingCode.Rollback);
        var head = (await _history.Fixture.Log.HeadAsync())!;
        head.Note.ShouldBe(_history.Trust.Checkpoint!.ToString());
        await _history.FindsAsync(FindingCode.Rollback, head.Size);
        await _history.FindsAsync(FindingCode.Rollback, head.Size, trust: remembered, guarded: false);
    }

    [Fact]
    public async Task T14_a_database_set_back_and_continued_past_what_was_signed_by_a_thief_of_the_key()
    {
        using var elsewhere = new ScratchDirectory();
        await using var backup = new Backup(_history.Fixture);
        await backup.TakeAsync();
        await AppendAsync();
        await _history.SequenceAsync();
        await backup.RestoreAsync();
        await AppendAsync();
        await GrowAsync(elsewhere, _history.Trust.Checkpoint!.ToString());
        await _history.FindsAsync(FindingCode.InconsistentHistory, _history.Size);
    }

    /// <summary>Reopening is what an operator may do after a restore; whoever remembers what was lost is told.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task T14_a_log_reopened_after_a_restore_to_one_who_remembers_what_was_lost(int appends)
    {
        await using var backup = new Backup(_history.Fixture);
        await backup.TakeAsync();
        await AppendAsync();
        await _history.SequenceAsync();
        var remembered = SignedNote.Parse((await _history.Fixture.Log.HeadAsync())!.Note);
        await backup.RestoreAsync();
        await _history.Fixture.Owner.RunAsync("insert into ledger.epoch (epoch, origin) values (2, 'platform.example/test/2')");
        for (var n = 0; n < appends; n++)
            await AppendAsync();
        await _history.SequenceAsync();
        (await _history.VerifyAsync()).ShouldBeEmpty();
        var trust = await _history.Fixture.Log.TrustAsync(null);
        (await _history.VerifyAsync(trust with { Checkpoint = _history.Trust.Checkpoint })).ShouldBeEmpty();
        await _history.FindsAsync(FindingCode.Rollback, _history.Size, trust: trust with { Checkpoint = remembered });
    }

    [Fact]
    public async Task T14_the_last_leaf_dropped_or_all_that_was_published()
    {
        await _history.TamperAsync($"""
            delete from ledger.event where seq_id = (select seq_id from public.mt_events where stream_id = '{_history.Sealed}' and version = {PublishedHistory.Turns});
            delete from public.mt_events where stream_id = '{_history.Sealed}' and version = {PublishedHistory.Turns};
            delete from ledger.pending where stream_id = '{_history.Sealed}' and version_to = {PublishedHistory.Turns};
            delete from ledger.log where stream_id = '{_history.Sealed}' and version_to = {PublishedHistory.Turns};
            update public.mt_streams set version = version - 1 where id = '{_history.Sealed}'
            """);
        await _history.FindsAsync(FindingCode.Rollback, _history.Size - 1);
        await _history.TamperAsync("delete from ledger.head; delete from ledger.tile; delete from ledger.edge; delete from ledger.checkpoint");
        await _history.FindsAsync(FindingCode.Rollback, 0);
        await _history.FindsAsync(FindingCode.Rollback, null, trust: _history.Trust, guarded: false);
    }

    private async Task ForgeAsync()
    {
        await _history.TamperAsync($"update public.mt_events set data = '{{\"text\": \"forged\"}}' where stream_id = '{_history.Stream}' and version = {Version}");
        await _history.RechainAsync(_history.Stream);
    }

    private async Task<string> ForgeAndSignAsync()
    {
        await ForgeAsync();
        await _history.TamperAsync($"delete from ledger.checkpoint where size > {_history.Sizes[1]}");
        return await _history.SignAsync(await _history.RetileAsync());
    }

    // The sequencer believes its guard, so the thief brings one that knows his head.
    private async Task GrowAsync(ScratchDirectory directory, string note)
    {
        var guard = new FileCheckpointGuard(directory.Path);
        (await guard.TryReplaceAsync(PublishedHistory.Origin, null, note)).ShouldBeTrue();
        await AppendAsync();
        await _history.SequenceAsync(guard);
        (await _history.Fixture.Log.HeadAsync())!.Size.ShouldBe(await _history.Fixture.Owner.ScalarAsync<long>("select ledger.size()"));
    }

    private Task AppendAsync() => _history.Fixture.AppendAsync(_history.Stream, new PageWritten("one more"), new PageWritten("and one"));

    private static string ShiftVersions(Guid stream, int by, long from) => $"""
        update public.mt_streams set version = version + {by} where id = '{stream}';
        update ledger.pending set version_from = version_from + {by}, version_to = version_to + {by} where stream_id = '{stream}' and version_from >= {from};
        update ledger.log set version_from = version_from + {by}, version_to = version_to + {by} where stream_id = '{stream}' and version_from >= {from}
        """;

    // In two steps, because the column is unique at each.
    private static string Shift(string table, string column, int by, string where) =>
        $"update {table} set {column} = -({column} + {by}) where {where}; update {table} set {column} = -{column} where {column} < 0";
}
