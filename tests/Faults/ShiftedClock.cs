namespace Platform.Faults.Tests;

/// <summary>The clock of a process and of all that it starts, which a test puts forward and back (libfaketime). What waits by elapsed time isn't touched, as with a machine's own clock.</summary>
internal sealed class ShiftedClock : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly string _library;

    private ShiftedClock(string library)
    {
        _library = library;
        Shift(TimeSpan.Zero);
        // PostgreSQL reads it as another user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    /// <summary>Null, with the reason, where there is no libfaketime.</summary>
    public static ShiftedClock? TryMake(out string reason)
    {
        reason = "libfaketime isn't installed (Debian: apt-get install libfaketime)";
        var library = Directory.Exists("/usr/lib")
            ? Directory.EnumerateDirectories("/usr/lib").Select(d => Path.Combine(d, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
            : null;
        return library is null ? null : new ShiftedClock(library);
    }

    /// <summary>Variables of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library,
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        // Read once a second: with each look at the clock it took a third of all processor time.
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    /// <summary>Within a second or two the process's clock is off by this much.</summary>
    public void Shift(TimeSpan by) => File.WriteAllText(_file, $"{(by < TimeSpan.Zero ? "-" : "+")}{Math.Abs(by.TotalSeconds):0}\n");

    public void Dispose() => File.Delete(_file);
}
