using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>The person consents to a purpose, or whoever answers for a child does (GDPR, Article 8).</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">What they consent to is what this version says.</param>
/// <param name="Evidence">How they said so, in words; null: nothing is kept of that.</param>
/// <param name="GuardianId">Whoever consents for them, a data subject as well; null: they themselves.</param>
/// <param name="GuardianStatement">What the guardian said. It's theirs: it goes when they are erased, and stays when the child is.</param>
[EventType("security.consent-given")]
public sealed record ConsentGiven(
    Guid SubjectId, string Purpose, long PurposeVersion,
    [property: Personal(nameof(ConsentGiven.SubjectId), PersonalCategory.Statement)] PersonalText? Evidence = null,
    Guid? GuardianId = null,
    [property: Personal(nameof(ConsentGiven.GuardianId), PersonalCategory.Statement)] PersonalText? GuardianStatement = null) : IAboutSubject;

/// <summary>The person consents no more. What was done until then was lawful.</summary>
[EventType("security.consent-withdrawn")]
public sealed record ConsentWithdrawn(Guid SubjectId, string Purpose) : IAboutSubject;

/// <summary>Where a person's consent to a purpose stands.</summary>
/// <param name="PurposeVersion">The version that they consented to last.</param>
/// <param name="IsGiven">It wasn't withdrawn.</param>
public sealed record Consent(long PurposeVersion, bool IsGiven);
