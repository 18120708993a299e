using System.Runtime.InteropServices;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>
/// A log of three tiles and four checkpoints over six streams of two tenants, and the tools of a superuser who rewrites it: he takes the guards away, and knows how hashes,
/// tiles and notes are made.
/// </summary>
internal sealed class PublishedHistory : IAsyncDisposable
{
    public const string Origin = "platform.example/test/1";

    /// <summary>Events of an append, and so the distance of the log places of two streams that append in turn.</summary>
    public const int EventsAnAppend = 10;

    private const int Checkpoints = 4, TurnsACheckpoint = 3;

    private PublishedHistory()
    {
    }

    public StoreFixture Fixture { get; } = new();

    public Guid Stream { get; } = Guid.CreateVersion7();

    /// <summary>Of the other tenant; appends right after <see cref="Stream"/>.</summary>
    public Guid Other { get; } = Guid.CreateVersion7();

    /// <summary>Each of its events, one an append, is signed by the writer. It has the log's last.</summary>
    public Guid Sealed { get; } = Guid.CreateVersion7();

    /// <summary>Sizes of the checkpoints.</summary>
    public List<long> Sizes { get; } = [];

    public long Size => Sizes[^1];

    /// <summary>Versions of <see cref="Sealed"/>; each other stream has ten times as many.</summary>
    public static int Turns => Checkpoints * TurnsACheckpoint;

    /// <summary>An auditor's: keys got before anything was touched, and the last checkpoint.</summary>
    public LogTrust Trust { get; private set; } = null!;

    public static async Task<PublishedHistory> CreateAsync()
    {
        var history = new PublishedHistory();
        await history.BeginAsync();
        return history;
    }

    public async ValueTask DisposeAsync() => await Fixture.DisposeAsync();

    /// <summary>Gives what was appended its place and signs it.</summary>
    /// <param name="guard">Not the log's own: what a thief of the keys shows the sequencer.</param>
    public Task SequenceAsync(ICheckpointGuard? guard = null) =>
        Fixture.SequenceAsync(guard is null ? null : Fixture.Compose(signing: Fixture.Signing with { Guard = guard }));

    public async Task<List<Finding>> VerifyAsync(LogTrust? trust = null, bool guarded = true)
    {
        var findings = new List<Finding>();
        await new LedgerVerification(Fixture.Database.Auditor).RunAsync(null, await LogAnchor.ReadAsync(Fixture.Database.Auditor, guarded ? Fixture.Guard : null, trust), findings.Add);
        return findings;
    }

    /// <summary>Exactly this finding, whatever its sentence.</summary>
    public async Task FindsAsync(string code, long? index, (string Tenant, Guid Stream, long Version)? at = null, LogTrust? trust = null, bool guarded = true) =>
        (await VerifyAsync(trust, guarded)).ConvertAll(f => f with { Detail = "" }).ShouldBe([new Finding(code, at?.Tenant, at?.Stream, at?.Version, index, "")]);

    public Task TamperAsync(string sql) => Fixture.Owner.RunAsync($"begin; set local session_replication_role = replica; {sql}; commit");

    public Task<long> IndexOfAsync(Guid stream, long version) =>
        Fixture.Owner.ScalarAsync<long>("select ledger.index_of(seq_id) from public.mt_events where stream_id = $1 and version = $2", stream, version);

    /// <summary>Makes the recorded hashes of a stream fit its rows again.</summary>
    public Task RechainAsync(Guid stream) => TamperAsync($"""
        do $$ declare e record; origin text := (select origin from ledger.epoch); prev bytea; payload bytea; metadata bytea; begin
            for e in select * from public.mt_events where stream_id = '{stream}' order by version loop
                prev := coalesce(prev, ledger.genesis(e.tenant_id, e.stream_id));
                payload := ledger.payload(convert_to(e.data::text, 'UTF8'), e.bdata);
                metadata := ledger.metadata(convert_to(e.correlation_id, 'UTF8'), convert_to(e.causation_id, 'UTF8'), convert_to(e.headers::text, 'UTF8'));
                prev := sha256(ledger.head(origin, e.tenant_id, e.stream_id) || ledger.body(e.version, e.id, e.type, e.timestamp, payload, metadata) || prev);
                insert into ledger.event values (e.seq_id, 1, ledger.first4(payload), ledger.first4(metadata), prev)
                on conflict (seq_id) do update set payload_check = excluded.payload_check, metadata_check = excluded.metadata_check, hash = excluded.hash;
            end loop;
        end $$
        """);

    /// <summary>Makes the tiles of the published size fit the recorded hashes again.</summary>
    /// <returns>Their root.</returns>
    public async Task<Hash> RetileAsync()
    {
        var entries = (await Fixture.Owner.ListAsync("select h.hash from ledger.event h join public.mt_events e using (seq_id) order by ledger.index_of(e.seq_id)", row => new Hash(row.GetFieldValue<byte[]>(0))))
            .Take((int)Size).ToArray();
        Hash[] leaves = [.. entries.Select(entry => L1.Leaf(entry))];
        var (sql, hashes) = ("delete from ledger.tile; delete from ledger.edge", leaves);
        foreach (var level in TileMath.Of(Size).GroupBy(tile => tile.Level!.Value))
        {
            foreach (var tile in level)
                sql += $"; insert into ledger.{(tile.IsFull ? "tile" : "edge")} (level, index, hashes) values ({tile.Level}, {tile.Index}, '\\x{Hex(level.Key == 0 ? entries : hashes, tile)}')";
            hashes = [.. level.Where(tile => tile.IsFull).Select(tile => TileMath.RootOf(hashes.AsSpan((int)tile.Index * TilePath.Width, TilePath.Width)))];
        }
        await TamperAsync(sql);
        return MerkleTree.Root(leaves);
    }

    /// <summary>Signs a head and puts it in the place of the last.</summary>
    /// <param name="root">Of the published size.</param>
    /// <param name="key">The thief's; null: the log's.</param>
    /// <returns>The note.</returns>
    public async Task<string> SignAsync(Hash root, LedgerKey? key = null, string origin = Origin)
    {
        var note = SignedNote.Sign(new Checkpoint(origin, Size, root).ToText(), [(key ?? Fixture.Keys[0]).Signer(origin)]).ToString();
        await TamperAsync($"update ledger.head set root = '\\x{Convert.ToHexStringLower(root.Bytes)}', note = '{note}'");
        return note;
    }

    private static string Hex(Hash[] hashes, TileId tile) => Convert.ToHexStringLower(MemoryMarshal.AsBytes(hashes.AsSpan((int)tile.Index * TilePath.Width, tile.Width)));

    private async Task BeginAsync()
    {
        await Fixture.InitializeAsync();
        await Fixture.AnnounceAsync(KeyRole.Log);
        await Fixture.AnnounceAsync(KeyRole.Writer);
        (string Tenant, Guid Stream)[] streams =
        [
            (StoreFixture.Tenant, Stream), (StoreFixture.OtherTenant, Other), (StoreFixture.Tenant, Guid.CreateVersion7()), (StoreFixture.OtherTenant, Guid.CreateVersion7()), (StoreFixture.Tenant, Guid.CreateVersion7()),
        ];
        for (var turn = 1; turn <= Turns; turn++)
        {
            foreach (var (tenant, stream) in streams)
                await Fixture.AppendAsync(tenant, stream, Enumerable.Range(0, EventsAnAppend).Select(n => new PageWritten($"{turn}.{n}")));
            await Fixture.AppendAsync(Sealed, new PageSealed("keeper"));
            if (turn % TurnsACheckpoint == 0)
            {
                await SequenceAsync();
                Sizes.Add((await Fixture.Log.HeadAsync())!.Size);
            }
        }
        Trust = await Fixture.Log.TrustAsync(null) with { Checkpoint = SignedNote.Parse((await Fixture.Log.HeadAsync())!.Note) };
        (await VerifyAsync(Trust)).ShouldBeEmpty();
    }
}
