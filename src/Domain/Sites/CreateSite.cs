namespace Platform.Domain.Sites;

/// <summary>Starts a site, and reserves its domain.</summary>
/// <param name="SiteId">New, given by the caller; the site's stream.</param>
/// <param name="Name">See <see cref="DisplayName"/>.</param>
/// <param name="Domain">See <see cref="DomainName"/>; unique within the tenant.</param>
/// <param name="Settings">See <see cref="SiteSettings"/>.</param>
/// <param name="ParentId">The site that it's below; null for a site at the top.</param>
public sealed record CreateSite(Guid SiteId, string Name, string Domain, Fields Settings, Guid? ParentId = null)
{
    /// <param name="command">The command.</param>
    /// <param name="site">The site, which mustn't exist.</param>
    /// <param name="domain">The reservation of the command's domain.</param>
    /// <param name="place">Where the site would hang.</param>
    public static JointDecision Decide(CreateSite command, Site site, DomainReservation domain, SitePlace place)
    {
        if (Check(command, place).Rejection is { } invalid) return invalid;
        if (site.Exists) return Reject.Conflict($"The site {command.SiteId} already exists.");

        var name = DomainName.Normalise(command.Domain);
        if (domain.Refuse(name, command.SiteId) is { } taken) return taken;

        return JointDecision.Of(
            new StreamEvents(
                command.SiteId,
                new SiteCreated(command.SiteId, command.Name.Trim(), name, command.Settings, command.ParentId)),
            DomainReservation.Reserve(name, command.SiteId));
    }

    private static FieldErrors Check(CreateSite command, SitePlace place) => new FieldErrors()
        .Add("name", DisplayName.Problem(command.Name))
        .Add("domain", DomainName.Problem(command.Domain))
        .Add("settings", SiteSettings.Problem(command.Settings))
        .Add("parentId", place.Problem(command.SiteId, command.ParentId));
}
