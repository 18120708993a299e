using System.Security.Cryptography;
using Platform.EventStore.Tests.Personal;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>
/// What somebody can do to the key store, or to events in the name of an erasure (design/ledger.md, "Tampers", rows 18 to 20). Three people: one noted in her own stream and at the end of another's,
/// one of another tenant, one erased.
/// </summary>
public sealed class SubjectKeyTamperTests : IAsyncLifetime
{
    private readonly StoreFixture _fixture = new();
    private readonly Guid _ada = Guid.NewGuid();
    private readonly Guid _bob = Guid.NewGuid();
    private readonly Guid _cleo = Guid.NewGuid();
    private readonly Guid _letters = Guid.CreateVersion7();
    private string _copyOfCleo = "";

    private ISubjectKeyStore Keys => _fixture.Personal.Keys;

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await _fixture.AppendAsync(_cleo, PersonNoted.Of(_cleo, "Cleo"));
        _copyOfCleo = await File.ReadAllTextAsync(FileOf(StoreFixture.Tenant, _cleo));
        await _fixture.EraseAsync(StoreFixture.Tenant, _cleo);
        await _fixture.AppendAsync(_ada, PersonNoted.Of(_ada, "Ada", "ada@example.org"));
        await _fixture.AppendAsync(StoreFixture.OtherTenant, _bob, [PersonNoted.Of(_bob, "Bob")]);
        await _fixture.AppendAsync(_letters, new PageWritten("Dear"), new PageWritten("reader"));
        await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T18_a_key_swapped_for_another_persons_or_a_fresh_one(bool isAnothers)
    {
        await SwapAsync(isAnothers ? (await _fixture.SubjectKeyAsync(StoreFixture.OtherTenant, _bob)).Bytes : RandomNumberGenerator.GetBytes(SubjectKey.Size));
        await FindsAsync(FindingCode.KeyCommitment, StoreFixture.Tenant, _ada, 1);
        (await _fixture.VerifyAsync(_ada)).ShouldHaveSingleItem().Code.ShouldBe(FindingCode.KeyCommitment);
        (await _fixture.VerifyAsync(_letters)).ShouldBeEmpty();
    }

    [Fact]
    public async Task T18_a_key_swapped_after_a_checkpoint_is_found_since_it()
    {
        var since = Checkpoint.Parse(SignedNote.Parse((await _fixture.Log.HeadAsync())!.Note).Text);
        await _fixture.AppendAsync(_letters, PersonNoted.Of(_ada, "Ada"));
        await _fixture.SequenceAsync();
        await SwapAsync(RandomNumberGenerator.GetBytes(SubjectKey.Size));
        var findings = new List<Finding>();
        await new LedgerVerification(_fixture.Database.Auditor, _fixture.Personal).RunSinceAsync(since, await _fixture.AnchorAsync(), findings.Add);
        (findings.ShouldHaveSingleItem() with { Detail = "" }).ShouldBe(new Finding(FindingCode.KeyCommitment, StoreFixture.Tenant, _letters, 3, await IndexOfAsync(_letters, 3), ""));
    }

    [Fact]
    public async Task T18_a_key_that_is_damaged_is_told_with_whose_it_is_and_the_others_are_checked()
    {
        var kept = (await Keys.FindAsync(StoreFixture.Tenant, _ada, CancellationToken.None)).Key!;
        kept.Wrapped[20] ^= 1;
        await Keys.ReplaceAsync(kept, CancellationToken.None);
        File.Delete(FileOf(StoreFixture.OtherTenant, _bob));
        var findings = await _fixture.VerifyAsync();
        findings.Select(f => (f.Code, f.Stream, f.Version)).ShouldBe([(FindingCode.KeyCommitment, _ada, 1), (FindingCode.MissingKey, _bob, 1)], ignoreOrder: true);
        findings.Single(f => f.Stream == _ada).Detail.ShouldContain($"{_ada}");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("of another")]
    public async Task T18_a_key_file_that_is_no_key_of_the_persons(string content)
    {
        await _fixture.AppendAsync(Guid.CreateVersion7(), PersonNoted.Of(_letters, "Somebody"));
        await File.WriteAllTextAsync(FileOf(StoreFixture.Tenant, _ada), content == "{" ? content : await File.ReadAllTextAsync(FileOf(StoreFixture.Tenant, _letters)));
        await FindsAsync(FindingCode.KeyCommitment, StoreFixture.Tenant, _ada, 1);
    }

    [Fact]
    public async Task T19_a_deleted_body_that_is_called_an_erasure()
    {
        await _fixture.AppendAsync(_letters, PersonNoted.Of(_ada, "Ada"));
        await _fixture.EraseAsync(StoreFixture.Tenant, _ada);
        await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
        var index = await IndexOfAsync(_letters, 3);
        await TamperAsync($"delete from public.mt_events where stream_id = '{_letters}' and version = 3");
        (await _fixture.VerifyAsync()).ConvertAll(f => f with { Detail = "" }).ShouldBe([new Finding(FindingCode.MissingPayload, StoreFixture.Tenant, _letters, 3, index, "")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T20_an_erased_key_back_from_a_copy(bool isMarked)
    {
        await File.WriteAllTextAsync(FileOf(StoreFixture.Tenant, _cleo), _copyOfCleo);
        if (!isMarked)
            File.Delete(Path.ChangeExtension(FileOf(StoreFixture.Tenant, _cleo), ".erased"));
        await FindsAsync(FindingCode.ErasureViolated, StoreFixture.Tenant, _cleo, 2);
    }

    [Fact]
    public async Task T20_an_erased_key_in_another_tenants_place()
    {
        var elsewhere = FileOf(StoreFixture.OtherTenant, _cleo);
        Directory.CreateDirectory(Path.GetDirectoryName(elsewhere)!);
        await File.WriteAllTextAsync(elsewhere, _copyOfCleo);
        await FindsAsync(FindingCode.ErasureViolated, StoreFixture.Tenant, _cleo, 2);
    }

    [Fact]
    public async Task T20_an_erased_key_under_which_nothing_was_ever_sealed()
    {
        var dora = Guid.NewGuid();
        await _fixture.SubjectKeyAsync(StoreFixture.OtherTenant, dora);
        var copy = await File.ReadAllTextAsync(FileOf(StoreFixture.OtherTenant, dora));
        await _fixture.EraseAsync(StoreFixture.OtherTenant, dora);
        await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
        await File.WriteAllTextAsync(FileOf(StoreFixture.OtherTenant, dora), copy);
        await FindsAsync(FindingCode.ErasureViolated, StoreFixture.OtherTenant, dora, 1);
    }

    [Fact]
    public async Task A_key_that_is_gone_without_an_erasure()
    {
        File.Delete(FileOf(StoreFixture.Tenant, _ada));
        await FindsAsync(FindingCode.MissingKey, StoreFixture.Tenant, _ada, 1);
    }

    [Fact]
    public async Task A_key_that_is_destroyed_without_being_recorded_is_gone_until_it_is()
    {
        var keys = await _fixture.Personal.DestroyAsync(StoreFixture.Tenant, _ada, CancellationToken.None);
        await FindsAsync(FindingCode.MissingKey, StoreFixture.Tenant, _ada, 1);
        // An erasure that is under way isn't taken for a loss.
        var verifying = _fixture.VerifyAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await _fixture.AppendAsync(_ada, new ErasureCompleted(_ada, keys));
        (await verifying).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_erasure_counts_in_any_stream_of_its_tenant_and_in_no_other_tenant(bool isOwn)
    {
        var keys = await _fixture.Personal.DestroyAsync(StoreFixture.Tenant, _ada, CancellationToken.None);
        await _fixture.AppendAsync(isOwn ? StoreFixture.Tenant : StoreFixture.OtherTenant, Guid.NewGuid(), [new ErasureCompleted(_ada, keys)]);
        await _fixture.SequenceAsync();
        if (isOwn)
            (await _fixture.VerifyAsync()).ShouldBeEmpty();
        else
            await FindsAsync(FindingCode.MissingKey, StoreFixture.Tenant, _ada, 1);
    }

    [Fact]
    public async Task Of_two_people_in_one_event_the_one_whose_key_is_lost_is_seen_beside_the_erased_one()
    {
        var (stream, id) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var dora = await _fixture.SubjectKeyAsync(StoreFixture.Tenant, Guid.NewGuid());
        var eve = await _fixture.SubjectKeyAsync(StoreFixture.Tenant, Guid.NewGuid());
        await _fixture.AppendAsync(stream, new PageWritten("first"));
        await InsertAsync(stream, 2, id, $$"""{"author": "{{SealedText.Seal(eve, id, "author", "Eve")}}", "reader": "{{SealedText.Seal(dora, id, "reader", "Dora")}}"}""");
        await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
        await _fixture.EraseAsync(StoreFixture.Tenant, eve.SubjectId);
        await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
        File.Delete(FileOf(StoreFixture.Tenant, dora.SubjectId));
        await FindsAsync(FindingCode.MissingKey, StoreFixture.Tenant, stream, 2);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("A")]
    public async Task A_text_that_says_it_is_sealed_there_and_is_cut_or_too_long(string end)
    {
        var id = Guid.CreateVersion7();
        var token = SealedText.Seal(await _fixture.SubjectKeyAsync(StoreFixture.Tenant, _ada), id, "text", "Ada");
        await InsertAsync(_letters, 3, id, $$"""{"text": "{{(end == "." ? token[..token.LastIndexOf('.')] : token + end)}}"}""");
        await _fixture.SequenceAsync();
        await FindsAsync(FindingCode.KeyCommitment, StoreFixture.Tenant, _letters, 3);
    }

    [Fact]
    public async Task A_sealed_text_that_was_edited_is_an_edited_body_and_nothing_else()
    {
        await TamperAsync($"update public.mt_events set data = jsonb_set(data, '{{name}}', to_jsonb(left(data->>'name', -5))) where stream_id = '{_ada}'");
        await FindsAsync(FindingCode.PayloadMismatch, StoreFixture.Tenant, _ada, 1);
    }

    [Fact]
    public async Task What_somebody_wrote_that_looks_like_one_is_no_sealed_text()
    {
        var lost = new SubjectKey(Guid.NewGuid(), StoreFixture.Tenant, Guid.NewGuid(), new byte[SubjectKey.Size]);
        var id = Guid.CreateVersion7();
        var texts = new[]
        {
            SealedText.Seal(lost, Guid.NewGuid(), "text", "of another event"), SealedText.Seal(lost, id, "text", "deeper"), SealedText.Seal(lost with { TenantId = StoreFixture.OtherTenant }, id, "c", "of another tenant"),
            SealedText.Seal(lost, id, "text", "of another member"), SealedText.Prefix, $"{SealedText.Prefix}!", $"see {SealedText.Seal(lost, id, "f", "quoted")}",
        };
        await InsertAsync(_letters, 3, id, $$"""{"text": "{{texts[0]}}", "b": {"text": "{{texts[1]}}"}, "c": "{{texts[2]}}", "d": "{{texts[3]}}", "e": ["{{texts[4]}}", "{{texts[5]}}"], "f": "{{texts[6]}}"}""");
        await InsertAsync(_letters, 4, Guid.CreateVersion7(), $"\"{texts[1]}\"");
        await _fixture.SequenceAsync();
        (await _fixture.VerifyAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_key_store_or_what_wraps_is_away_it_says_what_it_leaves_out_and_goes_on(bool isStore)
    {
        if (isStore)
            Directory.Move(_fixture.SubjectKeys, _fixture.SubjectKeys + ".away");
        _fixture.Encryption.IsAway = !isStore;
        await TamperAsync($"update public.mt_events set data = '1' where stream_id = '{_letters}' and version = 2");
        var findings = new List<Finding>();
        var summary = await new LedgerVerification(_fixture.Database.Auditor, _fixture.Personal).RunAsync(null, await _fixture.AnchorAsync(), findings.Add);
        findings.ShouldHaveSingleItem().Code.ShouldBe(FindingCode.PayloadMismatch);
        summary.Unchecked!.Count.ShouldBe(isStore ? 2 : 1);
        // The erased one's needn't be wrapped by anything to be seen to be gone.
        summary.Unchecked[0].ShouldStartWith($"{(isStore ? 3 : 2)} events with texts about people");
        if (isStore)
            Directory.Move(_fixture.SubjectKeys + ".away", _fixture.SubjectKeys);
    }

    private async Task SwapAsync(ReadOnlyMemory<byte> bytes)
    {
        var kept = (await Keys.FindAsync(StoreFixture.Tenant, _ada, CancellationToken.None)).Key!;
        await Keys.ReplaceAsync(kept with { Wrapped = await _fixture.Encryption.WrapAsync(kept.WrappedBy, bytes, MemoryKeyEncryption.ContextOf(kept), CancellationToken.None) }, CancellationToken.None);
    }

    private Task InsertAsync(Guid stream, long version, Guid id, string data) => _fixture.Owner.RunAsync($"""
        insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
        values (nextval('public.mt_events_sequence'), '{id}', '{stream}', {version}, '{data}', 'notes.page-written', now(), '{StoreFixture.Tenant}');
        update public.mt_streams set version = {version} where id = '{stream}'
        """);

    private string FileOf(string tenant, Guid person) => Path.Combine(_fixture.SubjectKeys, tenant, "subjects", $"{person:N}"[^2..], $"{person}.key");

    private Task TamperAsync(string sql) => _fixture.Owner.RunAsync($"begin; set local session_replication_role = replica; {sql}; commit");

    private Task<long> IndexOfAsync(Guid stream, long version) =>
        _fixture.Owner.ScalarAsync<long>("select ledger.index_of(seq_id) from public.mt_events where stream_id = $1 and version = $2", stream, version);

    // The sentence for the operator is free.
    private async Task FindsAsync(string code, string tenant, Guid stream, long version) =>
        (await _fixture.VerifyAsync()).ConvertAll(f => f with { Detail = "" }).ShouldBe([new Finding(code, tenant, stream, version, await IndexOfAsync(stream, version), "")]);
}
