using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Security;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>What is kept of a person; at least one text. Each is sealed under the person's own key before it's stored.</summary>
/// <param name="Name">What they are called; at most 500 characters.</param>
/// <param name="Email">At most 500 characters.</param>
/// <param name="Phone">At most 500 characters.</param>
/// <param name="Address">At most 2,000 characters; may have line breaks.</param>
/// <param name="Reference">What your other systems call them, such as a customer number; at most 500 characters.</param>
public sealed record SubjectBody(string? Name, string? Email, string? Phone, string? Address, string? Reference)
{
    public SubjectMembers ToMembers() => SubjectMembers.Plain(Name, Email, Phone, Address, Reference);
}

/// <summary>One text that a person is found by: the whole of it, whatever its letter case.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="Phone">Their phone number.</param>
/// <param name="Reference">What your other systems call them.</param>
public sealed record FindSubjectBody(string? Name, string? Email, string? Phone, string? Reference);

/// <summary>An erasure.</summary>
/// <param name="Cause">subject (default): they asked for it; no-purpose; obligation.</param>
/// <param name="Reason">In their words, at most 2,000 characters; sealed, and erased with the rest.</param>
public sealed record EraseBody(string? Cause, string? Reason);

/// <summary>How the tenant goes about personal data, all of it.</summary>
/// <param name="FourEyes">An erasure needs the approval of somebody who didn't ask for it.</param>
/// <param name="DeadlineDays">Within which an erasure is to be done, 1 to 90; default 30.</param>
/// <param name="Retention">When data is erased by itself; at most 20 rules.</param>
public sealed record PrivacyPolicyBody(bool? FourEyes, int? DeadlineDays, IReadOnlyList<RetentionRuleBody>? Retention);

/// <summary>How long data is kept.</summary>
/// <param name="Name">What the rule is known by.</param>
/// <param name="Days">1 to 36,500.</param>
/// <param name="Since">registration, or last-event: the last event about the person.</param>
public sealed record RetentionRuleBody(string? Name, int? Days, string? Since);

/// <summary>What personal data is processed for.</summary>
/// <param name="Name">What consents and objections name it by, 1-63 lower-case letters, digits and hyphens, a letter first.</param>
/// <param name="LegalBasis">consent, contract, obligation, vital-interests, public-interest or legitimate-interests.</param>
/// <param name="Description">For those whose data it is, at most 2,000 characters.</param>
/// <param name="Categories">Of data: identity, contact, statement; at least one.</param>
public sealed record PurposeBody(string? Name, string? LegalBasis, string? Description, IReadOnlyList<string?>? Categories);

/// <summary>The next version of a purpose, all of it.</summary>
/// <param name="LegalBasis">consent, contract, obligation, vital-interests, public-interest or legitimate-interests.</param>
/// <param name="Description">For those whose data it is, at most 2,000 characters.</param>
/// <param name="Categories">Of data: identity, contact, statement; at least one.</param>
public sealed record PurposeVersionBody(string? LegalBasis, string? Description, IReadOnlyList<string?>? Categories);

/// <summary>A person's consent.</summary>
/// <param name="Purpose">Name of a purpose whose basis is consent.</param>
/// <param name="PurposeVersion">The version that they were shown; it must be the purpose's current one.</param>
/// <param name="Evidence">How they said so, at most 2,000 characters; sealed.</param>
/// <param name="GuardianId">A data subject who consents for them, as for a child.</param>
/// <param name="GuardianStatement">What the guardian said, at most 2,000 characters; sealed under the guardian's key, and required with one.</param>
public sealed record ConsentBody(string? Purpose, long? PurposeVersion, string? Evidence, Guid? GuardianId, string? GuardianStatement);

/// <summary>A purpose that a person's right is about.</summary>
/// <param name="Purpose">Its name.</param>
public sealed record OfPurposeBody(string? Purpose);

/// <summary>An objection to a purpose, or why it's overridden.</summary>
/// <param name="Purpose">Its name.</param>
/// <param name="Grounds">In words, at most 2,000 characters; sealed.</param>
public sealed record ObjectionBody(string? Purpose, string? Grounds);

/// <summary>A copy that was given.</summary>
/// <param name="Format">json (default) or html.</param>
/// <param name="To">How and to whom, at most 2,000 characters; sealed.</param>
public sealed record ProvideBody(string? Format, string? To);

/// <summary>What wraps the keys of data subjects.</summary>
/// <param name="KeyVersion">Version of the key-encryption key that wraps, or is to.</param>
/// <param name="IsUnderWay">A rotation to it isn't done yet.</param>
/// <param name="Keys">Keys that there are.</param>
/// <param name="Wrapped">Those of them that are wrapped by it.</param>
/// <param name="Damaged">Files that can't be read as keys: a rotation ends when they are put right, or their person is erased.</param>
public sealed record SubjectKeysAnswer(int KeyVersion, bool IsUnderWay, long Keys, long Wrapped, long Damaged);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SubjectBody))]
[JsonSerializable(typeof(FindSubjectBody))]
[JsonSerializable(typeof(EraseBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(PurposeBody))]
[JsonSerializable(typeof(PurposeVersionBody))]
[JsonSerializable(typeof(ConsentBody))]
[JsonSerializable(typeof(OfPurposeBody))]
[JsonSerializable(typeof(ObjectionBody))]
[JsonSerializable(typeof(ProvideBody))]
[JsonSerializable(typeof(SubjectCopy))]
[JsonSerializable(typeof(ProcessingRecord))]
[JsonSerializable(typeof(PrivacyPolicyBody))]
[JsonSerializable(typeof(SubjectKeysAnswer))]
[JsonSerializable(typeof(SubjectAnswer))]
[JsonSerializable(typeof(Page<SubjectAnswer>))]
internal sealed partial class PrivacyBodies : JsonSerializerContext;
