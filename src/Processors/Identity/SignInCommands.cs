using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Identity;
using Platform.Projections.Security;

namespace Platform.Processors.Identity;

/// <summary>A sign-in whose ID token was verified.</summary>
/// <param name="Provider">Name of the provider.</param>
/// <param name="Command">What is decided.</param>
public sealed record VerifiedSignIn(string Provider, OpenSession Command);

/// <summary>Loads what each command on providers and sessions is decided on.</summary>
/// <param name="models">How many providers a tenant has.</param>
/// <param name="personal">Finds who was invited by an e-mail address.</param>
public sealed class SignInCommands(SignInModels models, PersonalData personal)
{
    public async Task<Handled> Configure(ConfigureSignInProvider command, IDocumentSession session, CancellationToken cancel)
    {
        // A name that is none is refused by the decision; what has no UTF-8 form has no stream.
        var provider = await session.Events.FetchForWriting<SignInProvider>(IdOf(command.Name), cancel: cancel);
        var open = (await models.OfAsync(session.TenantId, cancel)).Providers.Values.Count(each => !each.IsRemoved);
        var decision = ConfigureSignInProvider.Decide(command, provider.Aggregate, await RoleCommands.LoadAsync(session, command.Roles.Select(rule => rule?.Role), null, cancel), open);
        provider.AppendMany(decision.Events);
        return new Handled(provider.Id, provider.StartingVersion, decision.Rejection);
    }

    public static Task<Handled> Remove(RemoveSignInProvider command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<SignInProvider>(IdOf(command.Name), provider => RemoveSignInProvider.Decide(command, provider), cancel);

    public static Task<Handled> End(EndSession command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Session>(command.SessionId, state => EndSession.Decide(command, state), cancel);

    public async Task<Handled> Open(VerifiedSignIn signIn, IDocumentSession session, CancellationToken cancel)
    {
        var (command, name) = (signIn.Command, SignInProvider.SubjectOf(signIn.Provider, signIn.Command.Claims.Subject));
        var opened = await session.Events.FetchForWriting<Session>(command.SessionId, cancel: cancel);
        var provider = await session.Events.FetchForWriting<SignInProvider>(IdOf(signIn.Provider), cancel: cancel);
        session.Events.EnforceConsistency(provider.Id);
        var subject = await session.Events.FetchForWriting<SubjectReservation>(SubjectReservation.IdOf(name), cancel: cancel);
        // Whoever is removed meanwhile has no session from now on.
        session.Events.EnforceConsistency(subject.Id);
        var user = subject.Aggregate.UserId is { } known ? (await session.Events.AggregateStreamAsync<User>(known, cancel: cancel)).State : User.Initial;
        var invited = subject.Aggregate.UserId is null && provider.Aggregate.Admits != SignInAdmits.Known && command.Claims is { IsEmailVerified: true, Email: { } email }
            ? await InvitedAsync(session, email, cancel) : User.Initial;
        return session.Enlist(command.SessionId, opened.StartingVersion, OpenSession.Decide(command, opened.Aggregate, provider.Aggregate, subject.Aggregate, user, invited));
    }

    // Of several nobody knows which one is meant, one who signed in before among them: then it's none.
    private async Task<User> InvitedAsync(IDocumentSession session, string email, CancellationToken cancel)
    {
        var persons = await personal.FindSubjectsAsync(session.TenantId, "email", email, cancel);
        var found = new List<Guid>();
        foreach (var batch in persons.Chunk(200))
        {
            var people = (await SubjectDetails.OfAsync(session, batch, cancel)).Items.Select(d => JsonSerializer.Deserialize(d.Json, SecurityReadJson.Default.SubjectDetails)!)
                .Select(person => (person.Id, Text: PlacedText.Of(person.Members.Email, person.Id, "email"))).ToList();
            var opened = await personal.OpenAsync(session.TenantId, people.Select(person => person.Text), cancel);
            if (people.FirstOrDefault(person => person.Text is { } text && opened[text] == PersonalData.Unavailable) is { Text: not null } closed)
                throw new PersonalDataUnavailableException($"What data subject {closed.Id} is called now can't be read.");
            found.AddRange(people.Where(person => person.Text is { } text && PersonalData.Normal(opened[text]) == PersonalData.Normal(email)).Select(person => person.Id));
        }
        if (found.Count == 0)
            return User.Initial;
        var users = (await UserDetails.OfPersonsAsync(session, found, cancel)).Items.Select(d => JsonSerializer.Deserialize(d.Json, IdentityReadJson.Default.UserDetails)!).ToList();
        return users is [{ Subject: null } one] ? (await session.Events.FetchForWriting<User>(one.Id, cancel: cancel)).Aggregate : User.Initial;
    }

    private static Guid IdOf(string name) => SignInProvider.IdOf(ConfigureSignInProvider.NameProblem(name) is null ? name : "");
}
