using System.Collections.Immutable;
using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Domain.Identity;

/// <summary>What a provider says of somebody, in an ID token that was verified.</summary>
/// <param name="Subject">Claim <c>sub</c>.</param>
/// <param name="Session">Claim <c>sid</c>; null: none.</param>
/// <param name="Name">Claim <c>name</c>; null: none.</param>
/// <param name="Email">Claim <c>email</c>; null: none.</param>
/// <param name="IsEmailVerified">Claim <c>email_verified</c>.</param>
/// <param name="Claims">Texts of the claims that rules name.</param>
public sealed record SignedInClaims(string Subject, string? Session, string? Name, string? Email, bool IsEmailVerified, ImmutableDictionary<string, ImmutableArray<string>> Claims);

/// <summary>Signs somebody in whom a provider vouches for.</summary>
/// <param name="SessionId">See <see cref="Session.IdOf"/>.</param>
/// <param name="Claims">What the provider says.</param>
/// <param name="NewUserId">The user that they become, if they aren't one.</param>
/// <param name="NewPersonId">The data subject that they become then.</param>
/// <param name="At">When.</param>
public sealed record OpenSession(Guid SessionId, SignedInClaims Claims, Guid NewUserId, Guid NewPersonId, DateTimeOffset At)
{
    private const int LongestSubject = 255, MostRoles = 32;

    /// <param name="command">The command.</param>
    /// <param name="session">The session, which mustn't exist: a sign-in is done once.</param>
    /// <param name="provider">The provider, as it is now.</param>
    /// <param name="subject">Whose the subject is.</param>
    /// <param name="user">The user whose the subject is.</param>
    /// <param name="invited">The one user who was invited by the e-mail address that the provider verified; initial: none.</param>
    public static JointDecision Decide(OpenSession command, Session session, SignInProvider provider, SubjectReservation subject, User user, User invited)
    {
        if (session.Exists) return Reject.Conflict("state", "This sign-in was done already.");
        if (!provider.IsOpen) return SignInProvider.Missing;
        var name = SignInProvider.SubjectOf(provider.Name, command.Claims.Subject);
        if (command.Claims.Subject.Length == 0 || SubjectReservation.Problem(name) is not null)
            return Reject.Invalid("sub", $"The provider's claim sub must be a text of at most {LongestSubject - SignInProvider.SubjectOf(provider.Name, "").Length} characters, none of them a control character.");
        var roles = RolesOf(provider, command.Claims);
        if (roles.Count > MostRoles) return Reject.Invalid("roles", $"What the provider says gives {roles.Count} roles; {MostRoles} is the most.");
        if (user.IsSuspended || invited.IsSuspended) return Reject.Forbidden("You are suspended in this tenant.");
        if (Admit(command, provider, name, subject, invited) is not { } admitted)
            return Reject.Forbidden(provider.Admits == SignInAdmits.Known
                ? "You aren't known here. Somebody who manages users can link you by your subject."
                : "You aren't known here, and nobody invited you by an e-mail address that your provider has verified.");

        var opened = new SessionOpened(command.SessionId, provider.Name, provider.Version, name, roles, command.At.AddMinutes(provider.SessionMinutes), command.Claims.Session);
        return JointDecision.Of([new StreamEvents(command.SessionId, opened), .. admitted]);
    }

    // What makes them known; empty: they are. Null: they don't come in.
    private static ImmutableArray<StreamEvents>? Admit(OpenSession command, SignInProvider provider, string name, SubjectReservation subject, User invited)
    {
        if (subject.UserId is not null) return [];
        if (provider.Admits != SignInAdmits.Known && invited is { Exists: true, Subject: null } && command.Claims.IsEmailVerified)
            return [new StreamEvents(invited.UserId, new UserLinked(invited.UserId, name)), SubjectReservation.Take(name, invited.UserId)];
        if (provider.Admits != SignInAdmits.Everyone) return null;

        var shown = command.Claims.Name?.Trim() is { } given && DisplayName.Problem(given) is null ? given : name;
        var email = command.Claims.IsEmailVerified && RegisterUser.EmailProblem(command.Claims.Email) is null ? command.Claims.Email : null;
        return
        [
            new StreamEvents(command.NewUserId, new UserRegistered(command.NewUserId, command.NewPersonId, name)),
            new StreamEvents(command.NewPersonId, new SubjectRegistered(command.NewPersonId, PersonalText.Plain(shown), email is null ? null : PersonalText.Plain(email.Trim()))),
            SubjectReservation.Take(name, command.NewUserId),
        ];
    }

    private static ImmutableSortedSet<string> RolesOf(SignInProvider provider, SignedInClaims claims) => provider.Roles
        .Where(rule => claims.Claims.TryGetValue(rule.Claim, out var values) && values.Contains(rule.Value, StringComparer.Ordinal)).Select(rule => rule.Role).ToImmutableSortedSet(StringComparer.Ordinal);
}

/// <summary>Ends a session before its time.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Reason">One of <see cref="SessionEnd"/>.</param>
public sealed record EndSession(Guid SessionId, string Reason) : ICommand<EndSession, Session>
{
    public static Decision Decide(EndSession command, Session state) => state switch
    {
        { Exists: false } => Reject.NotFound("There is no such session."),
        { IsEnded: true } => Decision.Nothing,
        _ => Decision.Of(new SessionEnded(command.SessionId, command.Reason)),
    };
}
