namespace Platform.Domain.Sites;

[EventType("sites.site-created")]
public sealed record SiteCreated(Guid SiteId, string Name, string Domain, Fields Settings, Guid? ParentId = null);

[EventType("sites.site-renamed")]
public sealed record SiteRenamed(Guid SiteId, string Name);

[EventType("sites.site-domain-changed")]
public sealed record SiteDomainChanged(Guid SiteId, string From, string To);

/// <summary>Under another parent, or, when that is null, under none.</summary>
[EventType("sites.site-moved")]
public sealed record SiteMoved(Guid SiteId, Guid? ParentId = null);

/// <summary>The settings, whole.</summary>
[EventType("sites.site-settings-changed")]
public sealed record SiteSettingsChanged(Guid SiteId, Fields Settings);

/// <summary>A further domain that the site answers to.</summary>
[EventType("sites.site-domain-added")]
public sealed record SiteDomainAdded(Guid SiteId, string Domain);

[EventType("sites.site-domain-removed")]
public sealed record SiteDomainRemoved(Guid SiteId, string Domain);

/// <summary>Whoever has the site has the domain: its name servers said so.</summary>
[EventType("sites.site-domain-verified")]
public sealed record SiteDomainVerified(Guid SiteId, string Domain);

/// <summary>The domain's name servers no longer say so, for days.</summary>
[EventType("sites.site-domain-verification-lost")]
public sealed record SiteDomainVerificationLost(Guid SiteId, string Domain);

[EventType("sites.site-launched")]
public sealed record SiteLaunched(Guid SiteId);

/// <summary>Visitors are asked to come back later.</summary>
[EventType("sites.site-paused")]
public sealed record SitePaused(Guid SiteId, string? Reason = null);

[EventType("sites.site-resumed")]
public sealed record SiteResumed(Guid SiteId);

/// <summary>Out of use, its domains free for others; what it holds stays.</summary>
[EventType("sites.site-archived")]
public sealed record SiteArchived(Guid SiteId, string? Reason = null);

/// <summary>A draft again, with its domains.</summary>
[EventType("sites.site-restored")]
public sealed record SiteRestored(Guid SiteId);
