using Platform.Ledger;

namespace Platform.EventStore.Tests.Log;

/// <summary>Bundles out of a database, whole, by tenant, from a checkpoint on, and after an interruption.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly StoreFixture _fixture = new();
    private Checkpoint _middle = null!;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await _fixture.AppendAsync(DocumentStore.PlatformTenant, Guid.CreateVersion7(), [new KeyRegistered("writer", "Ed25519", Convert.ToBase64String(_fixture.Keys[1].PublicKey))]);
        await AppendAsync(700);
        _middle = Checkpoint.Parse(SignedNote.Parse((await _fixture.Log.HeadAsync())!.Note).Text);
        await AppendAsync(400);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(null, false)]
    [InlineData(StoreFixture.Tenant, false)]
    [InlineData(StoreFixture.OtherTenant, false)]
    [InlineData(null, true)]
    [InlineData(StoreFixture.Tenant, true)]
    public async Task A_bundle_is_verified_and_has_every_event_of_its_scope(string? tenant, bool since)
    {
        var bundle = await ExportAsync(tenant, since ? _middle.Size : 0);
        var trust = since ? await _fixture.Log.TrustAsync(null) with { Checkpoint = SignedNote.Parse(Kept(_middle.Size)) } : await _fixture.Log.TrustAsync(null);
        var report = await new BundleVerifier().VerifyAsync(new MemoryStream(bundle), trust, finding => Assert.Fail($"{finding.Code} {finding.Index}: {finding.Detail}"));
        // The announcement of the writer's key is at index 0, and in everybody's bundle.
        report.Checked.ShouldBe(await _fixture.Owner.ScalarAsync<long>($"""
            select count(*) from public.mt_events where ledger.index_of(seq_id) >= {(since ? _middle.Size : 0)} {(tenant is null ? "" : $"and tenant_id in ('{tenant}', '*DEFAULT*')")}
            """));
    }

    [Fact]
    public async Task An_interrupted_export_goes_on_where_it_ended_and_comes_to_the_same_bytes()
    {
        var whole = await ExportAsync(null, 0);
        // What was appended since isn't part of it: the tree that it's about stays the same.
        await AppendAsync(50);
        var random = new Random(7);
        foreach (var length in Enumerable.Range(0, 25).Select(_ => random.Next(whole.Length)).Append(0).Append(511).Append(whole.Length - 1))
        {
            using var file = new MemoryStream();
            file.Write(whole.AsSpan(0, length));
            file.Position = 0;
            var begun = BundleBegun.Read(file);
            file.SetLength(begun?.Length ?? 0);
            file.Position = file.Length;
            await new LedgerExport(_fixture.Database.Auditor).WriteAsync(file, new ExportScope(null), Noon, begun);
            if (begun is not null)
                file.ToArray().SequenceEqual(whole).ShouldBeTrue($"cut off at {length} of {whole.Length}");
        }
    }

    [Fact]
    public async Task What_was_tampered_with_in_the_database_is_found_in_its_bundle()
    {
        await _fixture.Owner.RunAsync("begin; set local session_replication_role = replica; update public.mt_events set data = '{\"text\": \"forged\"}' where ledger.index_of(seq_id) = 300; commit");
        var findings = new List<Finding>();
        await new BundleVerifier().VerifyAsync(new MemoryStream(await ExportAsync(null, 0)), await _fixture.Log.TrustAsync(null), findings.Add);
        findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Code.ShouldBe(FindingCode.PayloadMismatch), f => f.Index.ShouldBe(300));
    }

    private async Task<byte[]> ExportAsync(string? tenant, long from)
    {
        using var file = new MemoryStream();
        await new LedgerExport(_fixture.Database.Auditor).WriteAsync(file, new ExportScope(tenant, from), Noon);
        return file.ToArray();
    }

    private string Kept(long size)
    {
        var note = new Checkpoint("platform.example/test/1", size, _middle.Root).ToText();
        using var signer = new Ed25519Signer("platform.example/test/1", _fixture.Keys[0].Seed);
        return SignedNote.Sign(note, [signer]).ToString();
    }

    private async Task AppendAsync(int count)
    {
        for (var n = 0; n < count; n += 50)
        {
            await _fixture.AppendAsync(Guid.CreateVersion7(), Enumerable.Range(0, 30).Select(i => new PageWritten($"ü {i}")));
            await _fixture.AppendAsync(StoreFixture.OtherTenant, Guid.CreateVersion7(), Enumerable.Range(0, 19).Select(i => new PageWritten($"{i}")));
            await _fixture.AppendAsync(Guid.CreateVersion7(), new PageSealed("keeper"));
        }
        await _fixture.SequenceAsync();
    }
}
