using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Personalization;

namespace Platform.Api.Personalization;

/// <summary>What some visitors are shown otherwise.</summary>
/// <param name="SiteId">It counts there and on the sites below. It never changes.</param>
/// <param name="Key">1-100 letters, digits, dots, hyphens and underscores, unique on the site: a rule with the same key on a site below overrides it there, unless it's locked. It never changes.</param>
/// <param name="Name">1-100 characters, for people.</param>
/// <param name="Priority">-1000 to 1000, default 0: of two that do the same the higher one counts, of two that are equal that of the nearer site, then the first by key.</param>
/// <param name="Condition">For whom: all, any, not, segment, behaviour, or attribute with tests, as /schemas/conditions.v1.json says. Default: everybody.</param>
/// <param name="Actions">At most 20. Default: none, which keeps a rule of the same key above from counting.</param>
/// <param name="Pages">At most 20 paths where it counts, * at the end for whatever follows. Default: everywhere.</param>
/// <param name="From">It counts from then on. Default: at once.</param>
/// <param name="Until">It counts until then. Default: for good.</param>
/// <param name="IsLocked">Sites below can't override it. Default: they can.</param>
/// <param name="IsLast">Where it holds, rules after it aren't looked at. Default: they are.</param>
/// <param name="Description">At most 1,000 characters.</param>
public sealed record RuleBody(
    Guid? SiteId, string? Key, string? Name, long? Priority = null, JsonElement? Condition = null, IReadOnlyList<RuleActionBody?>? Actions = null, IReadOnlyList<string?>? Pages = null,
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? From = null, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? Until = null, bool? IsLocked = null, bool? IsLast = null,
    string? Description = null)
{
    internal (RuleContent Content, FieldErrors Errors) Read() =>
        new RuleChangeBody(Name, Priority, Condition, Actions, Pages, From, Until, IsLocked, IsLast, Description).Read();
}

/// <summary>What a rule is to do; all of it is replaced but site and key.</summary>
/// <param name="Name">1-100 characters, for people.</param>
/// <param name="Priority">As when it's defined.</param>
/// <param name="Condition">As when it's defined.</param>
/// <param name="Actions">As when it's defined.</param>
/// <param name="Pages">As when it's defined.</param>
/// <param name="From">As when it's defined.</param>
/// <param name="Until">As when it's defined.</param>
/// <param name="IsLocked">As when it's defined.</param>
/// <param name="IsLast">As when it's defined.</param>
/// <param name="Description">As when it's defined.</param>
public sealed record RuleChangeBody(
    string? Name, long? Priority = null, JsonElement? Condition = null, IReadOnlyList<RuleActionBody?>? Actions = null, IReadOnlyList<string?>? Pages = null,
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? From = null, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? Until = null, bool? IsLocked = null, bool? IsLast = null,
    string? Description = null)
{
    // One more than may be, so that what is too many is refused as such.
    private const int Most = 21;

    internal (RuleContent Content, FieldErrors Errors) Read()
    {
        var (condition, errors) = ConditionReader.Read(Condition, "condition");
        return (new(
            (int)Math.Clamp(Priority ?? 0, int.MinValue, int.MaxValue), condition, RuleActionBody.Read(Actions), [.. (Pages ?? []).Take(Most).Select(page => page ?? "")], From, Until,
            IsLocked ?? false, IsLast ?? false, Description), errors);
    }
}

/// <summary>Something that a rule does.</summary>
/// <param name="Kind">variant (shows an item instead of another), slot (shows an item in a named place), recommend (shows recommended items there), redirect, or attribute (gives templates a value).</param>
/// <param name="Name">Of a slot, recommendations' too, or an attribute: 1-100 letters, digits, dots, hyphens and underscores.</param>
/// <param name="ItemId">Of a variant or a slot: the item that is shown.</param>
/// <param name="Of">Of a variant: the item that it's shown instead of.</param>
/// <param name="To">Of a redirect: a path of the site.</param>
/// <param name="Value">Of an attribute: any JSON of at most 4,096 bytes.</param>
/// <param name="Count">Of recommendations: 1-20 items. Default: 5.</param>
/// <param name="Model">Of recommendations: one model's scores alone. Default: hybrid.</param>
public sealed record RuleActionBody(
    string? Kind, string? Name = null, Guid? ItemId = null, Guid? Of = null, string? To = null, JsonElement? Value = null, long? Count = null, string? Model = null)
{
    // One more than may be, so that what is too many is refused as such.
    private const int Most = 21;

    internal RuleAction Read() => new(
        Kind ?? "", Name, ItemId, Of, To, Value is { } value ? AttributeValue.Of(value) : null, Count is { } count ? (int)Math.Clamp(count, int.MinValue, int.MaxValue) : null, Model);

    internal static ImmutableArray<RuleAction> Read(IReadOnlyList<RuleActionBody?>? actions) => [.. (actions ?? []).Take(Most).Select(action => (action ?? new RuleActionBody(Kind: null)).Read())];
}

/// <summary>Why a proposed rule isn't agreed to.</summary>
/// <param name="Reason">1-500 characters.</param>
public sealed record RefuseRuleBody(string? Reason);

/// <summary>How rules come live.</summary>
/// <param name="FourEyes">Somebody else than who wrote or proposed them has to agree.</param>
public sealed record RulePolicyBody(bool? FourEyes);

/// <summary>A rule that counts on a site.</summary>
/// <param name="Id">The rule.</param>
/// <param name="SiteId">Its site: the one that was asked for, or one above.</param>
/// <param name="Key">Its key.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it does.</param>
/// <param name="OverriddenBy">The rule of the same key that counts in its stead; absent: it counts.</param>
public sealed record SiteRuleBody(Guid Id, Guid SiteId, string Key, string Name, RuleContent Content, Guid? OverriddenBy = null);

/// <summary>The rules that count on a site, in the order in which they are looked at, then those that are overridden.</summary>
/// <param name="Rules">Own and inherited.</param>
public sealed record SiteRulesBody(IReadOnlyList<SiteRuleBody> Rules);

/// <summary>Who would be shown what.</summary>
/// <param name="Page">Path of a page, with a slash first.</param>
/// <param name="Visitor">A visitor's number, whose profile, segments and behaviour count. Default: somebody of whom nothing is known.</param>
/// <param name="Attributes">Whatever else conditions look at, such as country or device.</param>
/// <param name="At">When. Default: now.</param>
/// <param name="RuleId">A rule that counts as it's written, whether it's live or not. Default: none does.</param>
public sealed record RulePreviewBody(string? Page, Guid? Visitor = null, Fields? Attributes = null, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? At = null, Guid? RuleId = null);

/// <summary>What a visitor is shown on a page, and why.</summary>
/// <param name="Redirect">Where they are sent; absent: nowhere.</param>
/// <param name="Variants">Items that are shown instead of others, by those.</param>
/// <param name="Slots">Items by slots.</param>
/// <param name="Recommended">Slots that recommendations fill.</param>
/// <param name="Attributes">Values for templates, by name.</param>
/// <param name="Visitor">What conditions looked at.</param>
/// <param name="Segments">Segments that the visitor is in.</param>
/// <param name="Trace">What became of each rule.</param>
public sealed record RulePreviewAnswer(
    string? Redirect, IReadOnlyDictionary<Guid, Guid> Variants, IReadOnlyDictionary<string, Guid> Slots, IReadOnlyDictionary<string, RecommendedSlot> Recommended,
    IReadOnlyDictionary<string, AttributeValue> Attributes, AttributeValue Visitor, IReadOnlyList<Guid> Segments, ImmutableArray<RuleTrace> Trace);

/// <summary>How bodies of rules are read and written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Rfc3339Converter)])]
[JsonSerializable(typeof(RuleBody))]
[JsonSerializable(typeof(RuleChangeBody))]
[JsonSerializable(typeof(RefuseRuleBody))]
[JsonSerializable(typeof(RulePolicyBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(Projections.Personalization.RuleDetails))]
[JsonSerializable(typeof(Page<Projections.Personalization.RuleDetails>))]
[JsonSerializable(typeof(SiteRulesBody))]
[JsonSerializable(typeof(RulePreviewBody))]
[JsonSerializable(typeof(RulePreviewAnswer))]
internal sealed partial class RuleJson : JsonSerializerContext;
