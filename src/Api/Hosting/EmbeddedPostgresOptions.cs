namespace Platform.Api.Hosting;

/// <summary>How an embedded cluster is started.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>False for throw-away clusters: commits don't wait for the disk, and a power cut may corrupt the cluster.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Start the server again, on its port, whenever it ends by itself.</summary>
    public bool Restart { get; init; }

    /// <summary>Server settings (name, value) that win over the defaults; the address and the port can't be changed.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long to wait for another process to give up the cluster.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may take to answer; crash recovery of 4 GB of WAL takes minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
