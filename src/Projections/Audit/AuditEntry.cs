using System.Text.Json.Serialization;
using Platform.Domain.Audit;

namespace Platform.Projections.Audit;

/// <summary>One thing that was done, or that was tried and denied: an event of the ledger.</summary>
/// <param name="Sequence">Marten's <c>seq_id</c>.</param>
/// <param name="EventId">The event.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Actor">Subject of the token, or the part of the platform that acted; null: a foreign writer said none.</param>
/// <param name="Trigger">What set it off: <c>http</c>, <c>import</c>, <c>schedule</c> and so on.</param>
/// <param name="Action">Alias of the event.</param>
/// <param name="StreamId">The object that it was done to.</param>
/// <param name="Version">The event's version in that stream.</param>
/// <param name="Outcome"><c>done</c> or <c>denied</c>.</param>
/// <param name="CorrelationId">What it belongs to.</param>
/// <param name="Summary">What was done, as a sentence.</param>
public sealed record AuditEntry(
    long Sequence, Guid EventId, DateTimeOffset At, string? Actor, string? Trigger, string Action, Guid StreamId, long Version, string Outcome, string? CorrelationId, string Summary)
{
    public const string Done = "done";
    public const string Denied = "denied";

    /// <summary>Kind of the object, such as <c>content.item</c>.</summary>
    public string StreamKind => Domain.Audit.StreamKind.Of(Action);

    /// <summary>Path of the proof that the event stands in the log.</summary>
    public string Proof => $"/api/ledger/proof?event={EventId}";

    /// <summary>Where an entry stands among the others, newest first.</summary>
    [JsonIgnore]
    public AuditPosition Position => new(At, Sequence);
}

/// <summary>A place in the audit trail, which goes by time and, within a microsecond, by sequence.</summary>
public readonly record struct AuditPosition(DateTimeOffset At, long Sequence);
