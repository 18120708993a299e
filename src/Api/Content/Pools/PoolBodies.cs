using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

/// <summary>An item's labels, whole.</summary>
/// <param name="Tags">At most 50; each 1-63 lower-case letters, digits and hyphens.</param>
/// <param name="Regions">At most 50: countries such as AT (ISO 3166-1), parts of them such as AT-9 (ISO 3166-2), areas such as 150 (UN M.49).</param>
public sealed record LabelsBody(IReadOnlyList<string?>? Tags, IReadOnlyList<string?>? Regions)
{
    public LabelItem ToCommand(Guid itemId) => new(itemId, Texts(Tags ?? throw Problem.Missing("tags")), Texts(Regions ?? throw Problem.Missing("regions")));

    internal static ImmutableArray<string> Texts(IReadOnlyList<string?> texts) => [.. texts.Select(text => text ?? "")];
}

/// <summary>A site's own gate, whole.</summary>
/// <param name="Rules">At most 200, in any order; none: nothing of the pool is let in.</param>
public sealed record SiteGateBody(IReadOnlyList<GateRuleBody?>? Rules);

/// <summary>A rule of a gate.</summary>
/// <param name="Name">For people: 1-200 characters, unique in the gate.</param>
/// <param name="Effect">include or exclude.</param>
/// <param name="Priority">0-1,000: the highest of the rules that match decides; at the same priority exclude does. Default: 0.</param>
/// <param name="When">Which items it matches; default: all.</param>
/// <param name="From">It holds from then on; default: always has.</param>
/// <param name="Until">It holds until before then, later than from; default: for good.</param>
public sealed record GateRuleBody(
    string? Name, string? Effect, int? Priority, GateConditionBody? When,
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? From, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? Until)
{
    public GateRule ToRule() => new(Name ?? "", Effect ?? "", Priority ?? 0, When?.ToCondition() ?? new GateCondition(), From, Until);
}

/// <summary>Which items a rule matches: every part that is there must fit, a list by any one of its 1-50 values.</summary>
/// <param name="Types">Names of content types.</param>
/// <param name="Tags">Tags of the item.</param>
/// <param name="Regions">Regions of the item: AT fits AT-9 too.</param>
/// <param name="Locales">Locales of what is live: de fits de-AT too.</param>
/// <param name="PublishedFrom">It last went live then or later.</param>
/// <param name="PublishedUntil">It last went live earlier; later than publishedFrom.</param>
public sealed record GateConditionBody(
    IReadOnlyList<string?>? Types, IReadOnlyList<string?>? Tags, IReadOnlyList<string?>? Regions, IReadOnlyList<string?>? Locales,
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? PublishedFrom, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? PublishedUntil)
{
    public GateCondition ToCondition() => new(Texts(Types), Texts(Tags), Texts(Regions), Texts(Locales), PublishedFrom, PublishedUntil);

    private static ImmutableArray<string>? Texts(IReadOnlyList<string?>? texts) => texts is null ? null : LabelsBody.Texts(texts);
}

/// <summary>Where a shared item is overridden.</summary>
/// <param name="SiteId">The site, whose gate lets the item in.</param>
/// <param name="Slug">Of the override in the item's own locale; default: as the shared item has it.</param>
public sealed record OverrideBody(Guid? SiteId, string? Slug);

/// <summary>What counts where both sides changed a field to something else.</summary>
/// <param name="Resolve">By field, in a further locale locales.TAG.FIELD: ours (the override's) or theirs (the shared item's).</param>
public sealed record MergeUpstreamBody(IReadOnlyDictionary<string, string?>? Resolve);

/// <summary>Why an item is on a site, or isn't.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Shown">It's there.</param>
/// <param name="Via">home, placed or pool; absent: it isn't there.</param>
/// <param name="Reason">As a sentence.</param>
/// <param name="OverriddenBy">The item of the site's own that stands there in its place.</param>
/// <param name="GateOf">Whose gate was asked: the site, or one above it; absent: no gate was, or there is none.</param>
/// <param name="By">The rule that decides; absent: no gate was asked, or no rule matches.</param>
/// <param name="PassedOver">The other rules, in the order in which they would decide, each with why it doesn't; absent: no gate was asked.</param>
public sealed record GateExplanation(
    Guid SiteId, Guid ItemId, bool Shown, string? Via, string Reason, Guid? OverriddenBy = null, Guid? GateOf = null, GateReading? By = null, ImmutableArray<GateReading>? PassedOver = null);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LabelsBody))]
[JsonSerializable(typeof(SiteGateBody))]
[JsonSerializable(typeof(OverrideBody))]
[JsonSerializable(typeof(MergeUpstreamBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(GateDetails))]
[JsonSerializable(typeof(GateExplanation))]
internal sealed partial class PoolBodies : JsonSerializerContext;
