using System.Text.Json;
using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>Where the parts of an embedded cluster are kept under one directory; whatever is created there is private.</summary>
internal sealed class ClusterDirectory
{
    private const UnixFileMode Traversable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Creates the directory when it's missing.</summary>
    public ClusterDirectory(string path)
    {
        Root = Path.GetFullPath(path);
        // The server doesn't run as root, so it must be able to pass through; what is inside stays private.
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(Root, Traversable);
        else
            PrivateFiles.CreateDirectory(Root);
        Secrets = new ClusterSecrets(Path.Combine(Root, "secrets"));
    }

    public string Root { get; }

    public ClusterSecrets Secrets { get; }

    /// <summary>The server's data directory.</summary>
    public string Data => Path.Combine(Root, "postgres");

    /// <summary>Where initdb works; renamed to <see cref="Data"/> when complete, so an interrupted initdb leaves no half cluster.</summary>
    public string Unfinished => Path.Combine(Root, "postgres.new");

    public string Log => Path.Combine(Root, "postgres.log");

    public string Lock => Path.Combine(Root, "cluster.lock");

    private string StateFile => Path.Combine(Root, "postgres.json");

    /// <summary>The major version of PostgreSQL that made the cluster, or null when there is none yet.</summary>
    public int? MajorVersion =>
        File.Exists(Path.Combine(Data, "PG_VERSION")) && int.TryParse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), out var major)
            ? major
            : null;

    /// <summary>What the owner last wrote; null when nothing was written yet or the file was damaged.</summary>
    public ClusterState? ReadState()
    {
        try
        {
            return JsonSerializer.Deserialize<ClusterState>(File.ReadAllText(StateFile), JsonSerializerOptions.Web);
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the state at once: a reader sees the old one or the new one.</summary>
    public void WriteState(ClusterState state)
    {
        using (var file = PrivateFiles.Create(StateFile + ".new"))
            JsonSerializer.Serialize(file, state, JsonSerializerOptions.Web);
        File.Move(StateFile + ".new", StateFile, overwrite: true);
    }
}
