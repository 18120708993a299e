using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>Makes the data directory of a new cluster (initdb), completely or not at all.</summary>
internal static class ClusterCreation
{
    /// <summary>The file of the superuser's password among the secrets.</summary>
    public const string PasswordSecret = "postgres-password";

    /// <exception cref="EmbeddedPostgresException">initdb failed; the message has what it wrote.</exception>
    public static async Task CreateAsync(
        ClusterDirectory directory, PostgresBinaries binaries, ServerAccount account, bool durable, CancellationToken cancellation)
    {
        if (Directory.Exists(directory.Unfinished))
            Directory.Delete(directory.Unfinished, recursive: true);
        PrivateFiles.CreateDirectory(directory.Unfinished);
        var data = Path.Combine(directory.Unfinished, "data");
        var password = Path.Combine(directory.Unfinished, "password");
        using (var file = new StreamWriter(PrivateFiles.Create(password)))
            await file.WriteAsync(directory.Secrets.Get(PasswordSecret));
        await account.GiveAsync(directory.Unfinished, cancellation);
        await account.GiveAsync(password, cancellation);

        await ProgramRun.RequireAsync("initdb", account.Run(
        [
            binaries.Program("initdb"), "-D", data, "-U", "postgres", $"--pwfile={password}", "--auth=scram-sha-256",
            "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", .. durable ? Array.Empty<string>() : ["--no-sync"],
        ]), cancellation);

        if (Directory.Exists(directory.Data) && !Directory.EnumerateFileSystemEntries(directory.Data).Any())
            Directory.Delete(directory.Data);
        Directory.Move(data, directory.Data);
        Directory.Delete(directory.Unfinished, recursive: true);
        if (durable)
            await ProgramRun.RequireAsync("sync", ["sync", directory.Root], cancellation);
    }
}
