using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>Everything that can be edited of a site.</summary>
/// <param name="Name">1-200 characters.</param>
/// <param name="Domain">A host name, unique in the tenant.</param>
/// <param name="ParentId">The site above; null or absent: none.</param>
/// <param name="Settings">Any JSON object up to 64 KiB.</param>
public sealed record SiteBody(string? Name, string? Domain, Guid? ParentId, Fields? Settings);

/// <summary>A domain.</summary>
/// <param name="Domain">A host name.</param>
public sealed record DomainBody(string? Domain);

/// <summary>A site with everything that belongs to it.</summary>
/// <param name="Name">1-200 characters.</param>
/// <param name="Domain">A host name, unique in the tenant.</param>
/// <param name="Aliases">Further domains, at most 20.</param>
/// <param name="ParentId">The site above; null or absent: none.</param>
/// <param name="CopyFrom">A site whose settings and configuration are taken where nothing is said here.</param>
/// <param name="Settings">Any JSON object up to 64 KiB.</param>
/// <param name="Values">Configuration of its own, by key.</param>
/// <param name="Locks">Keys that hold from it on.</param>
/// <param name="Below">Sites directly below it, at most 19.</param>
/// <param name="Token">Of the preview; absent: as it is now. Not for a preview.</param>
public sealed record SetUpSiteBody(
    string? Name, string? Domain, IReadOnlyList<string?>? Aliases, Guid? ParentId, Guid? CopyFrom, Fields? Settings, Fields? Values, IReadOnlyList<string?>? Locks, IReadOnlyList<SiteBelowBody?>? Below,
    string? Token);

/// <summary>A site directly below the one that is set up.</summary>
/// <param name="Name">1-200 characters.</param>
/// <param name="Domain">A host name, unique in the tenant.</param>
/// <param name="Aliases">Further domains, at most 20.</param>
/// <param name="Settings">Any JSON object up to 64 KiB.</param>
/// <param name="Values">Configuration of its own, by key.</param>
/// <param name="Locks">Keys that hold from it on.</param>
public sealed record SiteBelowBody(string? Name, string? Domain, IReadOnlyList<string?>? Aliases, Fields? Settings, Fields? Values, IReadOnlyList<string?>? Locks);

/// <summary>What setting a site up would do.</summary>
/// <param name="Token">For the command: it's refused if anything has changed by then.</param>
/// <param name="Sites">The site, then those below it.</param>
public sealed record SetUpPreview(string Token, IReadOnlyList<PreviewedNewSite> Sites);

/// <summary>A site as it would be.</summary>
/// <param name="Path">Where it stands in the body: empty, or below[0]...</param>
/// <param name="Name">For people.</param>
/// <param name="Settings">With what was copied.</param>
/// <param name="Domains">The main one first, each with the record that proves it.</param>
/// <param name="Configuration">Every key, and where its value comes from.</param>
/// <param name="Events">Aliases of the events that would be recorded.</param>
public sealed record PreviewedNewSite(
    string Path, string Name, Fields Settings, IReadOnlyList<DomainProofDetails> Domains, IReadOnlyList<PreviewedValue> Configuration, IReadOnlyList<string> Events);

/// <summary>A value as it would be.</summary>
/// <param name="Key">What it's a value of.</param>
/// <param name="Value">The value.</param>
/// <param name="From">default, platform, tenant, master or site.</param>
/// <param name="FromSiteId">Where that is a site that is there already.</param>
/// <param name="Locked">Nothing below can say otherwise.</param>
public sealed record PreviewedValue(string Key, JsonElement Value, string From, Guid? FromSiteId, bool Locked);

/// <summary>A domain, and how it's proven that it's one's own: a TXT record of that name says the value.</summary>
/// <param name="Domain">Lower case.</param>
/// <param name="IsMain">The site's main domain.</param>
/// <param name="VerifiedAt">Absent: it isn't verified.</param>
/// <param name="Record">Name of the record.</param>
/// <param name="Value">What it must say.</param>
public sealed record DomainProofDetails(string Domain, bool IsMain, DateTimeOffset? VerifiedAt, string Record, string Value);

/// <summary>Domains of a site.</summary>
/// <param name="Items">The main one first.</param>
public sealed record SiteDomains(IReadOnlyList<DomainProofDetails> Items);

/// <summary>A new tenant.</summary>
/// <param name="Name">1-200 characters.</param>
public sealed record ProvisionTenantBody(string? Name);

/// <summary>What a tenant is called.</summary>
/// <param name="Name">1-200 characters.</param>
public sealed record RenameTenantBody(string? Name);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SiteBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(DomainBody))]
[JsonSerializable(typeof(SetUpSiteBody))]
[JsonSerializable(typeof(SetUpPreview))]
[JsonSerializable(typeof(SiteDomains))]
[JsonSerializable(typeof(Page<DomainClaimEntry>))]
[JsonSerializable(typeof(ProvisionTenantBody))]
[JsonSerializable(typeof(RenameTenantBody))]
internal sealed partial class SiteBodies : JsonSerializerContext;
