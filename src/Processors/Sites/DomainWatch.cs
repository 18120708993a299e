using Microsoft.Extensions.Logging;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Looks every hour at domains that sites have: gives up those that their sites no longer count as verified, and looks at the proof of each once a day, at an hour of its own. A proof that was missed three
/// days in a row is lost: the domain may have another owner.
/// </summary>
public sealed class DomainWatch(IDocumentStore store, DomainCommands domains, TimeProvider time, ILogger<DomainWatch> log) : RecurringJob(TimeSpan.FromHours(1), time, log)
{
    private const int AtOnce = 500;

    private readonly TimeProvider _time = time;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var session = store.QuerySession(DocumentStore.PlatformTenant);
        for (var after = ""; ;)
        {
            IReadOnlyList<DomainClaimEntry> claims;
            try
            {
                claims = (await DomainClaimEntry.ListAsync(session, after, AtOnce, cancel)).Items;
            }
            catch (ReadModelMissingException)
            {
                return false;
            }
            foreach (var entry in claims)
            {
                var claim = new DomainClaimed(entry.Domain, entry.TenantId, entry.SiteId, entry.Since);
                await TryAsync(entry.Domain, async () => await IsSettledAsync(claim, now, cancel)
                    || HourOf(entry.Domain) == now.UtcDateTime.Hour && await domains.CheckAsync(claim, DateOnly.FromDateTime(now.UtcDateTime), cancel));
            }
            if (claims.Count < AtOnce)
                return false;
            after = claims[^1].Domain;
        }
    }

    // One that was claimed just now is about to be recorded by its site.
    private async Task<bool> IsSettledAsync(DomainClaimed claim, DateTimeOffset now, CancellationToken cancel) => now - claim.At > ClaimDomain.Settling && await domains.SettleAsync(claim, cancel);

    /// <summary>Hour of the day, UTC, at which a domain's proof is looked at: spread over the day, and the same on all nodes.</summary>
    public static int HourOf(string domain) => DomainClaim.IdOf(domain).ToByteArray()[0] % 24;
}
