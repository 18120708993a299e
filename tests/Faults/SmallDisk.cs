using System.Diagnostics;

namespace Platform.Faults.Tests;

/// <summary>A file system of a few hundred MiB in memory (tmpfs), that a file of ballast fills to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path)
    {
        Path = path;
        AppDomain.CurrentDomain.ProcessExit += DisposeWithTests;
    }

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts one; null, with the reason, where that isn't permitted.</summary>
    public static SmallDisk? TryMount(int mebibytes, out string reason)
    {
        var path = Directory.CreateTempSubdirectory("platform-disk-").FullName;
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m,mode=755", "tmpfs", path], out reason))
            return new SmallDisk(path);
        reason = "a small file system can't be mounted here: Linux and root are needed";
        Directory.Delete(path);
        return null;
    }

    /// <summary>Takes all the room but this much.</summary>
    public void Fill(long free = 0)
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, 0);
        var block = new byte[1 << 16];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full: what was asked for is given back.
        }
        file.SetLength(Math.Max(0, file.Length - free));
    }

    public void Empty() => File.Delete(Ballast);

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= DisposeWithTests;
        Run("umount", ["-l", Path], out _);
        Directory.Delete(Path);
    }

    private void DisposeWithTests(object? sender, EventArgs e) => Dispose();

    private static bool Run(string program, string[] arguments, out string output)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        output = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
