namespace Platform.Ledger.Tests;

public class BundleVerifierTests
{
    private static readonly Guid _stream = new("11111111-1111-4111-8111-111111111111");

    private readonly Random _random = new(1_000_000);

    [Fact]
    public async Task Several_levels_of_tiles_are_verified_whole_and_from_where_one_left_off()
    {
        var history = new BundleHistory();
        for (var n = 0; n < 66_000; n++)
        {
            history.Append(BundleDraw.Tenants[n % 3], new Guid(n % 700, 0, 0, new byte[8]), "item_edited", _random);
            if (n == 40_000)
                history.Keep();
        }

        var (findings, report) = await history.Parts().VerifyAsync(history.Trust);
        findings.ShouldBeEmpty();
        report.Checked.ShouldBe(66_001);

        for (var n = 0; n < 1_000; n++)
            history.Append("tenant-a", _stream, "item_edited", _random);
        (await history.Parts(from: 66_001).VerifyAsync(report.Trust)).Report.Checked.ShouldBe(1_000);
        (await history.Parts("tenant-b").VerifyAsync(report.Trust)).Report.Checked.ShouldBe(22_001);

        var parts = history.Parts();
        parts.Tile = Flip(0, tile => tile is { Level: 0, Index: 100 });
        (await FindAsync(parts)).ShouldBe(Told.Of(FindingCode.RootMismatch, history.Events[25_600]));
        parts.Tile = Flip(40, tile => tile is { Level: 1, Index: 0 });
        (await FindAsync(parts)).ShouldBe(new Told(FindingCode.RootMismatch, null, null, null, 256));
        parts.Tile = Flip(0, tile => tile.Level == 2);
        (await FindAsync(parts)).ShouldBe(new Told(FindingCode.RootMismatch, null, null, null, 0));
        parts.Tile = Flip(32, tile => tile is { Level: 0, IsFull: false });
        (await FindAsync(parts)).Index.ShouldBe(66_816 + 1);
    }

    [Fact]
    public async Task Another_log_of_the_same_size_is_a_split_view()
    {
        var (history, trust) = Remembered(60);
        var parts = Rewritten(history, 20);
        parts.Note = history.Note(MerkleTree.Root(parts.Leaves)).ToString();
        (await FindAsync(parts, trust)).Code.ShouldBe(FindingCode.SplitView);
        (await FindAsync(history.Parts(), trust with { Checkpoint = SignedNote.Parse(parts.Note) })).Code.ShouldBe(FindingCode.SplitView);
    }

    [Fact]
    public async Task Another_log_grown_further_contradicts_what_was_verified()
    {
        var (history, trust) = Remembered(60);
        Fill(history, 40);
        (await history.Parts().VerifyAsync(trust)).Findings.ShouldBeEmpty();
        var parts = Rewritten(history, 20);
        parts.Note = history.Note(MerkleTree.Root(parts.Leaves)).ToString();
        (await FindAsync(parts, trust)).ShouldBe(new Told(FindingCode.InconsistentHistory, null, null, null, 61));
        (await history.Parts().VerifyAsync(trust with { Checkpoint = null })).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_checkpoint_that_the_log_kept_must_be_contained_too()
    {
        var history = History(60);
        history.Keep();
        Fill(history, 40);
        var parts = Rewritten(history, 20);
        parts.Note = history.Note(MerkleTree.Root(parts.Leaves)).ToString();
        (await FindAsync(parts)).ShouldBe(new Told(FindingCode.InconsistentHistory, null, null, null, 61));
        parts = history.Parts();
        parts.Kept[61] = parts.Kept[61].Replace("\n61\n", "\n60\n", StringComparison.Ordinal);
        (await FindAsync(parts)).Code.ShouldBe(FindingCode.BadCheckpointSignature);
    }

    [Fact]
    public async Task An_old_checkpoint_shown_as_current_is_stale_and_a_reopened_log_that_lost_entries_a_rollback()
    {
        var history = History(60);
        var old = history.Parts();
        Fill(history, 40);
        var trust = (await history.Parts().VerifyAsync()).Report.Trust!;
        (await FindAsync(old, trust)).ShouldBe(new Told(FindingCode.Stale, null, null, null, null));

        var restored = History(60);
        restored.OpenEpoch();
        Fill(restored, 10);
        (await FindAsync(restored.Parts(), trust)).Code.ShouldBe(FindingCode.Rollback);
        Fill(restored, 60);
        (await FindAsync(restored.Parts(), trust)).Code.ShouldBe(FindingCode.Rollback);

        var parts = restored.Parts();
        parts.Kept[101] = trust.Checkpoint!.ToString();
        (await FindAsync(parts)).ShouldBe(new Told(FindingCode.Rollback, null, null, null, 101));
    }

    [Fact]
    public async Task A_new_epoch_that_kept_all_entries_goes_on_under_the_same_trust()
    {
        var (history, trust) = Remembered(60);
        history.OpenEpoch();
        Fill(history, 10);
        var (findings, report) = await history.Parts().VerifyAsync(trust);
        findings.ShouldBeEmpty();
        report.Trust!.Keys.ShouldContain(key => key.Key.Name == $"{BundleHistory.Log}/2");
    }

    [Fact]
    public async Task A_forged_event_at_the_end_of_a_signed_stream_lacks_its_writers_signature()
    {
        var history = History(20);
        history.RegisterWriter();
        history.Append("tenant-a", _stream, "security.role-granted", _random);
        foreach (var forger in new byte?[] { null, 50 })
        {
            var e = history.Append("tenant-a", _stream, "security.role-granted", _random);
            history.Events[^1] = forger is { } seed ? BundleHistory.Signed(e, seed) : e with { Writer = null };
            (await FindAsync(history.Parts())).ShouldBe(Told.Of(FindingCode.BadWriterSignature, e));
            history.Events[^1] = e;
        }

        var before = history.Events[^1];
        history.Rotate(KeyRole.Writer);
        var late = history.Append("tenant-a", _stream, "security.role-granted", _random);
        (await history.Parts().VerifyAsync()).Findings.ShouldBeEmpty();
        history.Events[^1] = late with { Writer = BundleHistory.Signed(late, 2).Writer };
        (await FindAsync(history.Parts())).ShouldBe(Told.Of(FindingCode.KeyExpired, late));
        before.Writer.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_checkpoint_altered_or_by_an_unknown_key_is_badly_signed()
    {
        var history = new BundleHistory { HasQuorum = true };
        Fill(history, 20);
        foreach (var note in new[]
        {
            history.Note().ToString().Replace("\n21\n", "\n20\n", StringComparison.Ordinal),
            history.Note().ToString().Replace(Convert.ToBase64String(MerkleTree.Root(history.Leaves()).Bytes), Convert.ToBase64String(new byte[32]), StringComparison.Ordinal),
            history.Note(seed: 77).ToString(),
        })
            await OnlyAsync(history.Parts(), parts => parts.Note = note, FindingCode.BadCheckpointSignature, history.Trust);
        await OnlyAsync(history.Parts(), parts => parts.Note = SignedNote.Sign(history.Note().Text, [new Ed25519Signer(history.Origin, BundleHistory.Seed(1))]).ToString(),
            FindingCode.NoQuorum, history.Trust);
    }

    [Fact]
    public async Task A_checkpoint_that_needs_both_algorithms_is_refused_with_one()
    {
        var history = History(20);
        await OnlyAsync(history.Parts(), _ => { }, FindingCode.BadCheckpointSignature, history.Trust with { HybridFrom = 5 });
    }

    [Fact]
    public async Task A_head_by_a_retired_key_is_expired()
    {
        var history = History(20);
        history.Rotate(KeyRole.Log);
        Fill(history, 5);
        await OnlyAsync(history.Parts(), parts => parts.Note = history.Note(seed: 1).ToString(), FindingCode.KeyExpired, null);
    }

    [Fact]
    public async Task A_bundle_of_another_log_has_the_wrong_origin()
    {
        var history = History(20);
        var other = new LogTrust([new TrustedKey(KeyRole.Log, new VerifierKey("platform.example/us-1/1", KeyAlgorithm.Ed25519, history.Trust.Keys[0].Key.PublicKey), 0, null)], []);
        await OnlyAsync(history.Parts(), _ => { }, FindingCode.WrongOrigin, other);
        await OnlyAsync(history.Parts(), parts => parts.About = parts.About with { Origin = "platform.example/us-1/1" }, FindingCode.WrongOrigin, history.Trust);
        await OnlyAsync(history.Parts(), parts => parts.About = parts.About with { Epochs = new Dictionary<int, string> { [1] = "platform.example/us-1/1" } }, FindingCode.WrongOrigin, null);
    }

    [Fact]
    public async Task An_event_appended_again_is_a_duplicate_in_whatever_stream()
    {
        var history = History(20);
        var again = history.Append("tenant-b", Draw.Id(_random), "item_edited", _random, id: history.Events[7].Id);
        Fill(history, 5);
        (await FindAsync(history.Parts())).ShouldBe(Told.Of(FindingCode.Duplicate, again));
    }

    [Fact]
    public async Task A_tombstone_that_is_gone_is_found_though_gaps_are_normal_there()
    {
        var history = History(5);
        for (var n = 0; n < 4; n++)
            history.Append("tenant-a", _stream, "tombstone", _random, skip: n);
        (await history.Parts().VerifyAsync()).Findings.ShouldBeEmpty();
        var parts = history.Parts();
        var gone = parts.Events[^2];
        parts.Events.RemoveAt(parts.Events.Count - 2);
        (await FindAsync(parts)).ShouldBe(new Told(FindingCode.VersionGap, "tenant-a", _stream, null, gone.Index));
    }

    [Fact]
    public async Task Several_events_gone_in_a_row_are_one_gap_that_begins_at_the_first()
    {
        var history = History(200);
        var parts = history.Parts();
        var stream = parts.Events.Where(e => e.Stream == parts.Events[50].Stream && e.Tenant == parts.Events[50].Tenant).ToList();
        parts.Events.RemoveAll(stream[2..6].Contains);
        (await FindAsync(parts)).ShouldBe(Told.Of(FindingCode.VersionGap, stream[2]));
    }

    [Fact]
    public async Task A_tenants_bundle_tells_of_a_gap_and_shows_nobody_elses_events()
    {
        var history = History(100);
        var parts = history.Parts("tenant-a");
        var stream = parts.Events.Where(e => e.Stream == parts.Events[9].Stream).ToList();
        parts.Events.Remove(stream[3]);
        (await FindAsync(parts)).ShouldBe(Told.Of(FindingCode.VersionGap, stream[3]));
        parts = history.Parts("tenant-a");
        var other = history.Events.Find(e => e.Tenant == "tenant-b");
        parts.Events = [.. parts.Events.Append(other).OrderBy(e => e.Index)];
        (await FindAsync(parts)).ShouldBe(Told.Of(FindingCode.WrongTenant, other));
    }

    [Fact]
    public async Task Long_lines_among_short_ones_are_verified_and_their_events_found()
    {
        var history = History(20);
        foreach (var length in new[] { 700_000, 262_000, 3_000_000, 10 })
            history.Append("tenant-a", _stream, "item_edited", _random, $"\"{new string('ä', length / 2)}\"");
        Fill(history, 20);
        (await history.Parts().VerifyAsync()).Report.Checked.ShouldBe(45);
        var parts = history.Parts();
        parts.Events[23] = parts.Events[23] with { Data = "\"\""u8.ToArray() };
        (await FindAsync(parts)).ShouldBe(Told.Of(FindingCode.PayloadMismatch, history.Events[23]));
    }

    [Fact]
    public async Task Verification_stops_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        var bundle = new MemoryStream(await History(3000).Parts().WriteAsync());
        await Should.ThrowAsync<OperationCanceledException>(() => new BundleVerifier().VerifyAsync(bundle, null, _ => { }, (_, _) => stop.Cancel(), stop.Token));
    }

    [Fact]
    public async Task What_memory_has_no_room_for_is_found_all_the_same_and_leaves_no_file_behind()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(directory.FullName, "bundle.tar");
            var history = History(6000);
            var again = history.Append("tenant-b", _stream, "item_edited", _random, id: history.Events[1].Id);
            var parts = history.Parts();
            var gone = parts.Events[3000];
            parts.Events.RemoveAt(3000);
            await File.WriteAllBytesAsync(file, await parts.WriteAsync());
            var (findings, last, files) = (new List<Told>(), (Done: 0L, Of: 0L), 0);
            await new BundleVerifier(directory.FullName, threads: 1, memory: 0).VerifyAsync(file, null, finding => findings.Add(Told.Of(finding)), (done, of) =>
            {
                last = (done, of);
                files = Math.Max(files, directory.GetFiles().Length);
            });
            findings.ShouldBe([Told.Of(FindingCode.Duplicate, again), Told.Of(FindingCode.VersionGap, gone)], ignoreOrder: true);
            last.ShouldBe((6002L, 6002L));
            // The bundle, its leaves, and the chains; 24 ids a partition fill no block.
            files.ShouldBe(3);
            directory.GetFiles().Length.ShouldBe(1);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_nobody_vouches_for_is_said()
    {
        var history = History(20);
        (await history.Parts().VerifyAsync(history.Trust)).Report.Unchecked.ShouldBeEmpty();
        (await history.Parts().VerifyAsync()).Report.Unchecked.ShouldHaveSingleItem().ShouldStartWith("Whose keys these are");
        (await history.Parts("tenant-a", 10).VerifyAsync(history.Trust)).Report.Unchecked.Count.ShouldBe(2);
    }

    private static Action<TileId, byte[]> Flip(int at, Func<TileId, bool> where) => (tile, bytes) =>
    {
        if (where(tile))
            bytes[at] ^= 1;
    };

    private BundleHistory History(int events)
    {
        var history = new BundleHistory();
        Fill(history, events);
        return history;
    }

    private void Fill(BundleHistory history, int events)
    {
        for (var n = 0; n < events; n++)
            history.Append(BundleDraw.Tenants[n % 3], new Guid(n % 6, 0, 0, new byte[8]), "item_edited", new Random((int)history.Size));
    }

    private (BundleHistory History, LogTrust Trust) Remembered(int events)
    {
        var history = History(events);
        return (history, history.Parts().VerifyAsync(history.Trust).GetAwaiter().GetResult().Report.Trust!);
    }

    private static BundleParts Rewritten(BundleHistory history, int from)
    {
        var parts = history.Parts();
        BundleTampers.Rechain(history, parts, parts.Events[from], "{\"forged\": true}");
        parts.Leaves = [.. parts.Events.Select(e => L1.Leaf(e.Hash))];
        return parts;
    }

    private static async Task OnlyAsync(BundleParts parts, Action<BundleParts> tamper, string code, LogTrust? trust)
    {
        tamper(parts);
        (await FindAsync(parts, trust)).ShouldBe(new Told(code, null, null, null, null));
    }

    private static async Task<Told> FindAsync(BundleParts parts, LogTrust? trust = null)
    {
        var (findings, _) = await parts.VerifyAsync(trust);
        return Told.Of(findings.ShouldHaveSingleItem());
    }
}
