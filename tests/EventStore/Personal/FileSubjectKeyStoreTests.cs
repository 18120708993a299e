using System.Runtime.Versioning;
using Platform.Tests;

namespace Platform.EventStore.Tests.Personal;

[UnsupportedOSPlatform("windows")]
public sealed class FileSubjectKeyStoreTests : IDisposable
{
    private const string Tenant = StoreFixture.Tenant;
    private const string Term = "00ff";

    private readonly ScratchDirectory _scratch = new();
    private readonly FileSubjectKeyStore _store;
    private readonly Guid _subject = Guid.NewGuid();

    public FileSubjectKeyStoreTests()
    {
        FileSubjectKeyStore.Create(_scratch.Path);
        _store = new FileSubjectKeyStore(_scratch.Path);
    }

    public void Dispose() => _scratch.Dispose();

    private string FileOf(string suffix) => Path.Combine(_scratch.Path, Tenant, "subjects", $"{_subject:N}"[^2..], $"{_subject}{suffix}");

    // Beside the one that says that it is a store.
    private IEnumerable<string> Files() => Directory.EnumerateFiles(_scratch.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "subject-keys");

    private WrappedKey NewKey() => new(Guid.NewGuid(), Tenant, _subject, 1, Guid.NewGuid().ToByteArray());

    private Task<StoredKey> FindAsync() => _store.FindAsync(Tenant, _subject, CancellationToken.None);

    private Task<StoredKey> AddAsync(WrappedKey key) => _store.AddAsync(key, CancellationToken.None);

    private Task<IReadOnlyList<Guid>> DestroyAsync() => _store.DestroyAsync(Tenant, _subject, CancellationToken.None);

    [Fact]
    public async Task What_is_added_is_found_and_listed_and_a_second_is_not_added()
    {
        (await FindAsync()).ShouldBe(new StoredKey(null, null));
        var key = NewKey();
        (await AddAsync(key)).Key!.Id.ShouldBe(key.Id);
        (await AddAsync(NewKey())).Key!.Id.ShouldBe(key.Id);
        var found = (await FindAsync()).Key!;
        (found with { Wrapped = [], WrittenAt = default }).ShouldBe(key with { Wrapped = [] });
        found.WrittenAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        found.Wrapped.ShouldBe(key.Wrapped);
        (await _store.AllAsync(null, CancellationToken.None).ToListAsync()).ShouldHaveSingleItem().Id.ShouldBe(key.Id);
    }

    [Fact]
    public async Task Processes_that_add_at_once_get_the_same_key()
    {
        for (var round = 0; round < 20; round++)
        {
            var store = new FileSubjectKeyStore(Path.Combine(_scratch.Path, $"{round}"));
            FileSubjectKeyStore.Create(Path.Combine(_scratch.Path, $"{round}"));
            var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.AddAsync(NewKey(), CancellationToken.None))));
            added.Select(a => a.Key!.Id).Distinct().ShouldHaveSingleItem();
        }
        Directory.EnumerateFiles(_scratch.Path, "*.new", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>The mark lacked a key that was added while it was made: a text was sealed under it, and no erasure named it.</summary>
    [Fact]
    public async Task Of_adding_and_destroying_at_once_no_key_is_left_and_each_that_was_given_out_is_named()
    {
        for (var round = 0; round < 100; round++)
        {
            var subject = Guid.NewGuid();
            var add = Task.Run(() => _store.AddAsync(NewKey() with { SubjectId = subject }, CancellationToken.None));
            var destroy = Enumerable.Range(0, 2).Select(_ => Task.Run(() => _store.DestroyAsync(Tenant, subject, CancellationToken.None))).ToList();
            var given = (await add).Key;
            await Task.WhenAll(destroy);
            var there = await _store.FindAsync(Tenant, subject, CancellationToken.None);
            there.Key.ShouldBeNull();
            if (given is not null)
                there.Destroyed!.ShouldContain(given.Id);
        }
        Files().Where(f => Path.GetExtension(f) != ".erased").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_destroyed_while_it_is_read_is_there_or_destroyed_and_never_damaged()
    {
        for (var round = 0; round < 100; round++)
        {
            var subject = Guid.NewGuid();
            await _store.AddAsync(NewKey() with { SubjectId = subject }, CancellationToken.None);
            var destroy = Task.Run(() => _store.DestroyAsync(Tenant, subject, CancellationToken.None));
            for (var found = await _store.FindAsync(Tenant, subject, CancellationToken.None); found.Destroyed is null; found = await _store.FindAsync(Tenant, subject, CancellationToken.None))
                found.Key.ShouldNotBeNull();
            await destroy;
        }
    }

    [Fact]
    public async Task What_is_destroyed_stays_destroyed()
    {
        var key = NewKey();
        await AddAsync(key);
        (await DestroyAsync()).ShouldBe([key.Id]);
        (await DestroyAsync()).ShouldBe([key.Id]);
        (await AddAsync(NewKey())).ShouldSatisfyAllConditions(a => a.Key.ShouldBeNull(), a => a.Destroyed.ShouldBe([key.Id]));
        await _store.ReplaceAsync(key with { WrappedBy = 2 }, CancellationToken.None);
        (await FindAsync()).Key.ShouldBeNull();
        File.Exists(FileOf(".key")).ShouldBeFalse();
        // Nor has anybody a first key after an erasure of nothing.
        var other = Guid.NewGuid();
        (await _store.DestroyAsync(Tenant, other, CancellationToken.None)).ShouldBeEmpty();
        (await AddAsync(NewKey() with { SubjectId = other })).Destroyed.ShouldBe([]);
    }

    /// <summary>What a process that ended between writing and renaming left was the key, and outlived the erasure.</summary>
    [Fact]
    public async Task What_a_process_left_half_done_goes_with_the_key()
    {
        await AddAsync(NewKey());
        File.Copy(FileOf(".key"), FileOf($".{Guid.NewGuid():N}.new"));
        await DestroyAsync();
        Files().ShouldHaveSingleItem().ShouldEndWith(".erased");
    }

    /// <summary>A process had ended between overwriting and removing, and no erasure came to its end any more.</summary>
    [Fact]
    public async Task A_key_that_was_overwritten_and_not_removed_is_removed_by_the_next_attempt()
    {
        var key = NewKey();
        await AddAsync(key);
        await DestroyAsync();
        await File.WriteAllBytesAsync(FileOf(".key"), new byte[200]);
        (await DestroyAsync()).ShouldBe([key.Id]);
        File.Exists(FileOf(".key")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_came_back_is_destroyed_again_and_listed_until_then()
    {
        var key = NewKey();
        await AddAsync(key);
        var copy = await File.ReadAllBytesAsync(FileOf(".key"));
        await DestroyAsync();
        await File.WriteAllBytesAsync(FileOf(".key"), copy);
        (await FindAsync()).Key.ShouldBeNull();
        (await _store.AllAsync(null, CancellationToken.None).ToListAsync()).ShouldHaveSingleItem().Id.ShouldBe(key.Id);
        (await DestroyAsync()).ShouldBe([key.Id]);
        (await _store.AllAsync(null, CancellationToken.None).ToListAsync()).ShouldBeEmpty();
    }

    /// <summary>Another subject's file in its place was taken for the subject's key: texts were sealed under it in the other's name.</summary>
    [Fact]
    public async Task A_file_of_another_subject_is_no_key_of_this_one()
    {
        await AddAsync(NewKey());
        var other = Guid.NewGuid();
        await _store.AddAsync(NewKey() with { SubjectId = other }, CancellationToken.None);
        File.Copy(Path.Combine(_scratch.Path, Tenant, "subjects", $"{other:N}"[^2..], $"{other}.key"), FileOf(".key"), overwrite: true);
        (await Should.ThrowAsync<InvalidDataException>(FindAsync)).Message.ShouldContain($"{other}");
    }

    /// <summary>A key file that couldn't be read stopped its person's erasure for ever.</summary>
    [Fact]
    public async Task A_damaged_key_is_destroyed_like_any_other()
    {
        await AddAsync(NewKey());
        await File.WriteAllTextAsync(FileOf(".key"), "{");
        (await DestroyAsync()).ShouldBeEmpty("what can't be read names no key");
        Files().ShouldHaveSingleItem().ShouldEndWith(".erased");
        (await AddAsync(NewKey())).Key.ShouldBeNull();
    }

    /// <summary>Terms that were noted at once overwrote each other, and what wasn't noted outlived the erasure.</summary>
    [Fact]
    public async Task Terms_that_are_noted_at_once_all_go_with_the_subject()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(() => _store.AddTermAsync(Tenant, $"{n:x4}", _subject, CancellationToken.None))));
        await DestroyAsync();
        Files().ShouldHaveSingleItem().ShouldEndWith(".erased");
    }

    /// <summary>An empty directory where a disk should be mounted was taken for a store without keys, and people got second keys.</summary>
    [Fact]
    public async Task An_empty_directory_is_no_store()
    {
        await AddAsync(NewKey());
        File.Delete(Path.Combine(_scratch.Path, "subject-keys"));
        await Should.ThrowAsync<IOException>(FindAsync);
        FileSubjectKeyStore.Create(_scratch.Path);
        (await FindAsync()).Key.ShouldNotBeNull();
    }

    [Fact]
    public async Task Terms_go_with_the_subject()
    {
        var other = Guid.NewGuid();
        await _store.AddTermAsync(Tenant, Term, _subject, CancellationToken.None);
        await _store.AddTermAsync(Tenant, Term, _subject, CancellationToken.None);
        await _store.AddTermAsync(Tenant, Term, other, CancellationToken.None);
        (await _store.FindSubjectsAsync(Tenant, Term, CancellationToken.None)).ShouldBe([_subject, other], ignoreOrder: true);
        (await _store.FindSubjectsAsync(StoreFixture.OtherTenant, Term, CancellationToken.None)).ShouldBeEmpty();
        await DestroyAsync();
        (await _store.FindSubjectsAsync(Tenant, Term, CancellationToken.None)).ShouldBe([other]);
        await _store.AddTermAsync(Tenant, Term, _subject, CancellationToken.None);
        (await _store.FindSubjectsAsync(Tenant, Term, CancellationToken.None)).ShouldBe([other]);
        await _store.DestroyAsync(Tenant, other, CancellationToken.None);
        TermDirectories.ShouldBeEmpty("a digest that is left tells whoever holds the tenant's key that a guess is right");
    }

    private string[] TermDirectories => Directory.GetDirectories(Path.Combine(_scratch.Path, Tenant, "terms"), "*", SearchOption.AllDirectories);

    [Fact]
    public async Task A_term_that_one_subject_gets_while_another_loses_it_is_kept()
    {
        for (var round = 0; round < 30; round++)
        {
            var (gone, stays) = (Guid.NewGuid(), Guid.NewGuid());
            await _store.AddTermAsync(Tenant, Term, gone, CancellationToken.None);
            await Task.WhenAll(
                Task.Run(() => _store.AddTermAsync(Tenant, Term, stays, CancellationToken.None)), Task.Run(() => _store.DestroyAsync(Tenant, gone, CancellationToken.None)),
                Task.Run(() => _store.DestroyAsync(Tenant, gone, CancellationToken.None)));
            (await _store.FindSubjectsAsync(Tenant, Term, CancellationToken.None)).ShouldBe([stays]);
            await _store.DestroyAsync(Tenant, stays, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Of_noting_a_term_and_destroying_at_once_no_term_is_left()
    {
        for (var round = 0; round < 100; round++)
        {
            var subject = Guid.NewGuid();
            await Task.WhenAll(Task.Run(() => _store.AddTermAsync(Tenant, Term, subject, CancellationToken.None)), Task.Run(() => _store.DestroyAsync(Tenant, subject, CancellationToken.None)));
        }
        (await _store.FindSubjectsAsync(Tenant, Term, CancellationToken.None)).ShouldBeEmpty();
        TermDirectories.ShouldBeEmpty();
    }

    /// <summary>Writing made the directory of a disk that wasn't mounted, and what was written there was out of sight later.</summary>
    [Fact]
    public async Task Where_its_directory_is_away_everything_throws_and_nothing_is_made()
    {
        Directory.Delete(_scratch.Path, recursive: true);
        await Should.ThrowAsync<IOException>(FindAsync);
        await Should.ThrowAsync<IOException>(() => AddAsync(NewKey()));
        await Should.ThrowAsync<IOException>(() => _store.ReplaceAsync(NewKey(), CancellationToken.None));
        await Should.ThrowAsync<IOException>(DestroyAsync);
        await Should.ThrowAsync<IOException>(() => _store.AddTermAsync(Tenant, Term, _subject, CancellationToken.None));
        await Should.ThrowAsync<IOException>(() => _store.FindSubjectsAsync(Tenant, Term, CancellationToken.None));
        await Should.ThrowAsync<IOException>(async () => await _store.AllAsync(null, CancellationToken.None).ToListAsync());
        Directory.Exists(_scratch.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_damaged_is_told_or_stops_the_listing()
    {
        await AddAsync(NewKey());
        await File.WriteAllTextAsync(FileOf(".key"), "{");
        await _store.AddAsync(NewKey() with { SubjectId = Guid.NewGuid() }, CancellationToken.None);
        // As a disk of its own has it.
        Directory.CreateDirectory(Path.Combine(_scratch.Path, "lost+found"));
        var damaged = new List<string>();
        (await _store.AllAsync(e => damaged.Add(e.Message), CancellationToken.None).ToListAsync()).ShouldHaveSingleItem();
        damaged.ShouldHaveSingleItem().ShouldContain($"{_subject}");
        await Should.ThrowAsync<InvalidDataException>(async () => await _store.AllAsync(null, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task Its_files_are_their_owners_alone()
    {
        const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite, Folder = File | UnixFileMode.UserExecute;
        await AddAsync(NewKey());
        await _store.AddTermAsync(Tenant, Term, _subject, CancellationToken.None);
        Only();
        await DestroyAsync();
        Only();

        void Only()
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(_scratch.Path, "*", SearchOption.AllDirectories))
                System.IO.File.GetUnixFileMode(path).ShouldBe(Directory.Exists(path) ? Folder : File, path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public async Task A_tenant_is_no_path(string tenant) => await Should.ThrowAsync<ArgumentException>(() => _store.FindAsync(tenant, _subject, CancellationToken.None));
}
