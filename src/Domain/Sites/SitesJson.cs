using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Sites;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TenantProvisioned))]
[JsonSerializable(typeof(TenantRenamed))]
[JsonSerializable(typeof(TenantSuspended))]
[JsonSerializable(typeof(TenantResumed))]
[JsonSerializable(typeof(TenantClosed))]
[JsonSerializable(typeof(SiteCreated))]
[JsonSerializable(typeof(SiteRenamed))]
[JsonSerializable(typeof(SiteDomainChanged))]
[JsonSerializable(typeof(SiteMoved))]
[JsonSerializable(typeof(SiteSettingsChanged))]
[JsonSerializable(typeof(SiteDomainAdded))]
[JsonSerializable(typeof(SiteDomainRemoved))]
[JsonSerializable(typeof(SiteDomainVerified))]
[JsonSerializable(typeof(SiteDomainVerificationLost))]
[JsonSerializable(typeof(SiteLaunched))]
[JsonSerializable(typeof(SitePaused))]
[JsonSerializable(typeof(SiteResumed))]
[JsonSerializable(typeof(SiteArchived))]
[JsonSerializable(typeof(SiteRestored))]
[JsonSerializable(typeof(DomainClaimed))]
[JsonSerializable(typeof(DomainClaimReleased))]
[JsonSerializable(typeof(DomainProofMissed))]
[JsonSerializable(typeof(DomainProofFound))]
[JsonSerializable(typeof(DomainReserved))]
[JsonSerializable(typeof(DomainReleased))]
[JsonSerializable(typeof(Tenant))]
[JsonSerializable(typeof(Site))]
[JsonSerializable(typeof(DomainReservation))]
[JsonSerializable(typeof(DomainClaim))]
[JsonSerializable(typeof(ConfigurationKeyDeclared))]
[JsonSerializable(typeof(ConfigurationValuesSet))]
[JsonSerializable(typeof(ConfigurationValuesReset))]
[JsonSerializable(typeof(ConfigurationKeysLocked))]
[JsonSerializable(typeof(ConfigurationKeysUnlocked))]
[JsonSerializable(typeof(ConfigurationRolledBack))]
[JsonSerializable(typeof(ConfigurationChangeApplied))]
[JsonSerializable(typeof(DeclaredKey))]
[JsonSerializable(typeof(ConfigurationScope))]
[JsonSerializable(typeof(QuotasChanged))]
[JsonSerializable(typeof(QuotaSoftLimitReached))]
[JsonSerializable(typeof(QuotaSoftLimitCleared))]
[JsonSerializable(typeof(TenantQuotas))]
[JsonSerializable(typeof(QuotaNotices))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class SitesJson : JsonSerializerContext;
