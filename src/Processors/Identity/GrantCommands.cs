using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Processors.Identity;

/// <summary>A grant as a caller wants it; what they have there is looked up, and how much whoever gets it has already.</summary>
/// <param name="GrantId">New.</param>
/// <param name="Grantee">Who gets it.</param>
/// <param name="Role">Name of the role.</param>
/// <param name="SiteId">Null: in the whole tenant.</param>
/// <param name="NotBefore">Null: from now on.</param>
/// <param name="ExpiresAt">Null: it doesn't end by itself.</param>
/// <param name="By">Who gives it, as in the token.</param>
/// <param name="Who">Who gives it, as access is then.</param>
/// <param name="At">When.</param>
public sealed record WantedGrant(
    Guid GrantId, GranteeNamed Grantee, string? Role, Guid? SiteId, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt, string By, Func<TenantAccess, Principal> Who, DateTimeOffset At)
{
    internal GiveGrant In(TenantAccess access) =>
        new(GrantId, Grantee, Role, SiteId, NotBefore, ExpiresAt, By, access.HeldThroughout(Who(access), SiteId, At), access.CountGrants(Grantee.Id, At), At,
            access.IsMember(Who(access), Grantee.Id));
}

/// <summary>An approval as a caller gives it; where the grant holds is loaded, and what they have there follows from it.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="By">Who agrees, as in the token.</param>
/// <param name="IsClient">A program.</param>
/// <param name="Who">Who agrees, as access is then.</param>
/// <param name="At">When.</param>
public sealed record GiveApproval(Guid GrantId, string By, bool IsClient, Func<TenantAccess, Principal> Who, DateTimeOffset At);

/// <summary>The lifting of a denial, the same way.</summary>
public sealed record TakeDenialBack(Guid DenialId, string By, Func<TenantAccess, Principal> Who, DateTimeOffset At);

/// <summary>Loads what each command on grants and denials is decided on; what somebody has somewhere with all that was committed before, so that a site which was just made has its place.</summary>
public sealed class GrantCommands(AccessModels models)
{
    public async Task<Handled> Give(WantedGrant wanted, IDocumentSession session, CancellationToken cancel)
    {
        var command = wanted.In(await models.LatestAsync(session.TenantId, cancel));
        var grant = await session.Events.FetchForWriting<Grant>(command.GrantId, cancel: cancel);
        var grantee = await session.Events.AggregateStreamAsync<Grantee>(command.Grantee.Id, cancel: cancel);
        var decision = GiveGrant.Decide(
            command, grant.Aggregate, grantee.State, await RoleCommands.LoadAsync(session, [command.Role], null, cancel), await HasSiteAsync(session, command.SiteId, cancel));
        grant.AppendMany(decision.Events);
        return new Handled(command.GrantId, grant.StartingVersion, decision.Rejection);
    }

    public async Task<Handled> Approve(GiveApproval asked, IDocumentSession session, CancellationToken cancel)
    {
        var access = await models.LatestAsync(session.TenantId, cancel);
        var grant = await session.Events.FetchForWriting<Grant>(asked.GrantId, cancel: cancel);
        var grantee = await session.Events.AggregateStreamAsync<Grantee>(grant.Aggregate.GranteeId, cancel: cancel);
        var command = new ApproveGrant(asked.GrantId, asked.By, asked.IsClient, access.HeldThroughout(asked.Who(access), grant.Aggregate.SiteId, asked.At), asked.At,
            access.IsMember(asked.Who(access), grant.Aggregate.GranteeId));
        var decision = ApproveGrant.Decide(command, grant.Aggregate, grantee.State, await RoleCommands.LoadAsync(session, [grant.Aggregate.Role], null, cancel));
        grant.AppendMany(decision.Events);
        return new Handled(asked.GrantId, grant.StartingVersion, decision.Rejection);
    }

    public static Task<Handled> Refuse(RefuseGrant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Grant>(command.GrantId, grant => RefuseGrant.Decide(command, grant), cancel);

    public static Task<Handled> Revoke(RevokeGrant command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Grant>(command.GrantId, grant => RevokeGrant.Decide(command, grant), cancel);

    public static async Task<Handled> Deny(SetDenial command, IDocumentSession session, CancellationToken cancel)
    {
        var grantee = await session.Events.AggregateStreamAsync<Grantee>(command.Grantee.Id, cancel: cancel);
        var hasSite = await HasSiteAsync(session, command.SiteId, cancel);
        return await session.DecideAsync<Denial>(command.DenialId, denial => SetDenial.Decide(command, denial, grantee.State, hasSite), cancel);
    }

    public async Task<Handled> Lift(TakeDenialBack asked, IDocumentSession session, CancellationToken cancel)
    {
        var access = await models.LatestAsync(session.TenantId, cancel);
        return await session.DecideAsync<Denial>(
            asked.DenialId, denial => LiftDenial.Decide(new LiftDenial(asked.DenialId, asked.By, access.HeldThroughout(asked.Who(access), denial.SiteId, asked.At)), denial), cancel);
    }

    /// <summary>Whether there is a site; of none at all, the tenant, there always is.</summary>
    internal static async Task<bool> HasSiteAsync(IDocumentSession session, Guid? siteId, CancellationToken cancel) =>
        siteId is not { } site || (await session.Events.AggregateStreamAsync<ScopeSite>(site, cancel: cancel)).State.Exists;
}
