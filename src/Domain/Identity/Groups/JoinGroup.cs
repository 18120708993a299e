using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Puts a user into a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">The group.</param>
/// <param name="By">Who does, as in the token.</param>
/// <param name="Lacking">What the group was granted and whoever puts them into it doesn't have.</param>
public sealed record JoinGroup(Guid UserId, Guid GroupId, string By, ImmutableSortedSet<string> Lacking)
{
    private const int MostGroups = 500;

    /// <param name="command">The command.</param>
    /// <param name="user">The user.</param>
    /// <param name="group">The group.</param>
    public static Decision Decide(JoinGroup command, User user, Group group)
    {
        if (!group.Exists) return Group.Missing;
        if (!user.Exists) return Reject.Invalid("members", $"There is no such user: {command.UserId}.");
        if (user.Groups.Contains(command.GroupId)) return Decision.Nothing;
        if (user.Subject == command.By) return Reject.Forbidden("Nobody puts themselves into a group: they would give themselves its roles.");
        if (!command.Lacking.IsEmpty) return Access.Escalation(command.Lacking);
        if (user.Groups.Count >= MostGroups) return Reject.Conflict($"A user is in at most {MostGroups} groups; user {command.UserId} is.");
        return Decision.Of(new UserJoinedGroup(command.UserId, command.GroupId));
    }
}

/// <summary>Takes a user out of a group; who isn't in it stays so.</summary>
public sealed record LeaveGroup(Guid UserId, Guid GroupId) : ICommand<LeaveGroup, User>
{
    public static Decision Decide(LeaveGroup command, User state) =>
        state.Exists && state.Groups.Contains(command.GroupId) ? Decision.Of(new UserLeftGroup(command.UserId, command.GroupId)) : Decision.Nothing;
}
