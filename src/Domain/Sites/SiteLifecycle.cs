using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>Opens a site to visitors.</summary>
/// <param name="SiteId">A draft, with its main domain verified where that is asked for.</param>
public sealed record LaunchSite(Guid SiteId)
{
    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    /// <param name="place">Where it hangs.</param>
    /// <param name="needsVerified">A site is launched only on a domain that was verified.</param>
    public static Decision Decide(LaunchSite command, Site site, SitePlace place, bool needsVerified)
    {
        if (site.Refuse() is { } refused) return refused;
        return site.Status switch
        {
            SiteStatus.Live => Decision.Nothing,
            SiteStatus.Paused => Reject.Conflict("The site is paused; resume it."),
            _ when place.ArchivedAbove is { } above => Reject.Conflict($"The site {above} above it is archived."),
            _ when needsVerified && !site.Verified.Contains(site.Domain) => Reject.Conflict("domain", $"The domain '{site.Domain}' isn't verified: GET /api/sites/{site.SiteId:D}/domains names the record that proves it's yours."),
            _ => Decision.Of(new SiteLaunched(site.SiteId)),
        };
    }
}

/// <summary>Asks visitors of a live site to come back later.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Reason">For the history; at most 500 characters.</param>
public sealed record PauseSite(Guid SiteId, string? Reason = null)
{
    public static Decision Decide(PauseSite command, Site site)
    {
        if (site.Refuse() is { } refused) return refused;
        if (SiteReason.Check(command.Reason).Rejection is { } invalid) return invalid;
        return site.Status switch
        {
            SiteStatus.Paused => Decision.Nothing,
            SiteStatus.Draft => Reject.Conflict("The site isn't live."),
            _ => Decision.Of(new SitePaused(site.SiteId, SiteReason.Of(command.Reason))),
        };
    }
}

/// <summary>Opens a paused site again.</summary>
/// <param name="SiteId">The site.</param>
public sealed record ResumeSite(Guid SiteId)
{
    public static Decision Decide(ResumeSite command, Site site)
    {
        if (site.Refuse() is { } refused) return refused;
        return site.Status switch
        {
            SiteStatus.Live => Decision.Nothing,
            SiteStatus.Draft => Reject.Conflict("The site isn't live yet; launch it."),
            _ => Decision.Of(new SiteResumed(site.SiteId)),
        };
    }
}

/// <summary>Takes a site out of use, and frees its domains.</summary>
/// <param name="SiteId">The site, with no site below that is in use.</param>
/// <param name="Reason">For the history; at most 500 characters.</param>
public sealed record ArchiveSite(Guid SiteId, string? Reason = null)
{
    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    /// <param name="inUseBelow">A site directly below that isn't archived; null: there is none.</param>
    public static JointDecision Decide(ArchiveSite command, Site site, Guid? inUseBelow)
    {
        if (!site.Exists) return Reject.NotFound("There is no such site.");
        if (SiteReason.Check(command.Reason).Rejection is { } invalid) return invalid;
        if (site.Status == SiteStatus.Archived) return JointDecision.Nothing;
        if (inUseBelow is { } below) return Reject.Conflict($"The site {below} below it is in use; archive that first.");

        return JointDecision.Of(
            [new StreamEvents(site.SiteId, new SiteArchived(site.SiteId, SiteReason.Of(command.Reason))), .. site.Domains.Select(domain => DomainReservation.Release(domain, site.SiteId))]);
    }
}

/// <summary>Makes an archived site a draft again, with the domains that it had.</summary>
/// <param name="SiteId">The site.</param>
public sealed record RestoreSite(Guid SiteId)
{
    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    /// <param name="domains">The reservations of its domains, in the order of <see cref="Site.Domains"/>.</param>
    /// <param name="place">Where it hangs.</param>
    public static JointDecision Decide(RestoreSite command, Site site, ImmutableArray<DomainReservation> domains, SitePlace place)
    {
        if (!site.Exists) return Reject.NotFound("There is no such site.");
        if (site.Status != SiteStatus.Archived) return JointDecision.Nothing;
        if (place.ArchivedAbove is { } above) return Reject.Conflict($"The site {above} above it is archived.");
        if (site.Domains.Zip(domains, (name, domain) => domain.Refuse(name, site.SiteId)).FirstOrDefault(taken => taken is not null) is { } taken) return taken;

        return JointDecision.Of(
            [new StreamEvents(site.SiteId, new SiteRestored(site.SiteId)), .. site.Domains.Select(domain => DomainReservation.Reserve(domain, site.SiteId))]);
    }
}

internal static class SiteReason
{
    private const int MaxLength = 500;

    public static FieldErrors Check(string? reason) => new FieldErrors().Add("reason", reason?.Length > MaxLength ? $"Must be at most {MaxLength} characters long." : null);

    public static string? Of(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
}
