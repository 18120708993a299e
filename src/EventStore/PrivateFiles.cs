namespace Platform.EventStore;

/// <summary>Files and directories that their owner alone can use: where keys and secrets are kept.</summary>
public static class PrivateFiles
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = Mode | UnixFileMode.UserExecute;

    /// <summary>Creates a directory (mode 0700), unless it exists. Those above it that are missing get the usual mode.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            throw NotOnWindows();
        Directory.CreateDirectory(path, DirectoryMode);
    }

    /// <summary>Creates or empties a file (mode 0600).</summary>
    public static FileStream Create(string path) => Open(path, FileMode.Create, FileShare.Read);

    /// <summary>Opens a file for writing; when it has to be created, with mode 0600.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share) => OperatingSystem.IsWindows()
        ? throw NotOnWindows()
        : new(path, new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, UnixCreateMode = Mode });

    /// <summary>Overwrites a file, durably, and removes it. One that is gone, by somebody else perhaps: nothing. A disk may keep old blocks all the same.</summary>
    public static void Shred(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
            stream.Write(new byte[stream.Length]);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }
        File.Delete(path);
    }

    private static PlatformNotSupportedException NotOnWindows() => new("Private files are kept on Linux and macOS.");
}
