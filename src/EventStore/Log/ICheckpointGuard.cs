namespace Platform.EventStore;

/// <summary>
/// Remembers the last checkpoint that was signed, outside of the database: what a restored backup or a rewritten log can't take back. Nodes that may lead the
/// sequencer share it.
/// </summary>
public interface ICheckpointGuard
{
    /// <summary>The signed note last kept of this log; null: none.</summary>
    /// <exception cref="IOException">It can't be read: nothing may be signed.</exception>
    Task<string?> ReadAsync(string origin, CancellationToken cancel = default);

    /// <summary>Keeps the next note, durably, if the one before is still the one expected.</summary>
    /// <returns>False: another process was faster, and nothing changed.</returns>
    /// <exception cref="IOException">It can't be written: nothing may be published.</exception>
    Task<bool> TryReplaceAsync(string origin, string? expected, string next, CancellationToken cancel = default);
}
