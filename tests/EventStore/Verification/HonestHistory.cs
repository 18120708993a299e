using Microsoft.Extensions.Logging.Abstractions;
using Platform.EventStore.Tests.Chain;
using Platform.Ledger;

namespace Platform.EventStore.Tests.Verification;

/// <summary>Whatever may happen to a log by right, step by step as chance has it, on a database of its own.</summary>
internal sealed class HonestHistory : IAsyncDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly Random _random;
    private readonly FaultyGuard _guard;
    private readonly List<(string Tenant, Guid Stream)> _streams = [];
    private readonly HashSet<(string, Guid)> _archived = [];
    private readonly Dictionary<(string Tenant, Guid Person), Dictionary<string, string>> _people = [];
    private readonly HashSet<(string, Guid)> _erased = [];
    private readonly List<Sequencer> _sequencers = [];
    private int _epoch = 1;

    private HonestHistory(Random random) => (_random, _guard) = (random, new FaultyGuard(_fixture, random));

    /// <summary>Each checkpoint that was ever published.</summary>
    public List<SignedNote> Published { get; } = [];

    public static async Task<HonestHistory> CreateAsync(Random random)
    {
        var history = new HonestHistory(random);
        await history._fixture.InitializeAsync();
        await history._fixture.AnnounceAsync(KeyRole.Writer);
        if (random.Next(2) == 0)
            await history.TurnAsync();
        await history._fixture.AnnounceAsync(KeyRole.Log);
        await history.TurnAsync();
        return history;
    }

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    public async Task StepAsync()
    {
        switch (_random.Next(22))
        {
            case < 5:
                await AppendAsync();
                break;
            case < 8:
                await TurnAsync();
                break;
            case 8:
                await _fixture.RotateAsync(_random.Next(2) == 0 ? KeyRole.Log : KeyRole.Writer);
                break;
            case 9:
                await ArchiveAsync();
                break;
            case 10:
                await BeRefusedAsync();
                break;
            case 11:
                await ForeignAsync();
                break;
            case 12:
                await _fixture.Owner.RunAsync("insert into ledger.epoch (epoch, origin) values ($1, $2)", ++_epoch, $"platform.example/test/{_epoch}");
                break;
            case 13:
                await ReplaceSequencerAsync();
                break;
            case 14:
                await Task.WhenAll(AppendAsync(), CheckAsync(), TurnAsync());
                break;
            case 15 or 16:
                await NoteAsync();
                break;
            case 17:
                await EraseAsync();
                break;
            case 18:
                await Task.WhenAll(EraseAsync(), CheckAsync());
                break;
            case 19:
                await Task.WhenAll(RotateEncryptionAsync(), CheckAsync());
                break;
            case 20:
                await RebuildAsync();
                break;
            default:
                await ReadUpcastAsync();
                break;
        }
    }

    /// <summary>Everything signed, and no finding: neither of the whole nor since any checkpoint, nor to one who remembers it.</summary>
    public async Task EndAsync()
    {
        var events = await _fixture.Owner.ScalarAsync<long>("select count(*) from public.mt_events");
        for (var turns = 0; (await _fixture.Log.HeadAsync())?.Size != events; turns++)
        {
            turns.ShouldBeLessThan(100, await _fixture.Log.AlarmAsync());
            await TurnAsync();
        }
        var head = (await _fixture.Log.HeadAsync())!;
        await CheckAsync();
        await RebuildAsync();
        var trust = await _fixture.Log.TrustAsync(null);
        foreach (var note in Published)
        {
            trust.Check(note).Problems.ShouldBeEmpty(note.Text);
            (await FindingsAsync(trust with { Checkpoint = note })).ShouldBeEmpty(note.Text);
            var checkpoint = Checkpoint.Parse(note.Text);
            var findings = new List<Finding>();
            var since = await new LedgerVerification(_fixture.Database.Auditor, _fixture.Personal).RunSinceAsync(checkpoint, await _fixture.AnchorAsync(), findings.Add);
            findings.ShouldBeEmpty(note.Text);
            since.Checked.ShouldBe(head.Size - checkpoint.Size);
        }
    }

    private async Task CheckAsync() => (await FindingsAsync(null)).ShouldBeEmpty();

    private async Task<List<Finding>> FindingsAsync(LogTrust? trust)
    {
        var findings = new List<Finding>();
        (await new LedgerVerification(_fixture.Database.Auditor, _fixture.Personal).RunAsync(null, await _fixture.AnchorAsync(trust), findings.Add)).Unchecked.ShouldBeNull();
        return findings;
    }

    private async Task AppendAsync()
    {
        var tenant = _random.Next(2) == 0 ? StoreFixture.Tenant : StoreFixture.OtherTenant;
        var session = _fixture.Store.LightweightSession(new SessionOptions(tenant, Draw.TextOrNull(_random), "http", Draw.TextOrNull(_random)));
        var known = _streams.Where(s => s.Tenant == tenant && !_archived.Contains(s)).Select(s => s.Stream).ToArray();
        foreach (var stream in Enumerable.Range(0, _random.Next(1, 4)).Select(_ => known.Length == 0 || _random.Next(3) == 0 ? Guid.CreateVersion7() : known[_random.Next(known.Length)]).Distinct())
        {
            session.Events.Append(stream, Enumerable.Range(0, _random.Next(10) == 0 ? 200 : _random.Next(1, 5)).Select(object (n) => _random.Next(3) == 0 ? new PageSealed($"{n}") : new PageWritten(Draw.Text(_random))));
            if (!_streams.Contains((tenant, stream)))
                _streams.Add((tenant, stream));
        }
        await session.SaveChangesAsync();
    }

    private async Task<long> TurnAsync()
    {
        if (_sequencers.Count == 0 || _random.Next(6) == 0)
            await ReplaceSequencerAsync();
        var taken = await _sequencers[^1].TurnAsync();
        // One that was stopped and goes on after its lease had passed on.
        if (_sequencers.Count > 1 && _random.Next(3) == 0)
            try
            {
                (await _sequencers[_random.Next(_sequencers.Count - 1)].TurnAsync()).ShouldBe(0);
            }
            catch (LeaseLostException)
            {
            }
        if (await _fixture.Log.HeadAsync() is { } head && (Published.Count == 0 || Published[^1].ToString() != head.Note))
            Published.Add(SignedNote.Parse(head.Note));
        return taken;
    }

    // By order, or because the one before was stopped and its lease ran out.
    private async Task ReplaceSequencerAsync()
    {
        await _fixture.Owner.RunAsync("update platform.lease set expires_at = clock_timestamp() where name = 'sequencer'");
        _sequencers.Add(new Sequencer(_fixture.Compose(signing: _fixture.Signing with { Guard = _guard }), NullLogger<Sequencer>.Instance));
    }

    private async Task ArchiveAsync()
    {
        if (_streams.Count == 0)
            return;
        var of = _streams[_random.Next(_streams.Count)];
        var session = _fixture.Session(of.Tenant);
        session.Events.ArchiveStream(of.Stream);
        await session.SaveChangesAsync();
        _archived.Add(of);
    }

    private async Task BeRefusedAsync()
    {
        if (_streams.Count == 0)
            return;
        var (tenant, stream) = _streams[_random.Next(_streams.Count)];
        var session = _fixture.Session(tenant);
        session.Events.Append(Guid.CreateVersion7(), new PageWritten("goes the same way"));
        session.Events.AppendAt(stream, 1_000_000, new PageSealed("nobody"));
        await Should.ThrowAsync<AppendRefusedException>(() => session.SaveChangesAsync());
    }

    private async Task ForeignAsync()
    {
        await using var pool = _fixture.As("platform_foreign");
        var (stream, last) = (Guid.CreateVersion7(), _random.Next(2, 6));
        await new ForeignWriter(pool).ManyAsync([.. new long[] { 1, last, last + _random.Next(1, 9) }.Select(version => new ForeignWriter.Row(StoreFixture.Tenant, stream, version, "tombstone", "{}"))]);
        if (_random.Next(2) == 0)
            await new ForeignWriter(pool).EachAsync(Enumerable.Range(1, 3).Select(version => new ForeignWriter.Row(StoreFixture.OtherTenant, stream, version, "notes.page-written", Draw.Json(_random))).ToList());
    }

    private async Task ReadUpcastAsync()
    {
        await using var pool = _fixture.As("platform_foreign");
        var stream = Guid.CreateVersion7();
        await new ForeignWriter(pool).EachAsync(new ForeignWriter.Row(StoreFixture.Tenant, stream, 1, "notes.title-changed", """{"name":"as it was"}"""));
        (await _fixture.Session().Events.AggregateStreamAsync<Notebook>(stream)).State.Title.ShouldBe("as it was");
        _streams.Add((StoreFixture.Tenant, stream));
    }

    // A person who is new, or one whose texts are put right.
    private async Task NoteAsync()
    {
        var tenant = _random.Next(2) == 0 ? StoreFixture.Tenant : StoreFixture.OtherTenant;
        var known = _people.Keys.Where(p => p.Tenant == tenant && !_erased.Contains(p)).Select(p => p.Person).ToArray();
        var person = known.Length == 0 || _random.Next(2) == 0 ? Guid.NewGuid() : known[_random.Next(known.Length)];
        var text = Draw.Text(_random);
        await _fixture.AppendAsync(tenant, person, [PersonNoted.Of(person, text, _random.Next(2) == 0 ? text : null)]);
        // What a page says of them, and what somebody copied out of it: no sealed text, wherever it's written.
        var e = (await _fixture.Session(tenant).Events.FetchStreamAsync(person))[^1];
        var token = ((PersonNoted)e.Data).Name!.Token;
        if (!_people.TryGetValue((tenant, person), out var texts))
            _people.Add((tenant, person), texts = []);
        texts.Add(token, text);
        await _fixture.AppendAsync(_random.Next(2) == 0 ? StoreFixture.Tenant : StoreFixture.OtherTenant, Guid.CreateVersion7(), [new PageWritten(_random.Next(2) == 0 ? token : $"{text} {token[..^3]}")]);
    }

    private async Task EraseAsync()
    {
        var (tenant, person) = _people.Keys.FirstOrDefault(p => !_erased.Contains(p));
        if (tenant is null)
            (tenant, person) = (StoreFixture.Tenant, Guid.NewGuid());
        _erased.Add((tenant, person));
        await _fixture.EraseAsync(tenant, person);
    }

    private async Task RotateEncryptionAsync()
    {
        var current = await _fixture.Encryption.CurrentAsync(CancellationToken.None);
        await _fixture.Encryption.MakeAsync(current + 1, CancellationToken.None);
        await foreach (var key in _fixture.Personal.Keys.AllAsync(null, CancellationToken.None))
            await _fixture.Personal.RewrapAsync(key, CancellationToken.None);
        await _fixture.Encryption.DestroyAsync(current, CancellationToken.None);
    }

    // What is made of events by another version of the program, and what people read: as it was written, or erased.
    private async Task RebuildAsync()
    {
        var store = _fixture.Compose(snapshotEvery: 1, shape: _random.Next(2, 1_000));
        foreach (var (tenant, stream) in _streams)
            await store.QuerySession(tenant).Events.AggregateStreamAsync<Notebook>(stream);
        foreach (var ((tenant, person), texts) in _people)
            foreach (var (placed, text) in await _fixture.Personal.OpenAsync(tenant, texts.Keys.Select(token => new PlacedText(PersonalText.Sealed(token), person, "name"))))
                text.ShouldBe(_erased.Contains((tenant, person)) ? PersonalData.Erased : texts[placed.Text.Token]);
    }

    /// <summary>Now and then it has written and can't say so: the database is behind what was signed until the next turn.</summary>
    private sealed class FaultyGuard(StoreFixture fixture, Random random) : ICheckpointGuard
    {
        private readonly Random _random = new(random.Next());

        public Task<string?> ReadAsync(string origin, CancellationToken cancel = default) => fixture.Guard.ReadAsync(origin, cancel);

        public async Task<bool> TryReplaceAsync(string origin, string? expected, string next, CancellationToken cancel = default)
        {
            var replaced = await fixture.Guard.TryReplaceAsync(origin, expected, next, cancel);
            return _random.Next(8) == 0 ? throw new IOException("the store went away") : replaced;
        }
    }
}
