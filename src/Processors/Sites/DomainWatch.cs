using Microsoft.Extensions.Logging;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Projections.Sites;

namespace Platform.Processors.Sites;

/// <summary>
/// Looks every hour at domains that sites have: gives up those that their sites no longer count as verified, and looks at the proof of each once a day, at an hour of its own, or as soon after it as it can. A proof that was missed three
/// days in a row is lost: the domain may have another owner.
/// </summary>
public sealed class DomainWatch(IDocumentStore store, DomainCommands domains, TimeProvider time, ILogger<DomainWatch> log) : RecurringJob(TimeSpan.FromHours(1), time, log)
{
    private const int AtOnce = 500;

    private readonly TimeProvider _time = time;
    private DateTimeOffset? _last;

    public override async Task<bool> RunOnceAsync(CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var hours = HoursOf(_last, now);
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
                    || hours.Contains(HourOf(entry.Domain)) && await domains.CheckAsync(claim, DateOnly.FromDateTime(now.UtcDateTime), cancel));
            }
            if (claims.Count < AtOnce)
            {
                _last = now;
                return false;
            }
            after = claims[^1].Domain;
        }
    }

    // One that was claimed just now is about to be recorded by its site.
    private async Task<bool> IsSettledAsync(DomainClaimed claim, DateTimeOffset now, CancellationToken cancel) => now - claim.At > ClaimDomain.Settling && await domains.SettleAsync(claim, cancel);

    // Those that began since, however late this comes: a round takes its time, and so the next begins a little later in its hour.
    private static HashSet<int> HoursOf(DateTimeOffset? last, DateTimeOffset now)
    {
        var hours = new HashSet<int> { now.UtcDateTime.Hour };
        if (last is { } before)
            for (var hour = now; hour > before && hours.Count < 24; hour = hour.AddHours(-1))
                hours.Add(hour.UtcDateTime.Hour);
        return hours;
    }

    /// <summary>Hour of the day, UTC, at which a domain's proof is looked at: spread over the day, and the same on all nodes.</summary>
    public static int HourOf(string domain) => DomainClaim.IdOf(domain).ToByteArray()[0] % 24;
}
