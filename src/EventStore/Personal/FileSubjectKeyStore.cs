using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.EventStore;

/// <summary>
/// A file a subject in a directory that the nodes share, private to their account. What is destroyed is overwritten, then removed, and leaves a file that says so: the subject gets no other key.
/// A disk may keep old blocks all the same; once the key-encryption key is rotated, they are worth nothing.
/// </summary>
/// <param name="directory">Made when first written to.</param>
public sealed class FileSubjectKeyStore(string directory) : ISubjectKeyStore
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string KeySuffix = ".key", ErasedSuffix = ".erased", TermsSuffix = ".terms";

    internal sealed record KeyFile(Guid Id, Guid Subject, int WrappedBy, byte[] Wrapped);
    internal sealed record ErasedFile(IReadOnlyList<Guid> Keys);

    /// <inheritdoc/>
    public async Task<StoredKey> FindAsync(string tenantId, Guid subjectId, CancellationToken cancel)
    {
        Require();
        // The mark first: whoever finds no mark and then a key has a key that wasn't destroyed when it was asked for.
        var file = FileOf(tenantId, subjectId);
        var erased = await ReadAsync(file + ErasedSuffix, SubjectKeyJson.Default.ErasedFile, cancel);
        var key = erased is null ? await ReadAsync(file + KeySuffix, SubjectKeyJson.Default.KeyFile, cancel) : null;
        return new StoredKey(key is null ? null : new WrappedKey(key.Id, tenantId, key.Subject, key.WrappedBy, key.Wrapped), erased?.Keys);
    }

    /// <inheritdoc/>
    public async Task<StoredKey> AddAsync(WrappedKey key, CancellationToken cancel)
    {
        var file = FileOf(key.TenantId, key.SubjectId);
        var draft = $"{file}.{Guid.NewGuid():N}.new";
        await WriteAsync(draft, new KeyFile(key.Id, key.SubjectId, key.WrappedBy, key.Wrapped), SubjectKeyJson.Default.KeyFile, cancel);
        try
        {
            File.Move(draft, file + KeySuffix);
            Flush(Path.GetDirectoryName(file)!);
        }
        catch (IOException) when (File.Exists(file + KeySuffix))
        {
            Shred(draft);
        }
        var there = await FindAsync(key.TenantId, key.SubjectId, cancel);
        // Destroyed while it was being added: whoever did that may not have seen it.
        if (there.Destroyed is not null)
            await DestroyAsync(key.TenantId, key.SubjectId, cancel);
        return there;
    }

    /// <inheritdoc/>
    public async Task ReplaceAsync(WrappedKey key, CancellationToken cancel)
    {
        var file = FileOf(key.TenantId, key.SubjectId);
        var draft = $"{file}.{Guid.NewGuid():N}.new";
        await WriteAsync(draft, new KeyFile(key.Id, key.SubjectId, key.WrappedBy, key.Wrapped), SubjectKeyJson.Default.KeyFile, cancel);
        if ((await FindAsync(key.TenantId, key.SubjectId, cancel)).Key is null)
        {
            Shred(draft);
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
        var file = FileOf(tenantId, subjectId);
        var erased = Exists(directory) ? await ReadAsync(file + ErasedSuffix, SubjectKeyJson.Default.ErasedFile, cancel) : throw Away();
        var key = await ReadAsync(file + KeySuffix, SubjectKeyJson.Default.KeyFile, cancel);
        if (erased is null || key is not null && !erased.Keys.Contains(key.Id))
        {
            erased = new ErasedFile([.. erased?.Keys ?? [], .. key is null ? Array.Empty<Guid>() : [key.Id]]);
            var draft = $"{file}.{Guid.NewGuid():N}.new";
            await WriteAsync(draft, erased, SubjectKeyJson.Default.ErasedFile, cancel);
            File.Move(draft, file + ErasedSuffix, overwrite: true);
            Flush(Path.GetDirectoryName(file)!);
        }
        Shred(file + KeySuffix);
        if (File.Exists(file + TermsSuffix))
        {
            foreach (var term in await File.ReadAllLinesAsync(file + TermsSuffix, cancel))
                if (term.Length > 0)
                    File.Delete(FileOfTerm(tenantId, term, subjectId));
            Shred(file + TermsSuffix);
        }
        Flush(Path.GetDirectoryName(file)!);
        return erased.Keys;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WrappedKey> AllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        Require();
        foreach (var tenant in Directory.EnumerateDirectories(directory))
            foreach (var file in Directory.EnumerateFiles(Path.Combine(tenant, "subjects"), $"*{KeySuffix}", SearchOption.AllDirectories))
                if (await ReadAsync(file, SubjectKeyJson.Default.KeyFile, cancel) is { } key)
                    yield return new WrappedKey(key.Id, Path.GetFileName(tenant), key.Subject, key.WrappedBy, key.Wrapped);
    }

    /// <inheritdoc/>
    public async Task AddTermAsync(string tenantId, string term, Guid subjectId, CancellationToken cancel)
    {
        var link = FileOfTerm(tenantId, term, subjectId);
        if (File.Exists(link))
            return;
        // What is to be removed is noted before it's made.
        var terms = FileOf(tenantId, subjectId) + TermsSuffix;
        MakeDirectory(Path.GetDirectoryName(terms)!);
        MakeDirectory(Path.GetDirectoryName(link)!);
        await using (var list = OpenPrivate(terms, FileMode.Append, FileShare.ReadWrite))
        {
            await list.WriteAsync(System.Text.Encoding.ASCII.GetBytes(term + "\n"), cancel);
            list.Flush(flushToDisk: true);
        }
        await using (OpenPrivate(link, FileMode.OpenOrCreate, FileShare.ReadWrite))
        {
        }
        if ((await FindAsync(tenantId, subjectId, cancel)).Destroyed is not null)
            await DestroyAsync(tenantId, subjectId, cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Guid>> FindSubjectsAsync(string tenantId, string term, CancellationToken cancel)
    {
        Require();
        var links = Path.GetDirectoryName(FileOfTerm(tenantId, term, Guid.Empty))!;
        return Task.FromResult<IReadOnlyList<Guid>>(!Directory.Exists(links) ? [] : [.. Directory.EnumerateFiles(links).Select(file => Guid.Parse(Path.GetFileName(file))).Order()]);
    }

    private string FileOf(string tenantId, Guid subjectId) => Path.Combine(DirectoryOf(tenantId), "subjects", $"{subjectId:N}"[^2..], $"{subjectId}");

    private string FileOfTerm(string tenantId, string term, Guid subjectId) => Path.Combine(DirectoryOf(tenantId), "terms", term[..2], term, $"{subjectId}");

    private string DirectoryOf(string tenantId) => tenantId.Length > 0 && tenantId.All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '-' or '_')
        ? Path.Combine(directory, tenantId)
        : throw new ArgumentException($"'{tenantId}' is no tenant's id.", nameof(tenantId));

    // A directory that is away, because it isn't mounted, isn't one that is empty.
    private void Require()
    {
        if (!Exists(directory))
            throw Away();
    }

    private static bool Exists(string path) => Directory.Exists(path);
    private DirectoryNotFoundException Away() => new($"There is no directory {directory}, where the keys of data subjects are kept.");

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
        await using var stream = OpenPrivate(file, FileMode.CreateNew, FileShare.None);
        await JsonSerializer.SerializeAsync(stream, content, json, cancel);
        stream.Flush(flushToDisk: true);
    }

    private static FileStream OpenPrivate(string file, FileMode mode, FileShare share) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException()
        : new(file, new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, UnixCreateMode = Private });

    private static void MakeDirectory(string path)
    {
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(path, Private | UnixFileMode.UserExecute);
    }

    private static void Shred(string file)
    {
        if (!File.Exists(file))
            return;
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write))
        {
            stream.Write(new byte[stream.Length]);
            stream.Flush(flushToDisk: true);
        }
        File.Delete(file);
    }

    // A file's name is durable when its directory is.
    private static void Flush(string path)
    {
        var descriptor = Open(path, 0);
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
