using System.Text;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary>An auditor's own trust: keys, witnesses, and the checkpoint that was verified last.</summary>
internal static class TrustFile
{
    /// <exception cref="FormatException">It isn't as docs/ledger-format.md has it.</exception>
    public static async Task<LogTrust?> ReadAsync(string? file, CancellationToken cancel) => file is null ? null : LogTrust.Parse(await File.ReadAllTextAsync(file, cancel));

    /// <summary>Written whole or not at all: an auditor's memory of the log must not be lost.</summary>
    public static async Task SaveAsync(string file, LogTrust trust, CancellationToken cancel)
    {
        var unfinished = file + ".new";
        await using (var output = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(trust.ToJson()), cancel);
            output.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }
}
