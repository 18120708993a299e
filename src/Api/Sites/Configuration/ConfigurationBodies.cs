using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Sites;

namespace Platform.Api.Sites;

/// <summary>A key of the tenant's own.</summary>
/// <param name="Key">2 or more lower-case words joined by dots, 100 characters at most.</param>
/// <param name="Type">text, number, integer, boolean, list, enum or json.</param>
/// <param name="Rules">min, max, minLength, maxLength, minItems, maxItems, pattern, allowed: as the type has them.</param>
/// <param name="Default">What holds where no level says anything.</param>
/// <param name="Description">For people, 1-1,000 characters.</param>
public sealed record ConfigurationKeyBody(string? Key, string? Type, Fields? Rules, JsonElement? Default, string? Description);

/// <summary>Values by key.</summary>
/// <param name="Values">1-100.</param>
public sealed record ConfigurationValuesBody(Fields? Values);

/// <summary>Keys.</summary>
/// <param name="Keys">1-100.</param>
public sealed record ConfigurationKeysBody(IReadOnlyList<string?>? Keys);

/// <summary>A version of a level's configuration.</summary>
/// <param name="Version">From 1.</param>
public sealed record ConfigurationVersionBody(long? Version);

/// <summary>The same values at several sites.</summary>
/// <param name="Sites">1-100 sites, at whose levels the values are set.</param>
/// <param name="Values">1-100, by key.</param>
/// <param name="Token">Of the preview; not for a preview.</param>
public sealed record ConfigurationChangeBody(IReadOnlyList<Guid>? Sites, Fields? Values, string? Token);

/// <summary>Something that can be configured.</summary>
/// <param name="Name">Lower case, dotted.</param>
/// <param name="Type">text, number, integer, boolean, list, enum or json.</param>
/// <param name="Rules">That values keep to.</param>
/// <param name="Default">What holds where no level says anything.</param>
/// <param name="Description">For people.</param>
/// <param name="DeclaredBy">platform or tenant.</param>
public sealed record ConfigurationKeyDetails(string Name, string Type, Fields Rules, JsonElement Default, string Description, string DeclaredBy);

/// <summary>What holds at a level.</summary>
/// <param name="Level">platform, tenant, master or site.</param>
/// <param name="SiteId">Of master and site.</param>
/// <param name="Version">Of what the level says itself: what If-Match takes on commands; 0: nothing so far.</param>
/// <param name="Values">By key, each key there is.</param>
/// <param name="Explained">With explain: where each value comes from.</param>
public sealed record ConfigurationDetails(string Level, Guid? SiteId, long Version, Fields Values, IReadOnlyList<ExplainedValue>? Explained = null);

/// <summary>Where a value comes from.</summary>
/// <param name="Key">What it's a value of.</param>
/// <param name="Value">The value.</param>
/// <param name="From">Who says so.</param>
/// <param name="Lock">The lock that keeps it so; absent: there is none.</param>
/// <param name="Overrides">What else is said on the way, nearest first, the default last; each without effect, and why.</param>
public sealed record ExplainedValue(string Key, JsonElement Value, ConfigurationOrigin From, ConfigurationOrigin? Lock, IReadOnlyList<IneffectiveValue> Overrides);

/// <summary>Where something is said.</summary>
/// <param name="Level">platform, tenant, master, site or default.</param>
/// <param name="SiteId">Of master and site.</param>
/// <param name="Version">Of the level since which.</param>
/// <param name="At">Since when.</param>
/// <param name="By">By whom.</param>
public sealed record ConfigurationOrigin(string Level, Guid? SiteId = null, long? Version = null, DateTimeOffset? At = null, string? By = null);

/// <summary>A value without effect.</summary>
/// <param name="Value">The value.</param>
/// <param name="From">Who says so.</param>
/// <param name="Reason">Why it has none, as a sentence.</param>
public sealed record IneffectiveValue(JsonElement Value, ConfigurationOrigin From, string Reason);

/// <summary>A version of what a level says itself.</summary>
/// <param name="Version">From 1.</param>
/// <param name="Type">Alias of the event.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Set">Values, by key.</param>
/// <param name="Reset">Keys that are inherited from then on.</param>
/// <param name="Locked">Keys.</param>
/// <param name="Unlocked">Keys.</param>
/// <param name="RolledBackTo">The version that it repeats.</param>
public sealed record ConfigurationVersion(
    long Version, string Type, DateTimeOffset At, string? By, Fields? Set = null, IReadOnlyList<string>? Reset = null, IReadOnlyList<string>? Locked = null, IReadOnlyList<string>? Unlocked = null,
    long? RolledBackTo = null);

/// <summary>What differs between two versions of what a level says itself.</summary>
/// <param name="From">Version.</param>
/// <param name="To">Version.</param>
/// <param name="Values">Keys whose values differ, in order.</param>
/// <param name="Locked">Keys locked in the second only.</param>
/// <param name="Unlocked">Keys locked in the first only.</param>
public sealed record ConfigurationDiff(long From, long To, IReadOnlyList<ConfigurationDifference> Values, IReadOnlyList<string> Locked, IReadOnlyList<string> Unlocked);

/// <summary>A key whose value differs.</summary>
/// <param name="Key">Which.</param>
/// <param name="From">Absent: it was inherited.</param>
/// <param name="To">Absent: it's inherited.</param>
public sealed record ConfigurationDifference(string Key, JsonElement? From, JsonElement? To);

/// <summary>What a change would do.</summary>
/// <param name="Token">Applies to exactly this, as long as nothing else changes.</param>
/// <param name="Changed">Sites of which a value would change.</param>
/// <param name="Shielded">Sites below that keep a value, by an override of their own or further up, or by a lock.</param>
/// <param name="Items">Those sites, in id order.</param>
/// <param name="Next">Cursor of the next page; null: this is the last.</param>
public sealed record ConfigurationPreview(
    string Token, int Changed, int Shielded, IReadOnlyList<PreviewedSite> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

/// <summary>What a change would do to a site.</summary>
/// <param name="SiteId">Which.</param>
/// <param name="Changes">Values that would be others.</param>
/// <param name="Shielded">Values that would stay, and why.</param>
public sealed record PreviewedSite(Guid SiteId, IReadOnlyList<ConfigurationDifference> Changes, IReadOnlyList<ShieldedValue> Shielded);

/// <summary>A value that would stay.</summary>
/// <param name="Key">Of what.</param>
/// <param name="Value">It.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record ShieldedValue(string Key, JsonElement Value, string Reason);

/// <summary>A change of several sites at once that was applied.</summary>
/// <param name="Id">Its stream.</param>
/// <param name="Sites">At whose levels.</param>
/// <param name="Values">By key.</param>
/// <param name="Token">Of the preview.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
public sealed record ConfigurationChange(Guid Id, IReadOnlyList<Guid> Sites, Fields Values, string Token, DateTimeOffset At, string? By);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigurationKeyBody))]
[JsonSerializable(typeof(ConfigurationValuesBody))]
[JsonSerializable(typeof(ConfigurationKeysBody))]
[JsonSerializable(typeof(ConfigurationVersionBody))]
[JsonSerializable(typeof(ConfigurationChangeBody))]
[JsonSerializable(typeof(Page<ConfigurationKeyDetails>))]
[JsonSerializable(typeof(ConfigurationKeyDetails))]
[JsonSerializable(typeof(ConfigurationDetails))]
[JsonSerializable(typeof(Page<ConfigurationVersion>))]
[JsonSerializable(typeof(ConfigurationDiff))]
[JsonSerializable(typeof(ConfigurationPreview))]
[JsonSerializable(typeof(ConfigurationChange))]
internal sealed partial class ConfigurationBodies : JsonSerializerContext;
