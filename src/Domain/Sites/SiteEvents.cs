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
