using System.Collections.Immutable;
using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>The tenant keeps data of a person from now on. Whoever the person is, the id says nothing of it.</summary>
/// <param name="SubjectId">Random.</param>
/// <param name="Name">What they are called.</param>
/// <param name="Email">Where they are reached.</param>
/// <param name="Phone">Where they are called.</param>
/// <param name="Address">Where they live, or get their post.</param>
/// <param name="Reference">What the tenant's other systems call them, such as a customer number.</param>
[EventType("security.subject-registered")]
public sealed record SubjectRegistered(
    Guid SubjectId,
    [property: Personal(nameof(SubjectRegistered.SubjectId), PersonalCategory.Identity, IsSearchable = true)] PersonalText? Name = null,
    [property: Personal(nameof(SubjectRegistered.SubjectId), PersonalCategory.Contact, IsSearchable = true)] PersonalText? Email = null,
    [property: Personal(nameof(SubjectRegistered.SubjectId), PersonalCategory.Contact, IsSearchable = true)] PersonalText? Phone = null,
    [property: Personal(nameof(SubjectRegistered.SubjectId), PersonalCategory.Contact)] PersonalText? Address = null,
    [property: Personal(nameof(SubjectRegistered.SubjectId), PersonalCategory.Identity, IsSearchable = true)] PersonalText? Reference = null) : IAboutSubject;

/// <summary>What was kept of the person was wrong, or isn't so any more.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Name">The new one; null: as it was.</param>
/// <param name="Email">As with the name.</param>
/// <param name="Phone">As with the name.</param>
/// <param name="Address">As with the name.</param>
/// <param name="Reference">As with the name.</param>
/// <param name="Removed">Members that are kept no more: <c>name</c>, <c>email</c>...</param>
[EventType("security.subject-rectified")]
public sealed record SubjectRectified(
    Guid SubjectId,
    [property: Personal(nameof(SubjectRectified.SubjectId), PersonalCategory.Identity, IsSearchable = true)] PersonalText? Name = null,
    [property: Personal(nameof(SubjectRectified.SubjectId), PersonalCategory.Contact, IsSearchable = true)] PersonalText? Email = null,
    [property: Personal(nameof(SubjectRectified.SubjectId), PersonalCategory.Contact, IsSearchable = true)] PersonalText? Phone = null,
    [property: Personal(nameof(SubjectRectified.SubjectId), PersonalCategory.Contact)] PersonalText? Address = null,
    [property: Personal(nameof(SubjectRectified.SubjectId), PersonalCategory.Identity, IsSearchable = true)] PersonalText? Reference = null,
    ImmutableArray<string>? Removed = null) : IAboutSubject;

/// <summary>The person's data is to be erased.</summary>
/// <param name="SubjectId">The person.</param>
/// <param name="Cause">See <see cref="ErasureCause"/>.</param>
/// <param name="RequestedBy">Who asked, as in the token: it's somebody else who approves.</param>
/// <param name="Deadline">When it must be done.</param>
/// <param name="NeedsApproval">Somebody else must agree first.</param>
/// <param name="Reason">In the words of whoever asked.</param>
/// <param name="Rule">Name of the retention rule that asks; null: somebody does.</param>
[EventType("security.erasure-requested")]
public sealed record ErasureRequested(
    Guid SubjectId, string Cause, string RequestedBy, DateTimeOffset Deadline, bool NeedsApproval,
    [property: Personal(nameof(ErasureRequested.SubjectId), PersonalCategory.Statement)] PersonalText? Reason = null, string? Rule = null) : IAboutSubject;

/// <summary>Somebody who didn't ask for the erasure agrees to it.</summary>
[EventType("security.erasure-approved")]
public sealed record ErasureApproved(Guid SubjectId) : IAboutSubject;

/// <summary>The data isn't erased, for example because a law says that it's kept.</summary>
[EventType("security.erasure-refused")]
public sealed record ErasureRefused(
    Guid SubjectId, [property: Personal(nameof(ErasureRefused.SubjectId), PersonalCategory.Statement)] PersonalText Reason) : IAboutSubject;

/// <summary>
/// The keys under which the person's texts were sealed are destroyed: nobody reads those texts any more, in any copy. The last event of their stream; where it's also the first, nothing was ever recorded of
/// them, and no text is sealed under the key that they had.
/// </summary>
/// <param name="SubjectId">The person.</param>
/// <param name="KeyIds">Of the keys.</param>
[EventType("security.erasure-completed")]
public sealed record ErasureCompleted(Guid SubjectId, ImmutableArray<Guid> KeyIds) : IAboutSubject;

/// <summary>Why data is erased.</summary>
public static class ErasureCause
{
    /// <summary>The person asked for it.</summary>
    public const string Subject = "subject";

    /// <summary>There is no purpose any more that it's kept for.</summary>
    public const string NoPurpose = "no-purpose";

    /// <summary>It was kept as long as a rule says.</summary>
    public const string Retention = "retention";

    /// <summary>A law, or an authority, says so.</summary>
    public const string Obligation = "obligation";

    /// <summary>What people may name; retention is the platform's own.</summary>
    public static ImmutableArray<string> Named { get; } = [Subject, NoPurpose, Obligation];
}
