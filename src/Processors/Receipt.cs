using Platform.EventStore;

namespace Platform.Processors;

/// <summary>What the caller may later hold against the ledger.</summary>
/// <param name="StreamId">The stream that the command was for.</param>
/// <param name="Version">Version of the stream after the command; also the ETag.</param>
/// <param name="Events">The stream's new events; empty when nothing changed.</param>
/// <param name="Timestamp">When they were recorded, UTC.</param>
/// <param name="State">With <c>?await=</c>: how far they got, <c>appended</c>, <c>sequenced</c> (a signed checkpoint covers them) or <c>witnessed</c> (a quorum of witnesses cosigned it).</param>
public sealed record Receipt(Guid StreamId, long Version, IReadOnlyList<ReceiptEvent> Events, DateTimeOffset Timestamp, string? State = null);

/// <summary>A new event, as the ledger has it.</summary>
/// <param name="Id">Event id.</param>
/// <param name="Type">Alias, e.g. <c>content.item-published</c>.</param>
/// <param name="Sequence">Marten's <c>seq_id</c>; for <c>?after=</c>.</param>
/// <param name="Hash">The event's hash as chained, lower hex.</param>
public sealed record ReceiptEvent(Guid Id, string Type, long Sequence, string Hash)
{
    public static ReceiptEvent Of(AppendedEvent e) => new(e.Id, e.Type, e.Sequence, e.Hash);
}
