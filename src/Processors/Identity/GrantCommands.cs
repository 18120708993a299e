using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Processors.Identity;

/// <summary>An approval as a caller gives it; where the grant holds is loaded, and what they have there follows from it.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="By">Who agrees, as in the token.</param>
/// <param name="IsClient">A program.</param>
/// <param name="Access">Of the tenant.</param>
/// <param name="Who">Who agrees.</param>
/// <param name="At">When.</param>
public sealed record GiveApproval(Guid GrantId, string By, bool IsClient, TenantAccess Access, Principal Who, DateTimeOffset At);

/// <summary>The lifting of a denial, the same way.</summary>
public sealed record TakeDenialBack(Guid DenialId, string By, TenantAccess Access, Principal Who, DateTimeOffset At);

/// <summary>Loads what each command on grants and denials is decided on.</summary>
public static class GrantCommands
{
    public static async Task<Handled> Give(GiveGrant command, IDocumentSession session, CancellationToken cancel)
    {
        var grant = await session.Events.FetchForWriting<Grant>(command.GrantId, cancel: cancel);
        var grantee = await session.Events.AggregateStreamAsync<Grantee>(command.Grantee.Id, cancel: cancel);
        var decision = GiveGrant.Decide(
            command, grant.Aggregate, grantee.State, await RoleCommands.LoadAsync(session, [command.Role], null, cancel), await HasSiteAsync(session, command.SiteId, cancel));
        grant.AppendMany(decision.Events);
        return new Handled(command.GrantId, grant.StartingVersion, decision.Rejection);
    }

    public static async Task<Handled> Approve(GiveApproval asked, IDocumentSession session, CancellationToken cancel)
    {
        var grant = await session.Events.FetchForWriting<Grant>(asked.GrantId, cancel: cancel);
        var grantee = await session.Events.AggregateStreamAsync<Grantee>(grant.Aggregate.GranteeId, cancel: cancel);
        var command = new ApproveGrant(asked.GrantId, asked.By, asked.IsClient, asked.Access.HeldThroughout(asked.Who, grant.Aggregate.SiteId, asked.At), asked.At);
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

    public static Task<Handled> Lift(TakeDenialBack asked, IDocumentSession session, CancellationToken cancel) => session.DecideAsync<Denial>(
        asked.DenialId, denial => LiftDenial.Decide(new LiftDenial(asked.DenialId, asked.By, asked.Access.HeldThroughout(asked.Who, denial.SiteId, asked.At)), denial), cancel);

    /// <summary>Whether there is a site; of none at all, the tenant, there always is.</summary>
    internal static async Task<bool> HasSiteAsync(IDocumentSession session, Guid? siteId, CancellationToken cancel) =>
        siteId is not { } site || (await session.Events.AggregateStreamAsync<ScopeSite>(site, cancel: cancel)).State.Exists;
}
