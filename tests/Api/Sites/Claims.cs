using Microsoft.Extensions.DependencyInjection;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Sites;

/// <summary>Domains of sites, without a name server to prove them at.</summary>
internal static class Claims
{
    /// <summary>A domain is a site's, as if its TXT record had been found, and the host knows.</summary>
    public static async Task ClaimAsync(this PlatformApp app, string domain, string tenant, Guid site)
    {
        var session = app.Store.LightweightSession(new SessionOptions(DocumentStore.PlatformTenant, "tests"));
        session.Events.Append(DomainClaim.IdOf(domain), new DomainClaimed(domain, tenant, site, DateTimeOffset.UtcNow));
        await session.SaveChangesAsync();
        var hosts = app.Services.GetRequiredService<SiteHosts>();
        await Until.HoldsAsync(async () => await hosts.FindAsync(domain, CancellationToken.None) is not null);
    }
}
