namespace Platform.Domain.Sites;

/// <summary>Replaces everything that can be edited of a site; records only what changed.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
/// <param name="Domain">See <see cref="DomainName"/>; unique within the tenant.</param>
/// <param name="Settings">See <see cref="SiteSettings"/>; all of them.</param>
/// <param name="ParentId">The site that it's below; null for a site at the top.</param>
public sealed record ChangeSite(Guid SiteId, string Name, string Domain, Fields Settings, Guid? ParentId = null)
{
    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    /// <param name="domain">The reservation of the command's domain.</param>
    /// <param name="place">Where the site would hang.</param>
    /// <param name="needsVerified">A site that was launched gets only a main domain that was verified.</param>
    public static JointDecision Decide(ChangeSite command, Site site, DomainReservation domain, SitePlace place, bool needsVerified)
    {
        if (site.Refuse() is { } refused) return refused;
        if (Check(command, place).Rejection is { } invalid) return invalid;

        var wanted = command with { Name = command.Name.Trim(), Domain = DomainName.Normalise(command.Domain) };
        if (domain.Refuse(wanted.Domain, site.SiteId) is { } taken) return taken;
        if (needsVerified && wanted.Domain != site.Domain && site.Status != SiteStatus.Draft && !site.Verified.Contains(wanted.Domain))
            return Reject.Conflict("domain", $"The site was launched, and the domain '{wanted.Domain}' isn't verified: add it to the site's domains and verify it there first.");

        var changes = new StreamEvents(site.SiteId, [.. Changes(wanted, site)]);
        if (wanted.Domain == site.Domain) return JointDecision.Of(changes);
        var released = DomainReservation.Release(site.Domain, site.SiteId);
        return site.Aliases.Contains(wanted.Domain)
            ? JointDecision.Of(changes, released)
            : JointDecision.Of(changes, released, DomainReservation.Reserve(wanted.Domain, site.SiteId));
    }

    private static FieldErrors Check(ChangeSite command, SitePlace place) => new FieldErrors()
        .Add("name", DisplayName.Problem(command.Name))
        .Add("domain", DomainName.Problem(command.Domain))
        .Add("settings", SiteSettings.Problem(command.Settings))
        .Add("parentId", place.Problem(command.SiteId, command.ParentId));

    private static IEnumerable<object> Changes(ChangeSite wanted, Site site)
    {
        if (wanted.Name != site.Name) yield return new SiteRenamed(site.SiteId, wanted.Name);
        if (wanted.Domain != site.Domain) yield return new SiteDomainChanged(site.SiteId, site.Domain, wanted.Domain);
        if (wanted.ParentId != site.ParentId) yield return new SiteMoved(site.SiteId, wanted.ParentId);
        if (wanted.Settings != site.Settings) yield return new SiteSettingsChanged(site.SiteId, wanted.Settings);
    }
}
