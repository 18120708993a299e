using Platform.Domain.Sites;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of sites and tenants say.</summary>
internal static class SiteSentences
{
    public static string? Find(object @event) => @event switch
    {
        TenantProvisioned e => $"Provisioned the tenant {Quoted(e.Name)}.",
        TenantRenamed e => $"Renamed the tenant to {Quoted(e.Name)}.",
        TenantSuspended e => $"Suspended the tenant: {Quoted(e.Reason)}.",
        TenantResumed => "Resumed the tenant.",
        TenantClosed e => $"Closed the tenant for good: {Quoted(e.Reason)}.",
        SiteCreated e => $"Started the site {Quoted(e.Name)} at {e.Domain}.",
        SiteRenamed e => $"Renamed the site to {Quoted(e.Name)}.",
        SiteDomainChanged e => $"Moved the site from {e.From} to {e.To}.",
        SiteMoved e => e.ParentId is null ? "Moved the site to the top." : "Moved the site below another.",
        SiteSettingsChanged e => $"Changed the site's settings: {Named(e.Settings.Values.Keys)}.",
        SiteDomainAdded e => $"Gave the site the further domain {e.Domain}.",
        SiteDomainRemoved e => $"Took the domain {e.Domain} from the site.",
        SiteDomainVerified e => $"Verified that the domain {e.Domain} is the tenant's.",
        SiteDomainVerificationLost e => $"The record that proves the domain {e.Domain} has been gone for days: it no longer counts as verified.",
        SiteLaunched => "Launched the site.",
        SitePaused e => $"Paused the site{Because(e.Reason)}.",
        SiteResumed => "Resumed the site.",
        SiteArchived e => $"Archived the site{Because(e.Reason)}.",
        SiteRestored => "Restored the site as a draft.",
        DomainClaimed e => $"The domain {e.Domain} is a site's of tenant {e.TenantId}.",
        DomainClaimReleased e => $"The domain {e.Domain} is no longer tenant {e.TenantId}'s.",
        DomainProofMissed e => $"The record that proves the domain {e.Domain} wasn't found on {e.Day:yyyy-MM-dd}.",
        DomainProofFound e => $"The record that proves the domain {e.Domain} is there again.",
        DomainReserved e => $"Reserved the domain {e.Domain}.",
        DomainReleased e => $"Released the domain {e.Domain}.",
        ConfigurationKeyDeclared e => $"Declared the configuration key {e.Name}.",
        ConfigurationValuesSet e => $"Configured {Named(e.Values.Values.Keys)}{Whose(e.SiteId)}.",
        ConfigurationValuesReset e => $"Reset {Named(e.Keys)}{Whose(e.SiteId)}.",
        ConfigurationKeysLocked e => $"Locked {Named(e.Keys)}{Whose(e.SiteId)}.",
        ConfigurationKeysUnlocked e => $"Unlocked {Named(e.Keys)}{Whose(e.SiteId)}.",
        ConfigurationRolledBack e => $"Rolled the configuration back to version {e.ToVersion}{Whose(e.SiteId)}.",
        ConfigurationChangeApplied e => $"Configured {Named(e.Values.Values.Keys)} of {Counted(e.Sites.Length, "site")} at once.",
        QuotasChanged e => $"Changed the quotas of tenant {e.TenantId}: {(e.Limits.IsEmpty ? "the platform's defaults" : Named(e.Limits.Select(limit => limit.Quota)))}.",
        QuotaSoftLimitReached e => $"Warned that {e.Quota} is at {e.Used:#,##0}, its soft limit being {e.Limit:#,##0}.",
        QuotaSoftLimitCleared e => $"Noted that {e.Quota} is at {e.Used:#,##0}, below its soft limit again.",
        _ => null,
    };

    private static string Because(string? reason) => reason is null ? "" : $": {Quoted(reason)}";

    private static string Whose(Guid? siteId) => siteId is null ? " above all sites" : " of a site";
}
