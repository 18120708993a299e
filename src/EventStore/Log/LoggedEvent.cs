using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>An event at its place in the log, as stored.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Stored">The rows of <c>mt_events</c> and <c>ledger.event</c>.</param>
/// <param name="Prev">The recorded hash of the event before it in its stream, or the stream's genesis; null: that event has none.</param>
/// <param name="Writer">The writer's signature: key id and signature, 68 bytes; null: not signed.</param>
public readonly record struct LoggedEvent(long Index, string Tenant, Guid Stream, StoredEvent Stored, Hash? Prev, byte[]? Writer)
{
    /// <summary>Whether it announces a key of the ledger, which everybody's verifier needs.</summary>
    public bool AnnouncesKey => Tenant == DocumentStore.PlatformTenant && KeyRotation.EventTypes.Contains(Stored.Type);
}
