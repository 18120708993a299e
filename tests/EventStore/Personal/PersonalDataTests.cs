using Platform.Ledger;

namespace Platform.EventStore.Tests.Personal;

/// <summary>Texts about people as they are written and read, over a key store and a database of the class's own.</summary>
public sealed class PersonalDataTests(StoreFixture fixture) : IClassFixture<StoreFixture>, IDisposable
{
    private const string Tenant = StoreFixture.Tenant;

    private readonly Guid _person = Guid.NewGuid();

    // Another process: nothing at hand.
    private PersonalData Fresh(Func<string, IReadOnlyCollection<Guid>, CancellationToken, Task<IReadOnlyCollection<Guid>>>? erased = null) =>
        erased is null ? new(fixture.Personal.Keys, fixture.Encryption) : new(fixture.Personal.Keys, fixture.Encryption) { ErasedAsync = erased };

    private string KeyFile => Path.Combine(fixture.SubjectKeys, Tenant, "subjects", $"{_person:N}"[^2..], $"{_person}.key");

    private async Task<PersonalText> WriteAsync(string name = "Ada")
    {
        await fixture.AppendAsync(_person, PersonNoted.Of(_person, name));
        return ((PersonNoted)(await fixture.Session().Events.FetchStreamAsync(_person))[^1].Data).Name!;
    }

    private async Task<string> OpenAsync(PersonalData personal, PersonalText text, string tenant = Tenant, Guid? person = null, string property = "name", Guid? eventId = null)
    {
        var placed = new PlacedText(text, person ?? _person, property, eventId);
        return (await personal.OpenAsync(tenant, [placed, null, placed]))[placed];
    }

    private Task<long> EventsAsync() => fixture.Owner.ScalarAsync<long>("select count(*) from public.mt_events where stream_id = $1", _person);

    public void Dispose() => fixture.Encryption.IsAway = false;

    [Fact]
    public async Task What_is_written_is_sealed_and_opens_for_its_tenant_alone()
    {
        // Three letters may stand in what is sealed by chance; a space can't.
        const string Name = "Ada Lovelace";
        var text = await WriteAsync(Name);
        (await fixture.Owner.ScalarAsync<string>("select data::text from public.mt_events where stream_id = $1", _person)).ShouldNotContain(Name);
        (await OpenAsync(Fresh(), text)).ShouldBe(Name);
        (await OpenAsync(Fresh(), text, StoreFixture.OtherTenant)).ShouldBe(PersonalData.Unavailable);
    }

    [Fact]
    public async Task What_was_erased_is_so_at_once_here_and_within_half_a_second_elsewhere()
    {
        var text = await WriteAsync();
        var elsewhere = Fresh();
        (await OpenAsync(elsewhere, text)).ShouldBe("Ada");
        await fixture.Personal.DestroyAsync(Tenant, _person, CancellationToken.None);
        (await OpenAsync(fixture.Personal, text)).ShouldBe(PersonalData.Erased);
        await Task.Delay(PersonalData.CacheLife + TimeSpan.FromMilliseconds(20));
        (await OpenAsync(elsewhere, text)).ShouldBe(PersonalData.Erased);
    }

    [Fact]
    public async Task A_damaged_key_a_key_that_is_gone_and_what_is_no_sealed_text_open_nothing()
    {
        var text = await WriteAsync();
        var whole = await File.ReadAllTextAsync(KeyFile);
        await File.WriteAllTextAsync(KeyFile, whole.Replace("\"wrapped\":\"", "\"wrapped\":\"AAAA", StringComparison.Ordinal));
        (await OpenAsync(Fresh(), text)).ShouldBe(PersonalData.Unavailable);
        await File.WriteAllTextAsync(KeyFile, "{");
        (await OpenAsync(Fresh(), text)).ShouldBe(PersonalData.Unavailable);
        File.Delete(KeyFile);
        (await OpenAsync(Fresh(), text)).ShouldBe(PersonalData.Unavailable);
        await File.WriteAllTextAsync(KeyFile, whole);
        (await OpenAsync(Fresh(), text)).ShouldBe("Ada");
        (await OpenAsync(Fresh(), PersonalText.Sealed("Ada"))).ShouldBe(PersonalData.Unavailable);
    }

    [Fact]
    public async Task A_key_that_came_back_opens_nothing_that_the_ledger_says_is_erased()
    {
        var text = await WriteAsync();
        var copy = await File.ReadAllTextAsync(KeyFile);
        await fixture.Personal.DestroyAsync(Tenant, _person, CancellationToken.None);
        File.Delete(Path.ChangeExtension(KeyFile, ".erased"));
        await File.WriteAllTextAsync(KeyFile, copy);
        (await OpenAsync(Fresh(), text)).ShouldBe("Ada", "the copy is whole");
        (await OpenAsync(Fresh((_, ids, _) => Task.FromResult<IReadOnlyCollection<Guid>>([.. ids.Intersect([_person])])), text)).ShouldBe(PersonalData.Erased);
        await fixture.Personal.DestroyAsync(Tenant, _person, CancellationToken.None);
    }

    /// <summary>Whoever may write to the database, or a projection that is wrong, could have had a text read out in another's place.</summary>
    [Fact]
    public async Task A_text_that_stands_elsewhere_than_it_was_sealed_is_not_opened_and_counted()
    {
        var text = await WriteAsync();
        var at = (await fixture.Session().Events.FetchStreamAsync(_person))[^1].Id;
        using var personal = Fresh();
        (await OpenAsync(personal, text, eventId: at)).ShouldBe("Ada");
        (await OpenAsync(personal, text, person: Guid.NewGuid())).ShouldBe(PersonalData.Unavailable);
        (await OpenAsync(personal, text, property: "email")).ShouldBe(PersonalData.Unavailable);
        (await OpenAsync(personal, text, eventId: Guid.NewGuid())).ShouldBe(PersonalData.Unavailable);
        (await OpenAsync(personal, text, StoreFixture.OtherTenant)).ShouldBe(PersonalData.Unavailable);
        personal.Misplaced.ShouldBe(4);
    }

    /// <summary>A key store that was put back from before somebody was registered has neither the key nor the mark that it was destroyed: it would make another.</summary>
    [Fact]
    public async Task No_key_is_made_for_whom_the_ledger_says_is_erased()
    {
        using var personal = Fresh((_, ids, _) => Task.FromResult(ids));
        (await Should.ThrowAsync<SubjectErasedException>(() => personal.KeysForWritingAsync(Tenant, [_person], CancellationToken.None))).SubjectId.ShouldBe(_person);
        (await fixture.Personal.Keys.FindAsync(Tenant, _person, CancellationToken.None)).ShouldBe(new StoredKey(null, null));
    }

    [Fact]
    public async Task Nothing_is_appended_about_an_erased_person()
    {
        await WriteAsync();
        await fixture.EraseAsync(Tenant, _person);
        (await Should.ThrowAsync<SubjectErasedException>(() => WriteAsync("Ada again"))).SubjectId.ShouldBe(_person);
        (await EventsAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_is_appended_while_what_wraps_is_away_and_reads_say_so()
    {
        var text = await WriteAsync();
        var store = fixture.Compose(personal: Fresh());
        fixture.Encryption.IsAway = true;
        var session = store.LightweightSession(new SessionOptions(Tenant));
        session.Events.Append(_person, PersonNoted.Of(_person, "Ada King"));
        await Should.ThrowAsync<PersonalDataUnavailableException>(() => session.SaveChangesAsync());
        (await OpenAsync(Fresh(), text)).ShouldBe(PersonalData.Unavailable);
        fixture.Encryption.IsAway = false;
        (await EventsAsync()).ShouldBe(1);
        (await OpenAsync(Fresh(), text)).ShouldBe("Ada");
    }

    [Fact]
    public async Task Nothing_is_appended_while_the_store_is_away()
    {
        var store = fixture.Compose(personal: new PersonalData(new FileSubjectKeyStore(Path.Combine(fixture.SubjectKeys, "not", "mounted")), fixture.Encryption));
        var session = store.LightweightSession(new SessionOptions(Tenant));
        session.Events.Append(_person, new PageWritten("of nobody"), PersonNoted.Of(_person, "Ada"));
        await Should.ThrowAsync<PersonalDataUnavailableException>(() => session.SaveChangesAsync());
        (await EventsAsync()).ShouldBe(0);
        await Should.ThrowAsync<PersonalDataUnavailableException>(() => store.Options.Personal!.DestroyAsync(Tenant, _person, CancellationToken.None));
    }

    [Fact]
    public async Task A_sealed_text_stays_in_the_event_that_it_was_sealed_in()
    {
        var text = await WriteAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => fixture.AppendAsync(_person, new PersonNoted(_person, text)));
        (await EventsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task A_text_about_nobody_is_refused() =>
        await Should.ThrowAsync<InvalidOperationException>(() => fixture.AppendAsync(_person, PersonNoted.Of(Guid.Empty, "Nobody")));

    [Fact]
    public async Task A_person_is_found_by_what_was_written_until_they_are_erased()
    {
        await fixture.AppendAsync(_person, PersonNoted.Of(_person, "Ada", $"{_person}@Example.org"));
        (await Fresh().FindSubjectsAsync(Tenant, "email", $" {_person}@example.ORG ", CancellationToken.None)).ShouldBe([_person]);
        (await Fresh().FindSubjectsAsync(Tenant, "name", $"{_person}@example.org", CancellationToken.None)).ShouldBeEmpty();
        (await Fresh().FindSubjectsAsync(StoreFixture.OtherTenant, "email", $"{_person}@example.org", CancellationToken.None)).ShouldBeEmpty();
        await fixture.EraseAsync(Tenant, _person);
        (await Fresh().FindSubjectsAsync(Tenant, "email", $"{_person}@example.org", CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>What wrapped a key was destroyed between reading and unwrapping it, after the key had been wrapped anew: writers were told that the store is away.</summary>
    [Fact]
    public async Task A_key_that_is_wrapped_anew_while_it_is_read_is_read_again()
    {
        var text = await WriteAsync();
        var before = await fixture.Encryption.CurrentAsync(CancellationToken.None);
        (await OpenAsync(new PersonalData(new Held(fixture.Personal.Keys, afterFind: () => RotateAsync(before)), fixture.Encryption), text)).ShouldBe("Ada");
    }

    /// <summary>A key that was wrapped before a rotation and added when that had passed it over was lost with what had wrapped it.</summary>
    [Fact]
    public async Task A_key_that_is_added_during_a_rotation_is_wrapped_by_its_version()
    {
        await WriteAsync("Somebody else");
        var (ada, before) = (Guid.NewGuid(), await fixture.Encryption.CurrentAsync(CancellationToken.None));
        var store = fixture.Compose(personal: new PersonalData(new Held(fixture.Personal.Keys, beforeAdd: () => RotateAsync(before)), fixture.Encryption));
        var session = store.LightweightSession(new SessionOptions(Tenant));
        session.Events.Append(ada, PersonNoted.Of(ada, "Ada"));
        await session.SaveChangesAsync();
        (await fixture.Personal.Keys.FindAsync(Tenant, ada, CancellationToken.None)).Key!.WrappedBy.ShouldBe(before + 1);
        (await OpenAsync(Fresh(), ((PersonNoted)(await fixture.Session().Events.FetchStreamAsync(ada)).Single().Data).Name!, person: ada)).ShouldBe("Ada");
    }

    private async Task RotateAsync(int before)
    {
        await fixture.Encryption.MakeAsync(before + 1, CancellationToken.None);
        await foreach (var key in fixture.Personal.Keys.AllAsync(null, CancellationToken.None))
            await fixture.Personal.RewrapAsync(key, CancellationToken.None);
        await fixture.Encryption.DestroyAsync(before, CancellationToken.None);
    }

    /// <summary>A store that somebody else changes once: after a key was read, or before one is added.</summary>
    private sealed class Held(ISubjectKeyStore keys, Func<Task>? afterFind = null, Func<Task>? beforeAdd = null) : ISubjectKeyStore
    {
        public async Task<StoredKey> FindAsync(string tenantId, Guid subjectId, CancellationToken cancel)
        {
            var found = await keys.FindAsync(tenantId, subjectId, cancel);
            await (Interlocked.Exchange(ref afterFind, null)?.Invoke() ?? Task.CompletedTask);
            return found;
        }

        public async Task<StoredKey> AddAsync(WrappedKey key, CancellationToken cancel)
        {
            await (Interlocked.Exchange(ref beforeAdd, null)?.Invoke() ?? Task.CompletedTask);
            return await keys.AddAsync(key, cancel);
        }

        public Task ReplaceAsync(WrappedKey key, CancellationToken cancel) => keys.ReplaceAsync(key, cancel);
        public Task<IReadOnlyList<Guid>> DestroyAsync(string tenantId, Guid subjectId, CancellationToken cancel) => keys.DestroyAsync(tenantId, subjectId, cancel);
        public IAsyncEnumerable<WrappedKey> AllAsync(Action<InvalidDataException>? damaged, CancellationToken cancel) => keys.AllAsync(damaged, cancel);
        public Task AddTermAsync(string tenantId, string term, Guid subjectId, CancellationToken cancel) => keys.AddTermAsync(tenantId, term, subjectId, cancel);
        public Task<IReadOnlyList<Guid>> FindSubjectsAsync(string tenantId, string term, CancellationToken cancel) => keys.FindSubjectsAsync(tenantId, term, cancel);
    }
}
