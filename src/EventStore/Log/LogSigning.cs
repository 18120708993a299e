namespace Platform.EventStore;

/// <summary>What a process needs to publish the log, and to sign events of weight.</summary>
/// <param name="Keys">Private keys.</param>
/// <param name="Guard">Remembers what was signed, outside of the database.</param>
public sealed record LogSigning(LedgerKeyRing Keys, ICheckpointGuard Guard);
