using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.EventStore;

/// <summary>
/// A file a subject in a directory that the nodes share, private to their account. What is destroyed is overwritten, then removed, and leaves a file that says so: the subject gets no other key.
/// A disk may keep old blocks all the same; once the key-encryption key is rotated, they are worth nothing.
/// </summary>
/// <param name="directory">Made by <see cref="Create"/>: where what that leaves there isn't there, the store is away.</param>
public sealed class FileSubjectKeyStore(string directory) : ISubjectKeyStore
{
    private const string KeySuffix = ".key", ErasedSuffix = ".erased", TermsSuffix = ".terms", DraftSuffix = ".new", Marker = "subject-keys";

    internal sealed record KeyFile(Guid Id, Guid Subject, int WrappedBy, byte[] Wrapped);
    internal sealed record ErasedFile(IReadOnlyList<Guid> Keys);

    /// <summary>Makes an empty store. What tells it from a directory where a disk should be mounted is a file in it.</summary>
    public static void Create(string directory)
    {
        PrivateFiles.CreateDirectory(directory);
        using (PrivateFiles.Open(Path.Combine(directory, Marker), FileMode.OpenOrCreate, FileShare.ReadWrite))
        {
        }
        Flush(directory);
    }

    /// <inheritdoc/>
    public async Task<StoredKey> FindAsync(string tenantId, Guid subjectId, CancellationToken cancel)
    {
        Require();
        // The mark first: whoever finds no mark and then a key has a key that wasn't destroyed when it was asked for.
        var file = FileOf(tenantId, subjectId);
        if (await MarkAsync(file, cancel) is { } erased)
            return new StoredKey(null, erased.Keys);
        try
        {
            var key = await ReadAsync(file + KeySuffix, SubjectKeyJson.Default.KeyFile, cancel);
            if (key is not null && key.Subject != subjectId)
                throw new InvalidDataException($"{file}{KeySuffix} holds the key of {key.Subject}.");
            return key is not null ? new StoredKey(KeyOf(tenantId, key, file + KeySuffix), null) : new StoredKey(null, (await MarkAsync(file, cancel))?.Keys);
        }
        catch (InvalidDataException)
        {
            // It may be just being overwritten.
            if (await MarkAsync(file, cancel) is not { } now)
                throw;
            return new StoredKey(null, now.Keys);
        }
    }

    /// <inheritdoc/>
    public async Task<StoredKey> AddAsync(WrappedKey key, CancellationToken cancel)
    {
        Require();
        var file = FileOf(key.TenantId, key.SubjectId);
        var draft = await DraftAsync(file, key, cancel);
        // Otherwise there was one, or who destroys has removed the draft.
        if (TryName(draft, file + KeySuffix))
            File.Delete(draft);
        else
            PrivateFiles.Shred(draft);
        var there = await FindAsync(key.TenantId, key.SubjectId, cancel);
        // Destroyed while it was being added: whoever did that may not have seen it.
        if (there.Destroyed is not null)
            await DestroyAsync(key.TenantId, key.SubjectId, cancel);
        return there;
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(WrappedKey key, CancellationToken cancel)
    {
        Require();
        var file = FileOf(key.TenantId, key.SubjectId);
        var draft = await DraftAsync(file, key, cancel);
        if ((await FindAsync(key.TenantId, key.SubjectId, cancel)).Key?.Id != key.Id)
        {
            PrivateFiles.Shred(draft);
            return;
        }
        File.Move(draft, file + KeySuffix, overwrite: true);
        Flush(Path.GetDirectoryName(file)!);
        if ((await FindAsync(key.TenantId, key.SubjectId, cancel)).Destroyed is not null)
            await DestroyAsync(key.TenantId, key.SubjectId, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Guid>> DestroyAsync(string tenantId, Guid subjectId, CancellationToken cancel)
    {
        Require();
        var file = FileOf(tenantId, subjectId);
        var erased = await MarkedAsync(file, cancel);
        PrivateFiles.Shred(file + KeySuffix);
        ShredDrafts(file);
        foreach (var note in FilesIn(file + TermsSuffix))
        {
            // Noted and perhaps not made yet: then whoever makes it sees the mark.
            RemoveTerm(FileOfTerm(tenantId, Path.GetFileName(note), subjectId));
            Remove(note);
        }
        RemoveIfEmpty(file + TermsSuffix);
        Flush(Path.GetDirectoryName(file)!);
        return erased.Keys;
    }

    // Leaves the mark, and looks again until it names the key: one that was added before the mark was there is in use, one that is added later is seen to be destroyed by whoever adds it.
    private static async Task<ErasedFile> MarkedAsync(string file, CancellationToken cancel)
    {
        while (true)
        {
            // The key before the mark: somebody else who destroys it has marked it before.
            var key = await KeyToDestroyAsync(file, cancel);
            var erased = await MarkAsync(file, cancel);
            if (erased is not null && (key is null || erased.Keys.Contains(key.Id)))
                return erased;
            var draft = $"{file}.{Guid.NewGuid():N}.mark";
            await WriteAsync(draft, new ErasedFile([.. erased?.Keys ?? [], .. key is null ? Array.Empty<Guid>() : [key.Id]]), SubjectKeyJson.Default.ErasedFile, cancel);
            if (erased is not null)
                File.Move(draft, file + ErasedSuffix, overwrite: true);
            else
            {
                TryName(draft, file + ErasedSuffix);
                File.Delete(draft);
            }
            Flush(Path.GetDirectoryName(file)!);
        }
    }

    // One that can't be read is being overwritten, or damaged: it goes all the same, and its id is in the texts that were sealed under it.
    private static async Task<KeyFile?> KeyToDestroyAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await ReadAsync(file + KeySuffix, SubjectKeyJson.Default.KeyFile, cancel);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // What a process that ended left behind may be the key. Whoever is still writing one finds it gone, or sees the mark.
    private static void ShredDrafts(string file)
    {
        foreach (var draft in Directory.EnumerateFiles(Path.GetDirectoryName(file)!, $"{Path.GetFileName(file)}.*{DraftSuffix}"))
            PrivateFiles.Shred(draft);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WrappedKey> AllAsync(Action<InvalidDataException>? damaged, [EnumeratorCancellation] CancellationToken cancel)
    {
        Require();
        // A disk of its own has directories that are no tenant's.
        foreach (var tenant in Directory.EnumerateDirectories(directory).Where(tenant => Directory.Exists(Path.Combine(tenant, "subjects"))))
            foreach (var file in Directory.EnumerateFiles(Path.Combine(tenant, "subjects"), $"*{KeySuffix}", SearchOption.AllDirectories))
            {
                KeyFile? key = null;
                try
                {
                    key = await ReadAsync(file, SubjectKeyJson.Default.KeyFile, cancel);
                }
                // Beside a mark it was being overwritten.
                catch (InvalidDataException e) when (damaged is not null || File.Exists(Path.ChangeExtension(file, ErasedSuffix)))
                {
                    if (!File.Exists(Path.ChangeExtension(file, ErasedSuffix)))
                        damaged?.Invoke(e);
                }
                if (key is not null)
                    yield return KeyOf(Path.GetFileName(tenant), key, file);
            }
    }

    /// <inheritdoc/>
    public async Task AddTermAsync(string tenantId, string term, Guid subjectId, CancellationToken cancel)
    {
        Require();
        var link = FileOfTerm(tenantId, term, subjectId);
        if (File.Exists(link))
            return;
        // What is to be removed is noted before it's made: a file a term, since several may be noted at once.
        var note = Path.Combine(FileOf(tenantId, subjectId) + TermsSuffix, term);
        foreach (var file in new[] { note, link })
            Touch(file);
        if ((await FindAsync(tenantId, subjectId, cancel)).Destroyed is null)
            return;
        // Destroyed meanwhile, perhaps before there was anything to remove.
        RemoveTerm(link);
        await DestroyAsync(tenantId, subjectId, cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> FindSubjectsAsync(string tenantId, string term, CancellationToken cancel)
    {
        Require();
        var links = Path.GetDirectoryName(FileOfTerm(tenantId, term, Guid.Empty))!;
        return Task.FromResult<IReadOnlyList<Guid>>([.. FilesIn(links).Select(file => Guid.TryParse(Path.GetFileName(file), out var id) ? id : (Guid?)null).OfType<Guid>().Order()]);
    }

    private static WrappedKey KeyOf(string tenantId, KeyFile key, string file) => new(key.Id, tenantId, key.Subject, key.WrappedBy, key.Wrapped, File.GetLastWriteTimeUtc(file));

    private static Task<ErasedFile?> MarkAsync(string file, CancellationToken cancel) => ReadAsync(file + ErasedSuffix, SubjectKeyJson.Default.ErasedFile, cancel);

    private static async Task<string> DraftAsync(string file, WrappedKey key, CancellationToken cancel)
    {
        var draft = $"{file}.{Guid.NewGuid():N}{DraftSuffix}";
        await WriteAsync(draft, new KeyFile(key.Id, key.SubjectId, key.WrappedBy, key.Wrapped), SubjectKeyJson.Default.KeyFile, cancel);
        return draft;
    }

    private string FileOf(string tenantId, Guid subjectId) => Path.Combine(DirectoryOf(tenantId), "subjects", $"{subjectId:N}"[^2..], $"{subjectId}");

    private string FileOfTerm(string tenantId, string term, Guid subjectId) => Path.Combine(DirectoryOf(tenantId), "terms", term[..2], term, $"{subjectId}");

    private string DirectoryOf(string tenantId) => tenantId.Length > 0 && tenantId.All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '-' or '_')
        ? Path.Combine(directory, tenantId)
        : throw new ArgumentException($"'{tenantId}' is no tenant's id.", nameof(tenantId));

    // A directory that is away, because it isn't mounted, isn't one that is empty.
    private void Require()
    {
        if (!File.Exists(Path.Combine(directory, Marker)))
            throw new DirectoryNotFoundException($"The keys of data subjects aren't in {directory}: it, or its file {Marker}, isn't there.");
    }

    private static async Task<T?> ReadAsync<T>(string file, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json, CancellationToken cancel) where T : class
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: false);
            return await JsonSerializer.DeserializeAsync(stream, json, cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file} can't be read: {e.Message}", e);
        }
    }

    private static async Task WriteAsync<T>(string file, T content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json, CancellationToken cancel)
    {
        MakeDirectory(Path.GetDirectoryName(file)!);
        // Not locked: its name is nobody else's, but who destroys may come upon it.
        await using var stream = PrivateFiles.Open(file, FileMode.CreateNew, FileShare.ReadWrite);
        await JsonSerializer.SerializeAsync(stream, content, json, cancel);
        stream.Flush(flushToDisk: true);
    }

    // An empty file, durably. Whoever destroys the last subject of a term removes its directory, perhaps just now.
    private static void Touch(string file)
    {
        var directory = Path.GetDirectoryName(file)!;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                MakeDirectory(directory);
                using (PrivateFiles.Open(file, FileMode.OpenOrCreate, FileShare.ReadWrite))
                {
                }
                Flush(directory);
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < MostRemovals)
            {
            }
        }
    }

    // And, once nobody is found by it any more, the digest of the text and how it begins: what its directories are called.
    private static void RemoveTerm(string link)
    {
        Remove(link);
        var term = Path.GetDirectoryName(link)!;
        RemoveIfEmpty(term);
        RemoveIfEmpty(Path.GetDirectoryName(term)!);
    }

    // One that is gone, with its directory perhaps: nothing.
    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    // Unless something is in it, or somebody else was faster.
    private static void RemoveIfEmpty(string directory)
    {
        try
        {
            Directory.Delete(directory);
            Flush(Path.GetDirectoryName(directory)!);
        }
        catch (IOException)
        {
        }
    }

    // None where the directory isn't there, or is removed just now.
    private static string[] FilesIn(string directory)
    {
        try
        {
            return Directory.GetFiles(directory);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    // Within the store, which is there. Each by itself: the mode is the last one's alone.
    private static void MakeDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        MakeDirectory(Path.GetDirectoryName(path)!);
        PrivateFiles.CreateDirectory(path);
    }

    // A second name, unless something has it: File.Move looks first and renames then, so that of two processes at once the second one's file takes the place of the first one's.
    private static bool TryName(string file, string name)
    {
        if (Link(file, name) == 0)
        {
            Flush(Path.GetDirectoryName(name)!);
            return true;
        }
        var error = Marshal.GetLastPInvokeError();
        return error is Exists or NoEntry ? false : throw new IOException($"{name} can't be made: error {error}. The file system must know hard links.");
    }

    // A file's name is durable when its directory is.
    private static void Flush(string path)
    {
        var descriptor = Open(path, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoEntry)
            throw new DirectoryNotFoundException($"{path} isn't there.");
        if (descriptor < 0)
            throw new IOException($"{path} can't be opened: error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"{path} can't be flushed: error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private const int NoEntry = 2, Exists = 17, MostRemovals = 100;

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FileSubjectKeyStore.KeyFile))]
[JsonSerializable(typeof(FileSubjectKeyStore.ErasedFile))]
internal sealed partial class SubjectKeyJson : JsonSerializerContext;
