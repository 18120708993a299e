using System.Runtime.InteropServices;
using Platform.Api.Hosting;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary>
/// OpenSSL 3.5 for tests of ML-DSA on a machine that is older: Debian 13's package from the mirror that this machine's apt uses, checked by Debian's keys and
/// unpacked beside the tests. Nothing is installed.
/// </summary>
internal static class OpenSsl35
{
    private const string Release = "trixie", Package = "libssl3t64", Keys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    private static readonly TimeSpan MostWait = TimeSpan.FromMinutes(2);

    /// <summary>The directory to name in <c>LD_LIBRARY_PATH</c>, or why there is none.</summary>
    /// <param name="directory">Made; holds all of it.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<(string? Directory, string? Reason)> PrepareAsync(string directory, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux() || !ProgramRun.Exists("apt-get") || !ProgramRun.Exists("dpkg-deb") || !File.Exists(Keys))
            return (null, "OpenSSL 3.5 is fetched on Debian alone");
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(MostWait);
        try
        {
            return (await UnpackAsync(directory, late.Token), null);
        }
        catch (Exception e) when (e is EmbeddedPostgresException or IOException or InvalidDataException)
        {
            return (null, e.Message.ReplaceLineEndings(" "));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"OpenSSL 3.5 wasn't there after {MostWait.TotalMinutes} minutes");
        }
    }

    private static async Task<string> UnpackAsync(string directory, CancellationToken cancel)
    {
        foreach (var made in new[] { "lists/partial", "cache/archives/partial", "root" })
            Directory.CreateDirectory(Path.Combine(directory, made));
        var targets = await ProgramRun.OfAsync(["apt-get", "indextargets", "--no-release-info", "--format", "$(SITE)", "Created-By: Packages"], cancel);
        var mirror = targets.Output.Split('\n').FirstOrDefault(site => site.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal))
            ?? throw new InvalidDataException("apt knows no mirror of Debian");
        var sources = Path.Combine(directory, "sources.list");
        await File.WriteAllTextAsync(sources, $"deb [signed-by={Keys}] {mirror} {Release} main\n", cancel);
        string[] options =
        [
            "-qq", "-o", $"Dir::State={directory}", "-o", "Dir::State::status=/dev/null", "-o", $"Dir::Cache={directory}/cache",
            "-o", $"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null", "-o", "Acquire::Languages=none", "-o", "APT::Update::Error-Mode=any",
            // Its own account may not be able to reach the directory.
            "-o", "APT::Sandbox::User=root",
        ];
        await ProgramRun.RequireAsync("apt-get update", ["apt-get", .. options, "update"], cancel);
        // apt-get writes what it downloads to the current directory.
        await ProgramRun.RequireAsync("apt-get download", ["env", "-C", directory, "apt-get", .. options, "download", Package], cancel);
        var root = Path.Combine(directory, "root");
        await ProgramRun.RequireAsync("dpkg-deb", ["dpkg-deb", "-x", Directory.EnumerateFiles(directory, $"{Package}_*.deb").Single(), root], cancel);
        var libcrypto = Directory.EnumerateFiles(root, "libcrypto.so.3", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(libcrypto, cancel);
        // The first version of all symbols that the C library has had on this kind of machine from the start, strtol among them.
        if (ElfVersions.Lower(bytes, "GLIBC_2.38", RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "GLIBC_2.2.5" : "GLIBC_2.17", "__isoc23_"))
            await File.WriteAllBytesAsync(libcrypto, bytes, cancel);
        return Path.GetDirectoryName(libcrypto)!;
    }
}
