using System.Text.Json.Serialization;
using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>The person objects to a purpose (GDPR, Article 21): their data isn't used for it, unless the objection is overridden.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">As it was then.</param>
/// <param name="Grounds">In their words; null: they gave none, as they needn't against direct marketing.</param>
[EventType("security.subject-objected")]
public sealed record SubjectObjected(
    Guid SubjectId, string Purpose, long PurposeVersion, [property: Personal(nameof(SubjectObjected.SubjectId), PersonalCategory.Statement)] PersonalText? Grounds = null) : IAboutSubject;

/// <summary>The person objects no more.</summary>
[EventType("security.objection-withdrawn")]
public sealed record ObjectionWithdrawn(Guid SubjectId, string Purpose) : IAboutSubject;

/// <summary>The tenant goes on in spite of the objection.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Purpose">Its name.</param>
/// <param name="Grounds">Which compelling ones there are; the person is told.</param>
[EventType("security.objection-overridden")]
public sealed record ObjectionOverridden(
    Guid SubjectId, string Purpose, [property: Personal(nameof(ObjectionOverridden.SubjectId), PersonalCategory.Statement)] PersonalText Grounds) : IAboutSubject;

/// <summary>Where a person's objection to a purpose stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ObjectionState>))]
public enum ObjectionState
{
    [JsonStringEnumMemberName("standing")]
    Standing,

    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,

    [JsonStringEnumMemberName("overridden")]
    Overridden,
}
