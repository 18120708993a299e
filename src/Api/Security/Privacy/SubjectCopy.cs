using System.Text.Json;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>All that is known of a person, as a copy for them. Texts of others who spoke for them aren't in it: those are theirs.</summary>
/// <param name="Format">What this is: <c>platform-subject-copy/1</c>.</param>
/// <param name="Tenant">Who keeps the data.</param>
/// <param name="CreatedAt">When the copy was made.</param>
/// <param name="LedgerIndex">Index of the last event of the log that it surely has.</param>
/// <param name="Subject">What is kept now, and where the person's rights stand.</param>
/// <param name="Purposes">What the tenant processes personal data for.</param>
/// <param name="Events">Every event about the person, in the order of the ledger.</param>
/// <param name="Complete">Comes last: all of it is there, and every text could be opened. False: a key was away, and texts are <c>[unavailable]</c>, or an event is of a later release than the node that was asked.</param>
public sealed record SubjectCopy(
    string Format, string Tenant, DateTimeOffset CreatedAt, long LedgerIndex, SubjectAnswer Subject, IReadOnlyList<PurposeDetails> Purposes, IReadOnlyList<SubjectCopyEvent> Events, bool Complete)
{
    public const string FirstFormat = "platform-subject-copy/1";
}

/// <summary>An event about a person.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="EventId">Its id.</param>
/// <param name="StreamId">Its stream.</param>
/// <param name="Version">In the stream.</param>
/// <param name="Type">What kind of event it is.</param>
/// <param name="Summary">What happened, in a sentence.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Texts">What it says about the person, by member: opened.</param>
/// <param name="Data">Its other members, without a text about anybody.</param>
/// <param name="Hash">As chained in the ledger, lower hex: of the event as it's stored, its texts sealed.</param>
/// <param name="Proof">Path of the proof that the ledger has it.</param>
public sealed record SubjectCopyEvent(
    long Sequence, Guid EventId, Guid StreamId, long Version, string Type, string Summary, DateTimeOffset At, IReadOnlyDictionary<string, string> Texts, IReadOnlyDictionary<string, JsonElement> Data,
    string Hash, string Proof);
