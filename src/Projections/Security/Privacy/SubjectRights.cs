using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Projections.Security;

/// <summary>A person's consent to a purpose, the last one.</summary>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">What was consented to is what this version says.</param>
/// <param name="GivenAt">When.</param>
/// <param name="WithdrawnAt">When it was withdrawn; null: it holds.</param>
/// <param name="Evidence">How they said so.</param>
/// <param name="GuardianId">Who consented for them; null: they themselves.</param>
/// <param name="GuardianStatement">What the guardian said: the guardian's text.</param>
public sealed record SubjectConsent(
    string Purpose, long PurposeVersion, DateTimeOffset GivenAt, DateTimeOffset? WithdrawnAt, PersonalText? Evidence, Guid? GuardianId, PersonalText? GuardianStatement);

/// <summary>A person's data is kept, and used for nothing else.</summary>
/// <param name="At">Since when.</param>
/// <param name="By">Who restricted it.</param>
/// <param name="Reason">Why.</param>
public sealed record SubjectRestriction(DateTimeOffset At, string? By, PersonalText Reason);

/// <summary>A person's objection to a purpose, the last one.</summary>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">As it was then.</param>
/// <param name="State">See <see cref="ObjectionState"/>.</param>
/// <param name="RaisedAt">When they objected.</param>
/// <param name="DecidedAt">When it was withdrawn or overridden; null: it stands.</param>
/// <param name="Grounds">Theirs.</param>
/// <param name="OverriddenBecause">The tenant's.</param>
public sealed record SubjectObjection(
    string Purpose, long PurposeVersion, ObjectionState State, DateTimeOffset RaisedAt, DateTimeOffset? DecidedAt, PersonalText? Grounds, PersonalText? OverriddenBecause);
