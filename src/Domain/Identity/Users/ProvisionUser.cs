using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Domain.Identity;

/// <summary>Makes somebody known whom a directory has. They are invited, and linked as they sign in.</summary>
/// <param name="UserId">New.</param>
/// <param name="PersonId">New: the data subject that they are.</param>
/// <param name="NameId">The reservation of their user name.</param>
/// <param name="Profile">Who they are.</param>
public sealed record ProvisionUser(Guid UserId, Guid PersonId, Guid NameId, UserProfile Profile)
{
    /// <param name="command">The command.</param>
    /// <param name="user">The user, who mustn't exist.</param>
    /// <param name="name">The reservation of their user name.</param>
    public static JointDecision Decide(ProvisionUser command, User user, UserNameReservation name)
    {
        var (id, person, profile) = (command.UserId, command.PersonId, command.Profile.Trimmed());
        if (profile.Check(null).Rejection is { } invalid) return invalid;
        if (user.Version > 0) return Reject.Conflict($"There is a user {id} already, or was.");
        if (name.Refuse(id) is { } taken) return taken;

        return JointDecision.Of(
            new StreamEvents(id, [new UserRegistered(id, person), Provisioned(id, person, command.NameId, profile), .. profile.IsActive ? Array.Empty<object>() : [new UserSuspended(id)]]),
            new StreamEvents(person, new SubjectRegistered(person, Plain(profile.DisplayName), Plain(profile.Email), Reference: Plain(profile.UserName))),
            UserNameReservation.Take(command.NameId, id));
    }

    internal static UserProvisioned Provisioned(Guid id, Guid person, Guid? nameId, UserProfile profile) =>
        new(id, person, nameId, Plain(profile.ExternalId), Plain(profile.GivenName), Plain(profile.FamilyName));

    internal static PersonalText? Plain(string? text) => text is null ? null : PersonalText.Plain(text);
}
