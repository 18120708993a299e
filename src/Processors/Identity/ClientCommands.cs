using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Processors.Identity;

/// <summary>A client with what it's granted from the start.</summary>
public sealed record NewClient(RegisterClient Client, ImmutableArray<WantedGrant> Grants);

/// <summary>Another key as a caller wants it; what they lack of what the client was granted is looked up.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Key">New, without the secret.</param>
/// <param name="PreviousUntil">The one before is valid until then; null: it ends now.</param>
/// <param name="Who">The caller, as access is then.</param>
/// <param name="At">When.</param>
public sealed record WantedKey(Guid ClientId, ClientKey Key, DateTimeOffset? PreviousUntil, Func<TenantAccess, Principal> Who, DateTimeOffset At);

/// <summary>Loads what each command on clients is decided on.</summary>
public sealed class ClientCommands(AccessModels models)
{
    public async Task<Handled> Register(NewClient command, IDocumentSession session, CancellationToken cancel)
    {
        var client = await session.Events.FetchForWriting<ApiClient>(command.Client.ClientId, cancel: cancel);
        var decision = RegisterClient.Decide(command.Client, client.Aggregate);
        client.AppendMany(decision.Events);
        if (decision.Rejection is { } refused)
            return new Handled(command.Client.ClientId, client.StartingVersion, refused);
        var grantee = Grantee.Initial with { Exists = true, Kind = "client", Subject = TenantAccess.SubjectOf(command.Client.ClientId) };
        if (command.Grants.IsEmpty)
            return new Handled(command.Client.ClientId, client.StartingVersion);
        var access = await models.LatestAsync(session.TenantId, cancel);
        var roles = await RoleCommands.LoadAsync(session, command.Grants.Select(grant => grant.Role), null, cancel);
        foreach (var (n, grant) in command.Grants.Select(wanted => wanted.In(access)).Index())
        {
            var given = GiveGrant.Decide(grant, Grant.Initial, grantee, roles, await GrantCommands.HasSiteAsync(session, grant.SiteId, cancel));
            if (given.Rejection is { } rejection)
                return new Handled(command.Client.ClientId, client.StartingVersion, Under($"grants[{n}]", rejection));
            session.Events.AppendAt(grant.GrantId, 0, given.Events);
        }
        return new Handled(command.Client.ClientId, client.StartingVersion);
    }

    public async Task<Handled> Rotate(WantedKey wanted, IDocumentSession session, CancellationToken cancel)
    {
        var access = await models.LatestAsync(session.TenantId, cancel);
        var lacking = access.FindClient(wanted.ClientId) is { } granted ? access.LacksOf(wanted.Who(access), access.OfClient(granted, wanted.At), wanted.At) : [];
        var command = new RotateClientKey(wanted.ClientId, wanted.Key, wanted.PreviousUntil, lacking, wanted.At);
        return await session.DecideAsync<ApiClient>(command.ClientId, client => RotateClientKey.Decide(command, client), cancel);
    }

    public static Task<Handled> Revoke(RevokeClient command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<ApiClient>(command.ClientId, client => RevokeClient.Decide(command, client), cancel);

    public static Task<Handled> NoteUse(NoteClientUse command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<ClientUse>(ClientUse.IdOf(command.ClientId), use => NoteClientUse.Decide(command, use), cancel);

    private static Rejection Under(string path, Rejection rejection) =>
        rejection with { Errors = rejection.Errors.ToImmutableSortedDictionary(error => $"{path}.{error.Key}", error => error.Value, StringComparer.Ordinal) };
}
