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

/// <summary>A person of whom data is kept. Texts are <c>[erased]</c> once their key is destroyed, <c>[unavailable]</c> while it's away, and <c>[hidden]</c> from callers without <c>personal.read</c>.</summary>
/// <param name="Id">Random; says nothing of the person.</param>
/// <param name="Name">What they are called; null: it isn't kept.</param>
/// <param name="Email">As with the name.</param>
/// <param name="Phone">As with the name.</param>
/// <param name="Address">As with the name.</param>
/// <param name="Reference">As with the name.</param>
/// <param name="RegisteredAt">Since when.</param>
/// <param name="RegisteredBy">By whom.</param>
/// <param name="RectifiedAt">When it was last put right; null: never.</param>
/// <param name="Erasure">The erasure that was asked for; null: none was, or it was refused.</param>
/// <param name="RefusedAt">When an erasure was last refused; null: never.</param>
/// <param name="RefusedBecause">Why.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SubjectAnswer(
    Guid Id, string? Name, string? Email, string? Phone, string? Address, string? Reference, DateTimeOffset RegisteredAt, string? RegisteredBy, DateTimeOffset? RectifiedAt,
    ErasureAnswer? Erasure, DateTimeOffset? RefusedAt, string? RefusedBecause, long Version);

/// <summary>Where an erasure stands.</summary>
/// <param name="State">awaits-approval, pending or completed.</param>
/// <param name="Cause">subject, no-purpose, obligation or retention.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="RequestedBy">By whom.</param>
/// <param name="Deadline">When it must be done.</param>
/// <param name="Reason">In their words.</param>
/// <param name="ApprovedAt">When somebody else agreed.</param>
/// <param name="ApprovedBy">Who.</param>
/// <param name="CompletedAt">When the keys were destroyed.</param>
/// <param name="KeyIds">Of the keys.</param>
public sealed record ErasureAnswer(
    ErasureState State, string Cause, DateTimeOffset RequestedAt, string? RequestedBy, DateTimeOffset Deadline, string? Reason,
    DateTimeOffset? ApprovedAt, string? ApprovedBy, DateTimeOffset? CompletedAt, IReadOnlyList<Guid>? KeyIds);

/// <summary>What wraps the keys of data subjects.</summary>
/// <param name="KeyVersion">Version of the key-encryption key that wraps, or is to.</param>
/// <param name="IsUnderWay">A rotation to it isn't done yet.</param>
/// <param name="Keys">Keys that there are.</param>
/// <param name="Wrapped">Those of them that are wrapped by it.</param>
public sealed record SubjectKeysAnswer(int KeyVersion, bool IsUnderWay, long Keys, long Wrapped);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SubjectBody))]
[JsonSerializable(typeof(FindSubjectBody))]
[JsonSerializable(typeof(EraseBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(PrivacyPolicyBody))]
[JsonSerializable(typeof(SubjectKeysAnswer))]
[JsonSerializable(typeof(SubjectAnswer))]
[JsonSerializable(typeof(Page<SubjectAnswer>))]
internal sealed partial class PrivacyBodies : JsonSerializerContext;
