using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>Says who an invited user is: whoever signs in with this subject has what was granted to them.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Subject">Claim <c>sub</c>.</param>
/// <param name="By">Who links them, as in the token.</param>
/// <param name="Lacking">What the user was granted and whoever links them doesn't have.</param>
public sealed record LinkUser(Guid UserId, string? Subject, string By, ImmutableSortedSet<string> Lacking)
{
    /// <param name="command">The command.</param>
    /// <param name="user">The user.</param>
    /// <param name="subject">The reservation of the command's subject.</param>
    public static JointDecision Decide(LinkUser command, User user, SubjectReservation subject)
    {
        if (!user.Exists) return User.Missing;
        if (SubjectReservation.Problem(command.Subject) is { } problem) return Reject.Invalid("subject", problem);
        if (user.Subject == command.Subject) return JointDecision.Nothing;
        if (user.Subject is not null) return Reject.Conflict("The user is linked to another subject.");
        if (subject.Refuse(command.UserId) is { } taken) return taken;
        if (command.Subject == command.By) return Reject.Forbidden("Nobody says that an invited user is they themselves: they might have given it its roles.");
        if (!command.Lacking.IsEmpty) return Access.Escalation(command.Lacking);

        return JointDecision.Of(
            new StreamEvents(command.UserId, new UserLinked(command.UserId, command.Subject!)),
            SubjectReservation.Take(command.Subject!, command.UserId));
    }
}
