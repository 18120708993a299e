using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Ends that somebody is known: they may nothing from then on, whatever their tokens say. What is kept of them as a data subject stays until its erasure.</summary>
/// <param name="UserId">The user.</param>
/// <param name="By">Who removes them, as in the token.</param>
public sealed record RemoveUser(Guid UserId, string By)
{
    /// <param name="command">The command.</param>
    /// <param name="user">The user.</param>
    /// <param name="sessions">Theirs, that might be valid still: whoever has their subject later doesn't go on with them.</param>
    public static JointDecision Decide(RemoveUser command, User user, IReadOnlyCollection<Guid> sessions)
    {
        var id = command.UserId;
        if (!user.Exists) return User.Missing;
        if (user.Subject == command.By) return Reject.Conflict("You can't remove yourself: nobody might be left who lets you in.");
        return JointDecision.Of([
            new StreamEvents(id, [.. user.Groups.Select(group => new UserLeftGroup(id, group)), new UserRemoved(id)]),
            .. user.Subject is { } subject ? [SubjectReservation.Release(subject, id)] : ImmutableArray<StreamEvents>.Empty,
            .. sessions.Order().Select(session => new StreamEvents(session, new SessionEnded(session, SessionEnd.UserRemoved))),
            .. user.NameId is { } name ? [UserNameReservation.Release(name, id)] : ImmutableArray<StreamEvents>.Empty,
        ]);
    }
}
