using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>
/// The right to start and stop the cluster of a directory. FileShare.None is flock(2) on Unix: the kernel releases it however the
/// process ends.
/// </summary>
internal sealed class ClusterLock : IDisposable
{
    private readonly FileStream file;

    private ClusterLock(FileStream file) => this.file = file;

    /// <summary>The lock, or null when another owner has it.</summary>
    public static ClusterLock? TryTake(ClusterDirectory directory)
    {
        try
        {
            return new ClusterLock(PrivateFiles.Open(directory.Lock, FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException error) when (error is not DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Waits until the lock is free.</summary>
    /// <exception cref="EmbeddedPostgresException">It was still held after <paramref name="timeout"/>; names the holder's process id.</exception>
    public static async Task<ClusterLock> TakeAsync(ClusterDirectory directory, TimeSpan timeout, ILogger logger, CancellationToken cancellation)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        for (var isFirst = true; ; isFirst = false)
        {
            if (TryTake(directory) is { } taken)
                return taken;
            if (isFirst)
                logger.LogWarning("{Held} Waiting up to {Seconds} s.", HeldMessage(directory), timeout.TotalSeconds);
            if (Environment.TickCount64 >= deadline)
                throw new EmbeddedPostgresException(HeldMessage(directory));
            await Task.Delay(50, cancellation);
        }
    }

    /// <summary>Says who holds the lock, as far as it's known.</summary>
    public static string HeldMessage(ClusterDirectory directory) =>
        $"The cluster of {directory.Root} is in use by "
        + (directory.ReadState() is { Owner: > 0 and var owner } ? $"process {owner}" : "another process")
        + ". Stop that process, or choose another directory with --data DIR.";

    public void Dispose() => file.Dispose();
}
