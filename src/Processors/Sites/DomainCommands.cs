using Platform.Domain;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Processors.Sites;

/// <summary>A command about a domain, and who gave it.</summary>
/// <param name="Command">The command.</param>
/// <param name="By">Subject.</param>
/// <param name="Now">When.</param>
public sealed record ByCaller<TCommand>(TCommand Command, string? By, DateTimeOffset Now);

/// <summary>
/// Verification of domains: the proof, then the claim, which stands in the platform's own tenant, then the site's own event. What comes between two of them is right too: a claim without the event counts for
/// nothing once it's ten minutes old and another tenant brings its proof.
/// </summary>
public sealed class DomainCommands(IDocumentStore store, CommandRunner runner, DomainRecords records)
{
    public async Task<Handled> Verify(ByCaller<VerifyDomain> command, IDocumentSession session, CancellationToken cancel)
    {
        var (verify, tenant) = (command.Command, session.TenantId);
        var site = await session.Events.FetchForWriting<Site>(verify.SiteId, cancel: cancel);
        if (VerifyDomain.Refuse(verify, site.Aggregate) is { } refused)
            return new Handled(verify.SiteId, site.StartingVersion, refused);
        var domain = DomainName.Normalise(verify.Domain);
        var decision = VerifyDomain.Decide(verify, site.Aggregate, DomainProof.ValueOf(tenant, domain), await records.FindAsync(domain, cancel));
        if (decision.Rejection is null && !decision.Events.IsEmpty && await ClaimAsync(new ClaimDomain(domain, tenant, verify.SiteId, command.Now), command.By, cancel) is { } taken)
            return new Handled(verify.SiteId, site.StartingVersion, taken);
        site.AppendMany(decision.Events);
        return new Handled(verify.SiteId, site.StartingVersion, decision.Rejection);
    }

    /// <summary>Gives a claim up whose site no longer counts it as verified.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> SettleAsync(DomainClaimed claim, CancellationToken cancel)
    {
        if (await IsHeldAsync(claim.TenantId, claim.SiteId, claim.Domain, cancel))
            return false;
        return await InPlatformAsync(claim.Domain, null, (state, _) => Task.FromResult(ReleaseDomainClaim.Decide(new ReleaseDomainClaim(claim.Domain, claim.TenantId, claim.SiteId, claim.At), state)), cancel) is null;
    }

    /// <summary>Records what a daily look found, and takes the domain from its site once it was missed too often.</summary>
    /// <param name="claim">Whose domain.</param>
    /// <param name="day">In UTC.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Whether the site lost it.</returns>
    public async Task<bool> CheckAsync(DomainClaimed claim, DateOnly day, CancellationToken cancel)
    {
        // Name servers that don't answer say nothing about whose the domain is.
        if (await records.FindAsync(claim.Domain, cancel) is not { } found)
            return false;
        var proven = found.Contains(DomainProof.ValueOf(claim.TenantId, claim.Domain));
        await InPlatformAsync(claim.Domain, null, (state, _) => Task.FromResult(RecordDomainProof.Decide(new RecordDomainProof(claim.Domain, claim.TenantId, claim.SiteId, day, proven), state)), cancel);
        var claimed = (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<DomainClaim>(DomainClaim.IdOf(claim.Domain), cancel: cancel)).State;
        if (claimed.Missed < DomainClaim.Patience || claimed.TenantId != claim.TenantId || claimed.SiteId != claim.SiteId)
            return false;
        await runner.RunAsync(new Arrival(claim.TenantId, null, "domains"), 200,
            (session, stop) => session.DecideAsync<Site>(claim.SiteId, site => LoseDomain.Decide(new LoseDomain(claim.SiteId, claim.Domain), site), stop), cancel);
        return await SettleAsync(claim with { At = claimed.At }, cancel);
    }

    private Task<Rejection?> ClaimAsync(ClaimDomain command, string? by, CancellationToken cancel) => InPlatformAsync(command.Domain, by, async (claim, stop) =>
        ClaimDomain.Decide(command, claim, claim.TenantId is { } holder && await IsHeldAsync(holder, claim.SiteId, command.Domain, stop)), cancel);

    private async Task<bool> IsHeldAsync(string tenantId, Guid siteId, string domain, CancellationToken cancel) =>
        (await store.QuerySession(tenantId).Events.AggregateStreamAsync<Site>(siteId, cancel: cancel)).State.Verified.Contains(domain);

    private async Task<Rejection?> InPlatformAsync(string domain, string? by, Func<DomainClaim, CancellationToken, Task<Decision>> decide, CancellationToken cancel)
    {
        var result = await runner.RunAsync(new Arrival(DocumentStore.PlatformTenant, by, "domains"), 200, async (session, stop) =>
        {
            var claim = await session.Events.FetchForWriting<DomainClaim>(DomainClaim.IdOf(domain), cancel: stop);
            var decision = await decide(claim.Aggregate, stop);
            claim.AppendMany(decision.Events);
            return new Handled(DomainClaim.IdOf(domain), claim.StartingVersion, decision.Rejection);
        }, cancel);
        return (result as CommandResult.Refused)?.Rejection;
    }
}
