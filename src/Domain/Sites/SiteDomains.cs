using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>Gives a site a further domain, and reserves it.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Domain">See <see cref="DomainName"/>; unique within the tenant.</param>
public sealed record AddDomain(Guid SiteId, string Domain)
{
    private const int MaxAliases = 50;

    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    /// <param name="domain">The reservation of the command's domain.</param>
    public static JointDecision Decide(AddDomain command, Site site, DomainReservation domain)
    {
        if (site.Refuse() is { } refused) return refused;
        if (DomainName.Problem(command.Domain) is { } problem) return Reject.Invalid("domain", problem);
        var name = DomainName.Normalise(command.Domain);
        if (site.Domains.Contains(name)) return JointDecision.Nothing;
        if (domain.Refuse(name, site.SiteId) is { } taken) return taken;
        if (site.Aliases.Length >= MaxAliases) return Reject.Conflict($"A site has at most {MaxAliases} further domains.");

        return JointDecision.Of(new StreamEvents(site.SiteId, new SiteDomainAdded(site.SiteId, name)), DomainReservation.Reserve(name, site.SiteId));
    }
}

/// <summary>Takes a further domain from a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Domain">Not its main one, which is replaced instead.</param>
public sealed record RemoveDomain(Guid SiteId, string Domain)
{
    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    public static JointDecision Decide(RemoveDomain command, Site site)
    {
        if (site.Refuse() is { } refused) return refused;
        if (DomainName.Problem(command.Domain) is { } problem) return Reject.Invalid("domain", problem);
        var name = DomainName.Normalise(command.Domain);
        if (name == site.Domain) return Reject.Conflict("domain", "It's the site's main domain: give the site another one instead.");
        if (!site.Aliases.Contains(name)) return JointDecision.Nothing;

        return JointDecision.Of(new StreamEvents(site.SiteId, new SiteDomainRemoved(site.SiteId, name)), DomainReservation.Release(name, site.SiteId));
    }
}

/// <summary>Records that whoever has the site has one of its domains too.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Domain">One of its domains.</param>
public sealed record VerifyDomain(Guid SiteId, string Domain)
{
    /// <summary>Why there is nothing to verify; null when there is.</summary>
    public static Rejection? Refuse(VerifyDomain command, Site site)
    {
        if (site.Refuse() is { } refused) return refused;
        if (DomainName.Problem(command.Domain) is { } problem) return Reject.Invalid("domain", problem);
        return site.Domains.Contains(DomainName.Normalise(command.Domain)) ? null : Reject.Invalid("domain", "It's none of the site's domains.");
    }

    /// <param name="command">The command.</param>
    /// <param name="site">The site.</param>
    /// <param name="expected">What a text record of the domain must say: <see cref="DomainProof.ValueOf"/>.</param>
    /// <param name="records">What its text records say; null: its name servers didn't answer.</param>
    public static Decision Decide(VerifyDomain command, Site site, string expected, ImmutableArray<string>? records)
    {
        if (Refuse(command, site) is { } refused) return refused;
        var name = DomainName.Normalise(command.Domain);
        if (site.Verified.Contains(name)) return Decision.Nothing;
        if (records is not { } found) return Reject.Conflict("domain", $"The name servers of '{name}' didn't answer. Try again.");
        return found.Contains(expected) ? Decision.Of(new SiteDomainVerified(site.SiteId, name)) : Reject.Conflict("domain", found.Length == 0
            ? $"There is no TXT record {DomainProof.RecordOf(name)} yet; it must say {expected}. A new record may take its time to live to be seen."
            : $"The TXT record {DomainProof.RecordOf(name)} must say {expected}; it says something else.");
    }
}

/// <summary>Records that a domain's proof has been gone for days.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="Domain">One of its domains.</param>
public sealed record LoseDomain(Guid SiteId, string Domain)
{
    public static Decision Decide(LoseDomain command, Site site) =>
        site.Verified.Contains(command.Domain) ? Decision.Of(new SiteDomainVerificationLost(site.SiteId, command.Domain)) : Decision.Nothing;
}
