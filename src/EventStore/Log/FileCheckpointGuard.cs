using System.Security.Cryptography;
using System.Text;

namespace Platform.EventStore;

/// <summary>One file a log in a directory; with several nodes, a shared one. A lock file keeps two processes apart.</summary>
/// <param name="directory">Made when first written to.</param>
public sealed class FileCheckpointGuard(string directory) : ICheckpointGuard
{
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(5);

    public async Task<string?> ReadAsync(string origin, CancellationToken cancel = default)
    {
        try
        {
            return await File.ReadAllTextAsync(FileOf(origin), cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public async Task<bool> TryReplaceAsync(string origin, string? expected, string next, CancellationToken cancel = default)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var file = FileOf(origin);
            await using var held = await LockAsync($"{file}.lock", cancel);
            if (await ReadAsync(origin, cancel) != expected)
                return false;
            var draft = $"{file}.next";
            await using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(next), cancel);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, file, overwrite: true);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>The file that has a log's last note; named readably, and by a digest because an origin may have any character.</summary>
    public string FileOf(string origin) => Path.Combine(directory,
        $"{string.Concat(origin.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))[..8]}.checkpoint");

    // The kernel gives the lock back when its holder ends, however it ends.
    private static async Task<FileStream> LockAsync(string file, CancellationToken cancel)
    {
        var until = Environment.TickCount64 + (long)MostWait.TotalMilliseconds;
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 < until)
            {
                await Task.Delay(5, cancel);
            }
        }
    }
}
