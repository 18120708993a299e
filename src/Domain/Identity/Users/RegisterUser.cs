using System.Collections.Immutable;
using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Domain.Identity;

/// <summary>Makes somebody known in the tenant: by the subject of their tokens, or by an e-mail address, to be linked later.</summary>
/// <param name="UserId">New.</param>
/// <param name="PersonId">New: the data subject that they are.</param>
/// <param name="Subject">Claim <c>sub</c>; null: they are invited.</param>
/// <param name="Name">What they are called: 1-200 characters.</param>
/// <param name="Email">Null: none is kept.</param>
public sealed record RegisterUser(Guid UserId, Guid PersonId, string? Subject, string? Name, string? Email)
{
    private const int LongestEmail = 320;

    /// <param name="command">The command.</param>
    /// <param name="user">The user, who mustn't exist.</param>
    /// <param name="subject">The reservation of the command's subject; free where there is none.</param>
    public static JointDecision Decide(RegisterUser command, User user, SubjectReservation subject)
    {
        if (Check(command).Rejection is { } invalid) return invalid;
        if (user.Exists) return Reject.Conflict($"There is a user {command.UserId} already.");
        if (command.Subject is not null && subject.Refuse(command.UserId) is { } taken) return taken;

        return JointDecision.Of([
            new StreamEvents(command.UserId, new UserRegistered(command.UserId, command.PersonId, command.Subject)),
            new StreamEvents(command.PersonId, new SubjectRegistered(command.PersonId, PersonalText.Plain(command.Name!.Trim()), command.Email is { } email ? PersonalText.Plain(email.Trim()) : null)),
            .. command.Subject is { } name ? [SubjectReservation.Take(name, command.UserId)] : ImmutableArray<StreamEvents>.Empty,
        ]);
    }

    private static FieldErrors Check(RegisterUser command) => new FieldErrors()
        .Add("subject", command.Subject is not null ? SubjectReservation.Problem(command.Subject) : command.Email is null ? "A subject or an e-mail address is required." : null)
        .Add("name", DisplayName.Problem(command.Name))
        .Add("email", command.Email is null ? null : EmailProblem(command.Email));

    /// <summary>What is wrong with an e-mail address, as a sentence; null: nothing.</summary>
    internal static string? EmailProblem(string? email) =>
        email is null || email.Length > LongestEmail || email.Any(char.IsControl) || !(email.Trim() is var trimmed && trimmed.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < trimmed.Length - 1)
            ? $"Must be an address such as name@example.org, at most {LongestEmail} characters long." : null;
}
