using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>
/// A person of whom data is kept. Texts are <c>[erased]</c> once their key is destroyed, <c>[unavailable]</c> while it's away, <c>[hidden]</c> from callers without <c>personal.read</c>, and
/// <c>[restricted]</c>, while their use is, for callers without <c>privacy.manage</c>.
/// </summary>
/// <param name="Id">Random; says nothing of the person.</param>
/// <param name="Name">What they are called; null: it isn't kept.</param>
/// <param name="Email">As with the name.</param>
/// <param name="Phone">As with the name.</param>
/// <param name="Address">As with the name.</param>
/// <param name="Reference">As with the name.</param>
/// <param name="RegisteredAt">Since when.</param>
/// <param name="RegisteredBy">By whom.</param>
/// <param name="RectifiedAt">When it was last put right; null: never.</param>
/// <param name="Consents">The last to each purpose.</param>
/// <param name="Restriction">Their data is kept, and used for nothing else; null: it's used as it may be.</param>
/// <param name="Objections">The last to each purpose.</param>
/// <param name="ProvidedAt">When they were last given a copy; null: never.</param>
/// <param name="Erasure">The erasure that was asked for; null: none was, or it was refused.</param>
/// <param name="RefusedAt">When an erasure was last refused; null: never.</param>
/// <param name="RefusedBecause">Why.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SubjectAnswer(
    Guid Id, string? Name, string? Email, string? Phone, string? Address, string? Reference, DateTimeOffset RegisteredAt, string? RegisteredBy, DateTimeOffset? RectifiedAt,
    IReadOnlyList<ConsentAnswer> Consents, RestrictionAnswer? Restriction, IReadOnlyList<ObjectionAnswer> Objections, DateTimeOffset? ProvidedAt,
    ErasureAnswer? Erasure, DateTimeOffset? RefusedAt, string? RefusedBecause, long Version)
{
    /// <param name="s">As it's stored.</param>
    /// <param name="show">What to show for each text.</param>
    internal static SubjectAnswer Of(SubjectDetails s, Func<PlacedText?, string?> show)
    {
        return new(
            s.Id, Own("name", s.Members.Name), Own("email", s.Members.Email), Own("phone", s.Members.Phone), Own("address", s.Members.Address), Own("reference", s.Members.Reference),
            s.RegisteredAt, s.RegisteredBy, s.RectifiedAt,
            [.. s.Consents.Select(c => new ConsentAnswer(
                c.Purpose, c.PurposeVersion, c.GivenAt, c.WithdrawnAt, Own("evidence", c.Evidence), c.GuardianId, show(PlacedText.Of(c.GuardianStatement, c.GuardianId ?? s.Id, "guardianStatement"))))],
            s.Restriction is { } r ? new(r.At, r.By, Own("reason", r.Reason)!) : null,
            [.. s.Objections.Select(o => new ObjectionAnswer(o.Purpose, o.PurposeVersion, o.State, o.RaisedAt, o.DecidedAt, Own("grounds", o.Grounds), Own("grounds", o.OverriddenBecause)))],
            s.ProvidedAt,
            s.Erasure is not { } e ? null : new(e.State, e.Cause, e.RequestedAt, e.RequestedBy, e.Deadline, Own("reason", e.Reason), e.ApprovedAt, e.ApprovedBy, e.CompletedAt, e.KeyIds, e.Rule),
            s.RefusedAt, Own("reason", s.RefusedBecause), s.Version);

        string? Own(string property, PersonalText? text) => show(PlacedText.Of(text, s.Id, property));
    }

    /// <summary>Every text that the answer has of the person, and of others who spoke for them, to be opened before it's made.</summary>
    internal static IReadOnlyList<PlacedText> TextsOf(SubjectDetails s)
    {
        var texts = new List<PlacedText>();
        Of(s, text =>
        {
            texts.AddRange(text is null ? [] : [text]);
            return null;
        });
        return texts;
    }
}

/// <summary>A consent to a purpose.</summary>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">What was consented to is what this version says.</param>
/// <param name="GivenAt">When.</param>
/// <param name="WithdrawnAt">When it was withdrawn; null: it holds, for that version.</param>
/// <param name="Evidence">How they said so; null: nothing is kept of that.</param>
/// <param name="GuardianId">Who consented for them; null: they themselves.</param>
/// <param name="GuardianStatement">What the guardian said.</param>
public sealed record ConsentAnswer(string Purpose, long PurposeVersion, DateTimeOffset GivenAt, DateTimeOffset? WithdrawnAt, string? Evidence, Guid? GuardianId, string? GuardianStatement);

/// <summary>A restriction of the use of a person's data.</summary>
/// <param name="At">Since when.</param>
/// <param name="By">Who restricted it.</param>
/// <param name="Reason">Why.</param>
public sealed record RestrictionAnswer(DateTimeOffset At, string? By, string Reason);

/// <summary>An objection to a purpose.</summary>
/// <param name="Purpose">Its name.</param>
/// <param name="PurposeVersion">As it was then.</param>
/// <param name="State">standing, withdrawn or overridden.</param>
/// <param name="RaisedAt">When they objected.</param>
/// <param name="DecidedAt">When it was withdrawn or overridden; null: it stands.</param>
/// <param name="Grounds">Theirs; null: none were given.</param>
/// <param name="OverriddenBecause">Why the tenant went on in spite of it; null: it didn't.</param>
public sealed record ObjectionAnswer(
    string Purpose, long PurposeVersion, ObjectionState State, DateTimeOffset RaisedAt, DateTimeOffset? DecidedAt, string? Grounds, string? OverriddenBecause);

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
/// <param name="Rule">Name of the retention rule that asked; null: somebody did.</param>
public sealed record ErasureAnswer(
    ErasureState State, string Cause, DateTimeOffset RequestedAt, string? RequestedBy, DateTimeOffset Deadline, string? Reason,
    DateTimeOffset? ApprovedAt, string? ApprovedBy, DateTimeOffset? CompletedAt, IReadOnlyList<Guid>? KeyIds, string? Rule);
