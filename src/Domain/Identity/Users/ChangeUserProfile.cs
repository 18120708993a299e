using System.Collections.Immutable;
using Platform.Domain.Security;

namespace Platform.Domain.Identity;

/// <summary>Takes over what a directory says of a user.</summary>
/// <param name="UserId">The user.</param>
/// <param name="NameId">The reservation of the user name that they have then; null: none.</param>
/// <param name="Before">Who they are.</param>
/// <param name="After">Who they are from now on.</param>
/// <param name="By">Who says so, as in the token.</param>
/// <param name="Lacking">What the user was granted and whoever says so doesn't have.</param>
public sealed record ChangeUserProfile(Guid UserId, Guid? NameId, UserProfile Before, UserProfile After, string By, ImmutableSortedSet<string> Lacking)
{
    /// <param name="command">The command.</param>
    /// <param name="user">The user.</param>
    /// <param name="person">The data subject that they are.</param>
    /// <param name="name">The reservation of the user name.</param>
    public static JointDecision Decide(ChangeUserProfile command, User user, Person person, UserNameReservation name)
    {
        var (id, before, after) = (command.UserId, command.Before, command.After.Trimmed());
        if (!user.Exists) return User.Missing;
        if (after.Check(before).Rejection is { } invalid) return invalid;
        if (person.IsClosed && before != after with { IsActive = before.IsActive }) return Person.Erased;
        if (after.UserName is not null && name.Refuse(id) is { } taken) return taken;
        if (!after.IsActive && !user.IsSuspended && user.Subject == command.By) return SuspendUser.Oneself;
        // Whoever has the address accepts the invitation.
        if (user.Subject is null && after.Email is not null && after.Email != before.Email && !command.Lacking.IsEmpty) return Access.Escalation(command.Lacking);

        return JointDecision.Of([
            new StreamEvents(id, [.. OfUser(command, user, after)]),
            new StreamEvents(user.PersonId, [.. OfPerson(user.PersonId, before, after)]),
            .. user.NameId != command.NameId ? Renamed(id, user.NameId, command.NameId) : [],
        ]);
    }

    private static IEnumerable<object> OfUser(ChangeUserProfile command, User user, UserProfile after)
    {
        var before = command.Before;
        if (user.NameId != command.NameId || (before.ExternalId, before.GivenName, before.FamilyName) != (after.ExternalId, after.GivenName, after.FamilyName))
            yield return ProvisionUser.Provisioned(command.UserId, user.PersonId, command.NameId, after);
        if (user.IsSuspended == after.IsActive)
            yield return after.IsActive ? new UserResumed(command.UserId) : new UserSuspended(command.UserId);
    }

    private static IEnumerable<object> OfPerson(Guid person, UserProfile before, UserProfile after)
    {
        if ((before.UserName, before.DisplayName, before.Email) == (after.UserName, after.DisplayName, after.Email)) yield break;
        ImmutableArray<string> removed = [.. after.Email is null && before.Email is not null ? ["email"] : Array.Empty<string>()];
        yield return new SubjectRectified(
            person, ProvisionUser.Plain(Changed(before.DisplayName, after.DisplayName)), ProvisionUser.Plain(Changed(before.Email, after.Email)), Reference: ProvisionUser.Plain(Changed(before.UserName, after.UserName)), Removed: removed);
    }

    private static ImmutableArray<StreamEvents> Renamed(Guid id, Guid? before, Guid? after) =>
        [.. before is { } released ? [UserNameReservation.Release(released, id)] : ImmutableArray<StreamEvents>.Empty, .. after is { } taken ? [UserNameReservation.Take(taken, id)] : ImmutableArray<StreamEvents>.Empty];

    private static string? Changed(string? before, string? after) => before == after ? null : after;
}
