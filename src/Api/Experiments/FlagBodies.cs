using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;

namespace Platform.Api.Experiments;

/// <summary>A feature flag.</summary>
/// <param name="Key">What code calls it: 1-100 letters, digits, dots, hyphens and underscores, unique in the tenant. It never changes.</param>
/// <param name="Name">1-100 characters, for people.</param>
/// <param name="Kind">Of its values: boolean, text, number or json. It never changes.</param>
/// <param name="Default">Its value where no rule says otherwise, and for everybody while it's killed.</param>
/// <param name="Rules">At most 100; the first that concerns somebody counts. Default: none.</param>
/// <param name="Description">At most 1,000 characters.</param>
public sealed record FlagBody(string? Key, string? Name, string? Kind, JsonElement? Default, IReadOnlyList<FlagRuleBody?>? Rules = null, string? Description = null)
{
    internal (FlagContent Content, FieldErrors Errors) Read()
    {
        var errors = new FieldErrors();
        var rules = (Rules ?? []).Take(101).Select((rule, n) => (rule ?? new(null)).Read($"rules[{n}]", errors)).ToImmutableArray();
        return (new(Kind ?? "", AttributeValue.Of(Default ?? default), rules, Description), errors);
    }
}

/// <summary>Who gets something else than the default, and what.</summary>
/// <param name="Name">1-100 letters, digits, dots, hyphens and underscores, unique in the flag.</param>
/// <param name="Condition">Whom it concerns: all, any, not, segment, behaviour, or attribute with tests, as /schemas/conditions.v1.json says. Default: everybody.</param>
/// <param name="Value">What they get, unless there are variants.</param>
/// <param name="Variants">2-20, of which each of them gets one, the same one as long as weights stay.</param>
/// <param name="Percent">0-100: so many of those are let in, the same ones as it grows. Default: all.</param>
/// <param name="Needs">At most 10 flags, and what each must be. Default: none.</param>
/// <param name="From">It counts from then on. Default: at once.</param>
/// <param name="Until">It counts until then. Default: for good.</param>
public sealed record FlagRuleBody(
    string? Name, JsonElement? Condition = null, JsonElement? Value = null, IReadOnlyList<FlagVariantBody?>? Variants = null, double? Percent = null, IReadOnlyList<FlagNeedBody?>? Needs = null,
    [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? From = null, [property: JsonConverter(typeof(Rfc3339Converter))] DateTimeOffset? Until = null)
{
    internal FlagRuleContent Read(string path, FieldErrors errors)
    {
        var (condition, problems) = ConditionReader.Read(Condition, $"{path}.condition");
        errors.Add(problems);
        return new(
            Name ?? "", condition, Value is { } value ? AttributeValue.Of(value) : null,
            Variants is { } variants ? [.. variants.Take(21).Select(variant => new FlagVariant(variant?.Key ?? "", AttributeValue.Of(variant?.Value ?? default), variant?.Weight ?? -1))] : null,
            Percent, Needs is { Count: > 0 } needs ? [.. needs.Take(11).Select(need => new FlagNeed(need?.Flag ?? "", AttributeValue.Of(need?.Value ?? default)))] : null, From, Until);
    }
}

/// <summary>One of the values that a rule shares out.</summary>
/// <param name="Key">1-100 letters, digits, dots, hyphens and underscores, unique in the rule.</param>
/// <param name="Value">Of the flag's kind.</param>
/// <param name="Weight">0-1; those of a rule sum to 1.</param>
public sealed record FlagVariantBody(string? Key, JsonElement? Value, double? Weight);

/// <summary>What another flag must be for somebody.</summary>
/// <param name="Flag">Its key.</param>
/// <param name="Value">What it must be.</param>
public sealed record FlagNeedBody(string? Flag, JsonElement? Value);

/// <summary>Why a flag is to be its default for everybody.</summary>
/// <param name="Reason">1-500 characters.</param>
public sealed record KillFlagBody(string? Reason);

/// <summary>A flag, and whether code still needs it.</summary>
/// <param name="Id">Its stream.</param>
/// <param name="Key">What code calls it.</param>
/// <param name="Name">For people.</param>
/// <param name="Kind">boolean, text, number or json.</param>
/// <param name="Default">Where no rule says otherwise.</param>
/// <param name="Rules">The first that concerns somebody counts.</param>
/// <param name="Description">For people.</param>
/// <param name="KilledBecause">Why it's its default for everybody; absent: its rules count.</param>
/// <param name="StaleBecause">Why code needn't ask for it any more, in lists; absent: it's still needed.</param>
/// <param name="DefinedAt">Since when there is one.</param>
/// <param name="DefinedBy">Who made it so.</param>
/// <param name="ChangedAt">When it was last said anew, killed or revived; absent: never.</param>
/// <param name="Version">What If-Match takes.</param>
public sealed record FlagAnswer(
    Guid Id, string Key, string Name, string Kind, AttributeValue Default, ImmutableArray<FlagRuleContent> Rules, string? Description, string? KilledBecause, string? StaleBecause,
    DateTimeOffset DefinedAt, string? DefinedBy, DateTimeOffset? ChangedAt, long Version);

/// <summary>Whom a flag is asked for: OpenFeature's evaluation context.</summary>
/// <param name="Context">With targetingKey, the visitor's id, and any attributes that conditions look at.</param>
public sealed record EvaluationBody(Fields? Context = null);

/// <summary>What a flag is for somebody, by OFREP.</summary>
/// <param name="Key">Of the flag.</param>
/// <param name="Value">Its value.</param>
/// <param name="Reason">STATIC, DEFAULT, TARGETING_MATCH, SPLIT or DISABLED.</param>
/// <param name="Variant">What the value is called.</param>
/// <param name="Metadata">rule: the name of the rule that gave it.</param>
public sealed record EvaluatedFlag(string Key, AttributeValue Value, string Reason, string Variant, IReadOnlyDictionary<string, string>? Metadata = null);

/// <summary>What all flags are for somebody, by OFREP.</summary>
/// <param name="Flags">In key order.</param>
public sealed record EvaluatedFlags(IReadOnlyList<EvaluatedFlag> Flags);

/// <summary>How bodies of this capability are read and written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FlagBody))]
[JsonSerializable(typeof(KillFlagBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(Page<FlagAnswer>))]
[JsonSerializable(typeof(EvaluationBody))]
[JsonSerializable(typeof(EvaluatedFlag))]
[JsonSerializable(typeof(EvaluatedFlags))]
[JsonSerializable(typeof(ExperimentBody))]
[JsonSerializable(typeof(ExperimentOverridesBody))]
[JsonSerializable(typeof(ExperimentCoverageBody))]
[JsonSerializable(typeof(HoldoutBody))]
[JsonSerializable(typeof(HoldoutAnswer))]
[JsonSerializable(typeof(ExperimentReasonBody))]
[JsonSerializable(typeof(StopExperimentBody))]
[JsonSerializable(typeof(Page<ExperimentAnswer>))]
[JsonSerializable(typeof(ExperimentQuestionBody))]
[JsonSerializable(typeof(GivenVariants))]
[JsonSerializable(typeof(ExperimentResults))]
internal sealed partial class ExperimentsBodies : JsonSerializerContext;
