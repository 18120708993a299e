using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Platform.Api.Hosting;

/// <summary>An installed PostgreSQL server: the directory of its programs and its version (major, minor).</summary>
public sealed partial record PostgresBinaries(string Directory, Version Version)
{
    /// <summary>The oldest major version that the platform runs on.</summary>
    public const int OldestMajor = 15;

    /// <summary>The full path of one of the server's programs, such as <c>initdb</c>.</summary>
    public string Program(string name) => Path.Combine(Directory, name);

    /// <summary>
    /// The newest PostgreSQL installed, or the newest of one major version: a data directory can be opened by the major version
    /// that made it only.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">None is installed; the message says what to install.</exception>
    public static PostgresBinaries Find(int? major = null)
    {
        var installed = Candidates()
            .Where(directory => File.Exists(Path.Combine(directory, "postgres")) && File.Exists(Path.Combine(directory, "initdb")))
            .Distinct(StringComparer.Ordinal)
            .Select(directory => (directory, version: VersionOf(directory)))
            .Where(found => major is null ? found.version?.Major >= OldestMajor : found.version?.Major == major)
            .OrderByDescending(found => found.version)
            .FirstOrDefault();

        return installed is (string bin, Version version) ? new PostgresBinaries(bin, version) : throw Missing(major);
    }

    private static IEnumerable<string> Candidates() =>
    [
        .. Versions("/usr/lib/postgresql", "*"),
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        .. Versions("/usr", "pgsql-*"),
        .. Versions("/opt/homebrew/opt", "postgresql@*"),
        .. Versions("/usr/local/opt", "postgresql@*"),
        .. Versions("/Applications/Postgres.app/Contents/Versions", "*"),
        "/usr/local/pgsql/bin",
    ];

    private static IEnumerable<string> Versions(string parent, string pattern) =>
        System.IO.Directory.Exists(parent)
            ? System.IO.Directory.EnumerateDirectories(parent, pattern).Select(directory => Path.Combine(directory, "bin"))
            : [];

    private static Version? VersionOf(string directory)
    {
        var start = new ProcessStartInfo(Path.Combine(directory, "postgres"), "--version") { RedirectStandardOutput = true };
        using var process = Process.Start(start);
        var found = VersionNumber().Match(process?.StandardOutput.ReadToEnd() ?? "");
        return found.Success ? new Version(Number(found.Groups[1]), Number(found.Groups[2])) : null;
    }

    private static int Number(Group digits) => digits.Success ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;

    private static EmbeddedPostgresException Missing(int? major) => new(
        $"No PostgreSQL {(major is null ? $"{OldestMajor} or newer" : $"{major}")} was found"
        + (major is null ? "." : $", and the cluster was made by PostgreSQL {major}.")
        + $" Install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install"
        + $" postgresql@{major ?? 17}), or set ConnectionStrings__Platform to a server that runs elsewhere.");

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)(?:\.(\d+))?")]
    private static partial Regex VersionNumber();
}
