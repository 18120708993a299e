namespace Platform.EventStore;

/// <summary>The last checkpoint that was published.</summary>
/// <param name="Epoch">Of the log.</param>
/// <param name="Size">Entries that it covers.</param>
/// <param name="Root">Root of the tree of that size.</param>
/// <param name="Note">The signed note.</param>
/// <param name="SignedAt">When it was signed.</param>
/// <param name="CosignedSize">Size of the last checkpoint that enough witnesses cosigned; null: none was.</param>
/// <param name="CosignedNote">That checkpoint with its cosignatures.</param>
public sealed record LogHead(int Epoch, long Size, Platform.Ledger.Hash Root, string Note, DateTimeOffset SignedAt, long? CosignedSize, string? CosignedNote);
